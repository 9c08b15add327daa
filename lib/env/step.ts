/**
 * Constructors of time steps: an episode is one `restart`, any number of
 * `transition`s, and at its end one `termination` (the task ended: no
 * bootstrap) or one `truncation` (the clock ended: bootstrap). Written through
 * them, a time step can never be terminated and truncated at once.
 *
 * @module
 */

import type { Metrics, Observation, TimeStep } from "../types.ts";

/** How the task stands at a moment. */
export interface Standing {
  /** The task holds its goal at this moment. */
  readonly success: boolean;
  /** Reward terms and readings by name. */
  readonly metrics?: Metrics;
}

/** What a step brought. */
export interface StepOutcome extends Standing {
  /** Reward of the step, without unit. */
  readonly reward: number;
}

const NO_METRICS: Metrics = {};

/** The first moment of an episode; its reward is 0. */
export function restart<S>(
  state: S,
  observation: Observation,
  standing: Standing,
): TimeStep<S> {
  const { success, metrics = NO_METRICS } = standing;
  return {
    state,
    observation,
    reward: 0,
    success,
    terminated: false,
    truncated: false,
    metrics,
  };
}

/**
 * A moment within an episode.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const goal = new Float32Array(1);
 * const seen = { observation: new Float32Array(2), achieved: goal, desired: goal };
 * const moment = transition("any state", seen, { reward: -1, success: false });
 * assert(!moment.terminated && !moment.truncated);
 * ```
 */
export function transition<S>(
  state: S,
  observation: Observation,
  outcome: StepOutcome,
): TimeStep<S> {
  return moment(state, observation, outcome, false, false);
}

/** The last moment of an episode that the task itself ended: do not bootstrap. */
export function termination<S>(
  state: S,
  observation: Observation,
  outcome: StepOutcome,
): TimeStep<S> {
  return moment(state, observation, outcome, true, false);
}

/** The last moment of an episode that the clock ended: bootstrap. */
export function truncation<S>(
  state: S,
  observation: Observation,
  outcome: StepOutcome,
): TimeStep<S> {
  return moment(state, observation, outcome, false, true);
}

/** Whether `step` is the last of its episode. */
export function isLast<S>(step: TimeStep<S>): boolean {
  return step.terminated || step.truncated;
}

/** The same moment in another state layer. */
export function withState<A, B>(step: TimeStep<A>, state: B): TimeStep<B> {
  return {
    state,
    observation: step.observation,
    reward: step.reward,
    success: step.success,
    terminated: step.terminated,
    truncated: step.truncated,
    metrics: step.metrics,
  };
}

function moment<S>(
  state: S,
  observation: Observation,
  outcome: StepOutcome,
  terminated: boolean,
  truncated: boolean,
): TimeStep<S> {
  const { reward, success, metrics = NO_METRICS } = outcome;
  return {
    state,
    observation,
    reward,
    success,
    terminated,
    truncated,
    metrics,
  };
}
