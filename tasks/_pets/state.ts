/**
 * Learning as it stands after a trial, as one file that is either whole or
 * refused: model, optimiser and all steps seen.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadEnsemble, saveEnsemble } from "../../lib/control/ensemble.ts";
import {
  type ModelLearner,
  recordSize,
} from "../../lib/control/model_learner.ts";
import { refuse } from "../../lib/errors.ts";
import {
  MODEL,
  PLAN,
  RECIPE,
  WANDERING,
} from "../../lib/suite/pusher/planning.ts";
import type { Vec } from "../../lib/types.ts";
import { type Checkpoint, readCheckpoint, writeDump } from "../_checkpoint.ts";
import { canonicalJson } from "../_config.ts";
import { reading, unwrap } from "../_files.ts";
import { type Standing, START, type TrialDone } from "./trials.ts";

/** The name of the file. */
export const STATE_FILE = "state.ckpt";

/** A line of `trials.jsonl`. */
export interface TrialRow extends TrialDone {
  /** Wall-clock since learning began, without the time between two sessions. */
  readonly seconds: number;
}

/** What the results of learning depend on. */
export interface Asked {
  readonly seed: number;
  readonly trials: number;
}

/** What was kept. */
export interface Saved extends Asked {
  /** One for each trial done. */
  readonly rows: readonly TrialRow[];
  readonly checkpoint: Checkpoint;
}

/** SHA-256 (hex) of all that results depend on. */
export function settingsHash({ seed, trials }: Asked): string {
  const settings = { seed, trials, MODEL, PLAN, RECIPE, WANDERING };
  return createHash("sha256").update(canonicalJson(settings)).digest("hex");
}

/** Where learning stands after these trials. */
export function standingOf(rows: readonly TrialRow[]): Standing {
  return rows.at(-1) ?? START;
}

/** Keeps the learner in `dir` as it is after the trials of `rows`. */
export function saveState(
  dir: string,
  { seed, trials }: Asked,
  learner: ModelLearner,
  rows: readonly TrialRow[],
): void {
  const { steps } = standingOf(rows);
  const path = join(dir, STATE_FILE);
  unwrap(writeDump(path, {
    step: steps,
    task: "pusher",
    config: settingsHash({ seed, trials }),
    header: { seed, trials, rows },
    sections: {
      ...sectionsOf(learner, steps),
      ensemble: bytesOf(saveEnsemble(learner.ensemble)),
    },
  }));
}

/** Whether anything was kept in `dir`. */
export function holdsState(dir: string): boolean {
  const path = join(dir, STATE_FILE);
  return reading(`look for '${path}'`, () => existsSync(path));
}

/**
 * What was kept in `dir`.
 *
 * @throws {Refusal} If nothing was, if it is damaged, or if this version learns
 * by other settings.
 */
export function readState(dir: string): Saved {
  if (!holdsState(dir)) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot go on in '${dir}' as it holds no ${STATE_FILE}: give a folder in which 'deno task pets' has finished a trial, or learn anew with --out`,
    });
  }
  const checkpoint = unwrap(readCheckpoint(join(dir, STATE_FILE)));
  const { seed, trials, rows } = checkpoint.header as unknown as Saved;
  if (checkpoint.config !== settingsHash({ seed, trials })) {
    refuse({
      _tag: "CheckpointError",
      message:
        `Cannot go on in '${dir}' as this version learns by other settings than the one that began there: learn anew in another folder with --out`,
    });
  }
  return { seed, trials, rows, checkpoint };
}

/** Puts what was kept into a learner of the same shape. */
export function restoreState(
  learner: ModelLearner,
  { rows, checkpoint: { sections } }: Saved,
): void {
  const { ensemble, kernels } = learner;
  const parts = sectionsOf(learner, standingOf(rows).steps);
  for (const [name, part] of Object.entries(parts)) part.set(sections[name]);
  loadEnsemble(ensemble, kernels, floatsOf(sections.ensemble));
}

/** Steps seen and the optimiser's averages, as they lie in memory. */
function sectionsOf(
  { ensemble, records, averages }: ModelLearner,
  steps: number,
): Readonly<Record<string, Uint8Array>> {
  const seen = records.view.subarray(0, steps * recordSize(ensemble.shape));
  return Object.fromEntries([
    ["records", bytesOf(seen)],
    ...averages.flatMap(({ m, v }, i) => [
      [`m${i}`, bytesOf(m.view)],
      [`v${i}`, bytesOf(v.view)],
    ]),
  ]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Vec): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function floatsOf({ buffer, byteOffset, byteLength }: Uint8Array): Vec {
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}
