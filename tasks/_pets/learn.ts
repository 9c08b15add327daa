/**
 * PETS learns: after every trial a line to a person and to `trials.jsonl`, and
 * all that it takes to go on; a model now and then.
 *
 * @module
 */

import { join } from "node:path";
import { WANDERING } from "../../lib/suite/pusher/planning.ts";
import type { Key } from "../../lib/types.ts";
import { writeWholeText } from "../_files.ts";
import { duration } from "../_sinks/console.ts";
import { saveModel } from "./model.ts";
import { restoreState, saveState, standingOf, type TrialRow } from "./state.ts";
import type { Studio } from "./studio.ts";
import { playTrials } from "./trials.ts";
import type { Wish } from "./wish.ts";

/** Trials between two models that are kept. */
const KEEP_EVERY = 5;

/** Does the trials that are still to do and adds them to `rows`, those done. */
export function learn(
  studio: Studio,
  root: Key,
  wish: Wish,
  rows: TrialRow[],
): void {
  const { trials, saved } = wish;
  if (saved !== undefined) restoreState(studio.learner, saved);
  const course = { root, trials, wandering: WANDERING };
  const from = standingOf(rows);
  let since = performance.now();
  let seconds = rows.at(-1)?.seconds ?? 0;
  for (const done of playTrials(studio, course, from)) {
    const own = (performance.now() - since) / 1000;
    since = performance.now();
    seconds += own;
    rows.push({ ...done, seconds: Math.round(seconds * 10) / 10 });
    console.log(trialLine(rows, trials, own));
    keep(studio, wish, rows);
  }
}

/** The state comes last: what it tells of is then on the disk. */
function keep(
  { ensemble, learner }: Studio,
  wish: Wish,
  rows: readonly TrialRow[],
): void {
  const { out, trials } = wish;
  const { trial } = standingOf(rows);
  if (trial % KEEP_EVERY === 0 || trial === trials) {
    const path = join(out, `model-${trial}.bin`);
    saveModel(ensemble, path);
    console.log(`Wrote ${path}`);
  }
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeWholeText(join(out, "trials.jsonl"), lines);
  saveState(out, wish, learner, rows);
}

/** What a person sees of the last trial, which took `own` seconds; the rest goes by it, once trials are planned. */
export function trialLine(
  rows: readonly TrialRow[],
  trials: number,
  own: number,
): string {
  const { trial, steps, return: total, seconds } = rows[rows.length - 1];
  const wandering = trial <= WANDERING.trials && trials > WANDERING.trials;
  const left = wandering ? "?" : duration(own * (trials - trial));
  return `trial ${trial}/${trials}  steps ${steps}  return ${
    total.toFixed(1)
  }  ${duration(seconds)}  left ${left}`;
}
