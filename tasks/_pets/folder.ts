/**
 * The folder that PETS learns in: made, found free, and kept from others.
 *
 * ```text
 * runs/pets-seed1/
 *   model-60.bin   the model after so many trials
 *   trials.jsonl   a line per trial
 *   state.ckpt     all that learning needs to go on after the last trial
 *   cache.json     what was played in the end
 *   lock           held by who learns
 * ```
 *
 * @module
 */

import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { removeTemporaries, writing } from "../_files.ts";
import { takeLock } from "../_grid/lock.ts";
import { holdsState } from "./state.ts";
import type { Wish } from "./wish.ts";

/** Makes the folder to learn in for this process alone; one that holds a learning already is refused, unless to go on with it. */
export async function claimFolder({ out, saved }: Wish): Promise<void> {
  const advice = "; name another folder with --out";
  const learnt = writing(`learn in '${out}'`, () => {
    Deno.mkdirSync(out, { recursive: true });
    return existsSync(join(out, "trials.jsonl"));
  }, advice);
  if (learnt && saved === undefined) {
    const resume = holdsState(out) ? `, or go on with --resume ${out}` : "";
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot learn in '${out}' as PETS has learnt there before: name another folder with --out${resume}`,
    });
  }
  if (!await takeLock(join(out, "lock"), 0)) {
    refuse({
      _tag: "StorageError",
      message:
        `Cannot learn in '${out}' as another process is learning there: let that one end, or name another folder with --out`,
    });
  }
  removeTemporaries(out);
}

/** What is written in the end can be: learning takes long. */
export function checkTargets({ cache, out, record }: Wish): void {
  if (cache !== undefined && dirname(cache) !== out) {
    writing(
      `write '${cache}'`,
      () => accessSync(dirname(cache), constants.W_OK),
      "; name another file with --cache",
    );
  }
  if (record === undefined) return;
  writing(
    `record in '${record}'`,
    () => Deno.mkdirSync(record, { recursive: true }),
    "; name another folder with --record",
  );
}
