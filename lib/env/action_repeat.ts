/**
 * Holds each action for several steps: r = sum_i r_i over the repeats, and the
 * episode stops early where the task or the clock ends it.
 *
 * @module
 */

import type { Env, TimeStep, Vec } from "../types.ts";
import { isLast } from "./step.ts";

/**
 * Plays every action `count` times and sums the rewards; everything else is
 * that of the last repeat. `spec.dt` grows by `count`, `spec.horizon` shrinks.
 *
 * Hindsight judges goals once per action, by the last repeat: replay does not
 * see the sum.
 *
 * @param count Whole number of repeats, at least 1; 1 is the identity.
 * @throws {RangeError} If the count is not such a number.
 *
 * @example
 * ```ts ignore
 * const env = pipe(push(world), timeLimit(50), actionRepeat(2)); // 25 decisions
 * ```
 */
export function actionRepeat(count: number): <S>(env: Env<S>) => Env<S> {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(
      `Cannot repeat actions as 'count' must be a whole number from 1: current value is ${count}`,
    );
  }
  return <S>(env: Env<S>): Env<S> => ({
    ...env,
    spec: {
      ...env.spec,
      dt: env.spec.dt * count,
      horizon: Math.ceil(env.spec.horizon / count),
    },
    step: (state: S, action: Vec) => repeat(env, state, action, count),
  });
}

function repeat<S>(
  env: Env<S>,
  state: S,
  action: Vec,
  count: number,
): TimeStep<S> {
  let step = env.step(state, action);
  let reward = step.reward;
  let modelSteps = step.metrics.modelSteps ?? 0;
  for (let i = 1; i < count && !isLast(step); i++) {
    step = env.step(step.state, action);
    reward += step.reward;
    modelSteps += step.metrics.modelSteps ?? 0;
  }
  const metrics = modelSteps > 0
    ? { ...step.metrics, modelSteps }
    : step.metrics;
  return { ...step, reward, metrics };
}
