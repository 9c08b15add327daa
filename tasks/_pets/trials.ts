/**
 * PETS trial by trial: whoever asks for the next one may first keep what the
 * last one brought.
 *
 * The randomness of a trial comes from the seed and its number alone, so that
 * learning that was cut off goes on as if it had not been.
 *
 * @module
 */

import type { ModelLearner } from "../../lib/control/model_learner.ts";
import { playTrial } from "../../lib/control/pets_trial.ts";
import { wander } from "../../lib/control/wander.ts";
import { derive, foldIn } from "../../lib/rng/key.ts";
import type { Controller, Env, Key } from "../../lib/types.ts";

/** Who learns, where, and who plays what was learnt. */
export interface Pupil<S, M> {
  readonly env: Env<S>;
  readonly learner: ModelLearner;
  readonly controller: Controller<M>;
}

/** How long is learnt, and how smoothly the first trials wander. */
export interface Course {
  readonly root: Key;
  readonly trials: number;
  readonly wandering: {
    readonly trials: number;
    readonly correlation: number;
  };
}

/** Where learning stands after a trial. */
export interface Standing {
  /** Trials done. */
  readonly trial: number;
  /** Steps seen. */
  readonly steps: number;
  /** Updates of the model. */
  readonly updates: number;
}

/** A trial that was done, and what it returned. */
export interface TrialDone extends Standing {
  readonly return: number;
}

/** Before the first trial. */
export const START: Standing = { trial: 0, steps: 0, updates: 0 };

/** The trials after `from`, whose records, model and averages the learner holds. */
export function* playTrials<S, M>(
  { env, learner, controller }: Pupil<S, M>,
  { root, trials, wandering }: Course,
  from: Standing = START,
): Generator<TrialDone> {
  const explorer = wander(env.spec.actionSize, wandering.correlation);
  let { steps, updates } = from;
  for (let i = from.trial; i < trials; i++) {
    const own = foldIn(derive(root, "trial"), i);
    const before = { steps, updates };
    const { outcome, progress } = i < wandering.trials
      ? playTrial(env, explorer, learner, own, before)
      : playTrial(env, controller, learner, own, before);
    ({ steps, updates } = progress);
    yield { trial: i + 1, steps, updates, return: outcome.return };
  }
}
