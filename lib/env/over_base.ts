/**
 * The residual decision process of the paper (section 4): the base controller
 * moves into the environment, whose action becomes the residual u.
 *
 *   step(s, u) = step(s, clip(base(o) + authority * u))
 *
 * Hindsight over such an environment is inconsistent, because the transition
 * depends on the goal through the base; it exists to run the paper's learner.
 *
 * @module
 */

import { decide } from "../control/controller.ts";
import {
  authorities,
  type Authority,
  checkAuthority,
  checkEntries,
  compose,
} from "../control/residual.ts";
import type { Env, Observation, Policy, TimeStep } from "../types.ts";

/** The inner state and the moment the base acts on. */
export interface OverBase<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** What is seen now; lent until `inner` is consumed. */
  readonly moment: Observation;
  /** Steps taken, to name in an error of the base. */
  readonly t: number;
}

/**
 * Puts `base` inside the environment.
 *
 * @throws {RangeError} Once applied, if an authority is outside [0, 2], or there
 * are not as many as an action has entries.
 */
export function overBase(
  base: Policy,
  options: { readonly authority: Authority; readonly clipBase: boolean },
): <S>(env: Env<S>) => Env<OverBase<S>> {
  return <S>(env: Env<S>): Env<OverBase<S>> => {
    const action = new Float32Array(env.spec.actionSize);
    checkAuthority(options.authority);
    checkEntries(options.authority, env.spec.actionSize);
    const reach = authorities(options.authority);
    function wrap(step: TimeStep<S>, t: number): TimeStep<OverBase<S>> {
      return {
        ...step,
        state: { inner: step.state, moment: step.observation, t },
      };
    }
    return {
      spec: env.spec,
      reset: (key) => wrap(env.reset(key), 0),
      step(state, residual) {
        const { observation, desired } = state.moment;
        const size = env.spec.actionSize;
        const { action: start } = decide(
          base,
          size,
          state.t,
          undefined,
          observation,
          desired,
        );
        compose(start, residual, reach, options.clipBase, action);
        return wrap(env.step(state.inner, action), state.t + 1);
      },
      drop: (state) => env.drop(state.inner),
    };
  };
}
