/**
 * Episodes of the hook controller.
 *
 * @module
 */

import { reactiveHook } from "../../../lib/control/reactive_hook.ts";
import { HOOK_HORIZON } from "../../../lib/suite/fetch/hook.ts";
import type { Env, TimeStep } from "../../../lib/types.ts";

/** Whether an episode of `reactiveHook` from `start` ends with success. */
export function fetches<S>(env: Env<S>, start: TimeStep<S>): boolean {
  const policy = reactiveHook();
  let moment = start;
  for (let t = 0; t < HOOK_HORIZON; t++) {
    const { observation, desired } = moment.observation;
    const { action } = policy.act(undefined, observation, desired);
    moment = env.step(moment.state, action);
  }
  env.drop(moment.state);
  return moment.success;
}
