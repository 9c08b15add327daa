/**
 * Actions that arrive late: the environment plays u_t = a_(t-n), and zeros
 * while t < n.
 *
 * @module
 */

import type { Env, Key, Vec } from "../types.ts";
import { withState } from "./step.ts";

/** A state with the actions still under way. */
export interface Delayed<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** The `[n]` actions under way; the buffers pass from state to state. */
  readonly ring: readonly Vec[];
  /** Index into `ring` of the action played next. */
  readonly next: number;
}

/**
 * Delays every action by `steps` control steps, beginning with zeros.
 *
 * @param steps Whole number of control steps; 0 is the identity.
 * @throws {RangeError} If `steps` is not a whole number from 0.
 *
 * @example
 * ```ts ignore
 * const env = pipe(push(world), actuatorDelay(1), timeLimit(50));
 * ```
 */
export function actuatorDelay(
  steps: number,
): <S>(env: Env<S>) => Env<Delayed<S>> {
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new RangeError(
      `Cannot delay actions as 'steps' must be a whole number from 0: current value is ${steps}`,
    );
  }
  return <S>(env: Env<S>): Env<Delayed<S>> => ({
    spec: env.spec,
    reset: (key: Key) => {
      const first = env.reset(key);
      const ring = Array.from(
        { length: steps },
        () => new Float32Array(env.spec.actionSize),
      );
      return withState(first, { inner: first.state, ring, next: 0 });
    },
    step: ({ inner, ring, next }: Delayed<S>, action: Vec) => {
      if (steps === 0) {
        const step = env.step(inner, action);
        return withState(step, { inner: step.state, ring, next });
      }
      const played = env.step(inner, ring[next]);
      // After the inner step, so that a consumed state throws before it can
      // touch a buffer that its successor owns now.
      ring[next].set(action);
      const state = { inner: played.state, ring, next: (next + 1) % steps };
      return withState(played, state);
    },
    drop: ({ inner }: Delayed<S>) => env.drop(inner),
  });
}
