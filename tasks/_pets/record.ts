/**
 * PETS alone as a row of a results folder, beside the arms of the grid.
 *
 * @module
 */

import {
  meanInterval,
  standardError,
  wilson,
} from "../../lib/rollout/statistics.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import { WANDERING } from "../../lib/suite/pusher/planning.ts";
import { HORIZON } from "../../lib/suite/pusher/pusher.ts";
import { codeHashes } from "../_grid/code_hash.ts";
import { recordJudged } from "../_grid/results.ts";
import type { Evaluation } from "../_grid/rows.ts";
import { settingsHash } from "./state.ts";

/** What was judged. */
export interface Judged {
  readonly seed: number;
  readonly trials: number;
  /** Simulator steps that the model was fitted to. */
  readonly steps: number;
  /** Control steps imagined for one action. */
  readonly modelSteps: number;
  readonly outcomes: readonly Outcome[];
}

/** Writes the row, in place of an earlier one of the same seed. */
export function recordPets(
  folder: string,
  judged: Judged,
  command: string,
): void {
  recordJudged(folder, rowOf(judged), command);
}

/** The judgement as a row of the table. */
export function rowOf(judged: Judged): Evaluation {
  const { seed, trials, steps, modelSteps, outcomes } = judged;
  const solved = outcomes.filter(({ success }) => success).length;
  const { mean: success, low, high } = wilson(solved, outcomes.length);
  const returns = meanInterval(outcomes.map((outcome) => outcome.return));
  const error = standardError(returns);
  return {
    task: "pusher",
    arm: "pets",
    base: "pets",
    seed,
    kind: "final",
    served: "base",
    step: steps,
    modelSteps: modelSteps * Math.max(0, steps - WANDERING.trials * HORIZON),
    episodes: outcomes.length,
    success,
    low,
    high,
    return: returns.mean,
    returnError: error,
    baseSuccess: success,
    baseReturn: returns.mean,
    baseReturnError: error,
    config: settingsHash({ seed, trials }),
    code: codeHashes()("pusher"),
  };
}
