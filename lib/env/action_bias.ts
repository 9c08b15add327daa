/**
 * Actuators that pull to one side: step(s, clip(a + bias)), as in the robot
 * with a constant error that Johannink et al. (2019, arXiv 1812.03201) learn a
 * residual for.
 *
 * @module
 */

import { clip } from "../control/residual.ts";
import type { Env, Vec } from "../types.ts";

/**
 * Adds `bias` to every entry of every action, then clips to [-1, 1].
 *
 * @param bias In action units, finite; 0 is the identity.
 * @throws {RangeError} If the bias is not such a number.
 *
 * @example
 * ```ts ignore
 * const env = pipe(push(mujoco), actionBias(0.1), timeLimit(50));
 * ```
 */
export function actionBias(bias: number): <S>(env: Env<S>) => Env<S> {
  if (!Number.isFinite(bias)) {
    throw new RangeError(
      `Cannot bias actions as 'bias' must be finite: current value is ${bias}`,
    );
  }
  return <S>(env: Env<S>): Env<S> => {
    // Adding 0 would cost a -0 its sign.
    if (bias === 0) return env;
    const played = new Float32Array(env.spec.actionSize);
    return {
      ...env,
      step: (state: S, action: Vec) => {
        for (let i = 0; i < played.length; i++) {
          played[i] = clip(action[i] + bias);
        }
        return env.step(state, played);
      },
    };
  };
}
