/**
 * PETS learns by trials (Chua et al. 2018, algorithm 1): play an episode with
 * the model as it is, add its steps to those seen, fit the model again.
 *
 * @module
 */

import { type Outcome, unroll } from "../rollout/unroll.ts";
import { derive } from "../rng/key.ts";
import type { Controller, Env, Key } from "../types.ts";
import { fitModel } from "./fit_model.ts";
import { type ModelLearner, recordSteps } from "./model_learner.ts";

/** How far learning has come. */
export interface Progress {
  /** Steps seen. */
  readonly steps: number;
  /** Updates of the model. */
  readonly updates: number;
}

/** What a trial brought. */
export interface Trial {
  readonly outcome: Outcome;
  readonly progress: Progress;
}

/** Before the first trial. */
export const NO_PROGRESS: Progress = { steps: 0, updates: 0 };

/**
 * One trial; all its randomness comes from the key.
 *
 * @param controller Who acts: at first one that explores, then `pets` on the
 * learner's ensemble.
 * @throws {RangeError} If the learner has no room for another episode.
 */
export function playTrial<S, M>(
  env: Env<S>,
  controller: Controller<M>,
  learner: ModelLearner,
  key: Key,
  { steps, updates }: Progress,
): Trial {
  const recorder = recordSteps(learner, steps);
  const outcome = unroll(env, controller, derive(key, "episode"), recorder);
  const seen = steps + outcome.length;
  const made = fitModel(learner, derive(key, "fit"), seen, updates);
  return { outcome, progress: { steps: seen, updates: made } };
}
