/**
 * Ends an episode by the clock: after `limit` steps the time step is truncated,
 * unless the task itself ended there.
 *
 * @module
 */

import type { Env, Key, TimeStep, Vec } from "../types.ts";
import { truncation, withState } from "./step.ts";

/** A state with a clock. */
export interface Timed<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** Steps taken since the reset. */
  readonly t: number;
}

/**
 * Truncates episodes after `limit` steps.
 *
 * `timeLimit(a)` after `timeLimit(b)` is `timeLimit(Math.min(a, b))`, and
 * `timeLimit(Infinity)` changes nothing. The last state must still be dropped:
 * its observation is what a learner bootstraps from.
 *
 * @param limit Whole number of steps, at least 1, or `Infinity`.
 * @throws {RangeError} If the limit is not such a number, or, later, if a
 * state is stepped beyond it.
 *
 * @example
 * ```ts ignore
 * const env = pipe(slipperyPush(world), timeLimit(50));
 * ```
 */
export function timeLimit(limit: number): <S>(env: Env<S>) => Env<Timed<S>> {
  if (!(limit >= 1 && (Number.isInteger(limit) || limit === Infinity))) {
    throw new RangeError(
      `Cannot limit time as 'limit' must be a whole number of steps from 1: current value is ${limit}`,
    );
  }
  return <S>(env: Env<S>): Env<Timed<S>> => ({
    spec: { ...env.spec, horizon: Math.min(env.spec.horizon, limit) },
    reset: (key: Key) => {
      const first = env.reset(key);
      return withState(first, { inner: first.state, t: 0 });
    },
    step: (state: Timed<S>, action: Vec) => {
      if (state.t >= limit) {
        throw new RangeError(
          `Cannot step as the episode ended at its limit of ${limit} steps: drop the state and reset`,
        );
      }
      const t = state.t + 1;
      return stop(env.step(state.inner, action), t, t >= limit);
    },
    drop: (state: Timed<S>) => env.drop(state.inner),
  });
}

function stop<S>(
  step: TimeStep<S>,
  t: number,
  atLimit: boolean,
): TimeStep<Timed<S>> {
  const state = { inner: step.state, t };
  return atLimit && !step.terminated
    ? truncation(state, step.observation, step)
    : withState(step, state);
}
