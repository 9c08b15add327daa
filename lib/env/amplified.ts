/**
 * Actions played louder than they are meant: step(s, clip(gain a)).
 *
 * The reference environment of Push with tree search does so with a gain of 10
 * (Silver et al. 2018, released code): whatever the sum of advice and
 * correction, an entry beyond 0.1 in size asks for full speed.
 *
 * @module
 */

import { clip } from "../control/residual.ts";
import type { Env, Vec } from "../types.ts";

/**
 * Multiplies every action by `gain` and clips it to [-1, 1].
 *
 * For actions within the box `amplified(1)` changes nothing, and gains from 1
 * multiply where they meet: `amplified(a)` inside `amplified(b)` is
 * `amplified(a * b)` up to rounding.
 *
 * @param gain Finite and above 0.
 * @throws {RangeError} If the gain is not such a number.
 *
 * @example
 * ```ts ignore
 * const env = pipe(push(mujoco), amplified(10), timeLimit(50));
 * ```
 */
export function amplified(gain: number): <S>(env: Env<S>) => Env<S> {
  if (!(gain > 0 && gain < Infinity)) {
    throw new RangeError(
      `Cannot amplify actions as 'gain' must be finite and above 0: current value is ${gain}`,
    );
  }
  return <S>(env: Env<S>): Env<S> => {
    const played = new Float32Array(env.spec.actionSize);
    return {
      ...env,
      step: (state: S, action: Vec) => {
        for (let i = 0; i < played.length; i++) {
          played[i] = clip(gain * action[i]);
        }
        return env.step(state, played);
      },
    };
  };
}
