/**
 * One episode: environment x controller x key -> outcome, recorded on the way.
 *
 * @module
 */

import type { Recorder } from "../replay/episodes.ts";
import { derive } from "../rng/key.ts";
import { guarded } from "../control/controller.ts";
import type { Controller, Env, Key } from "../types.ts";

/** What became of an episode. */
export interface Outcome {
  /** Success at the last step. */
  readonly success: boolean;
  /** Sum of rewards. */
  readonly return: number;
  /** Control steps taken. */
  readonly length: number;
  /** Control steps that its controller simulated; `metrics.modelSteps` summed. */
  readonly modelSteps: number;
}

/**
 * Plays one episode from `reset(derive(key, "reset"))` to its end.
 *
 * Two controllers under the same key meet the same initial state and goal.
 * A controller that throws or gives a bad action stops the episode with a
 * `Refusal` that names it and the step.
 */
export function unroll<S, M>(
  env: Env<S>,
  controller: Controller<M>,
  key: Key,
  recorder?: Recorder,
): Outcome {
  let moment = env.reset(derive(key, "reset"));
  const safe = guarded(controller, env.spec.actionSize);
  let memory = safe.init(derive(key, "controller"));
  recorder?.moment(0, moment.observation);
  let total = 0;
  let modelSteps = moment.metrics.modelSteps ?? 0;
  let t = 0;
  while (!moment.terminated && !moment.truncated) {
    const { observation, desired } = moment.observation;
    const decision = safe.act(memory, observation, desired);
    memory = decision.memory;
    recorder?.action(t, decision.action);
    moment = env.step(moment.state, decision.action);
    t += 1;
    total += moment.reward;
    modelSteps += moment.metrics.modelSteps ?? 0;
    recorder?.moment(t, moment.observation);
  }
  recorder?.end(t);
  env.drop(moment.state);
  return { success: moment.success, return: total, length: t, modelSteps };
}
