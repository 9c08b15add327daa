/**
 * One process trains in a folder at a time: two would write one log and one
 * checkpoint.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "../lib/errors.ts";
import { takeLock } from "./_grid/lock.ts";
import type { Run } from "./_run.ts";

/**
 * Keeps the folder of a run for this process until it ends, however it ends:
 * the system holds a lock on a file that is there and that nobody reads
 * meanwhile, so that reading the run stays free and nothing is left behind.
 *
 * @throws {Refusal} Of a `StorageError` where another process keeps it.
 */
export async function claimRun({ dir }: Run): Promise<void> {
  const [versions, config] = ["versions.json", "config.json"]
    .map((name) => join(dir, name));
  const file = existsSync(versions) ? versions : config;
  if (await takeLock(file, 0)) return;
  refuse({
    _tag: "StorageError",
    message:
      `Cannot train in '${dir}' as another process is training there: let it end, or stop it with Ctrl-C, then continue with --resume`,
  });
}
