/**
 * An advisor: a controller that may look at the very state of the environment,
 * to plan in forks of it.
 *
 *   (state, moment, memory) -> (action, memory, model steps)
 *
 * Learners ask their base again under other goals and cannot do so with one
 * that remembers, or that is dear. Such a controller runs beside the
 * environment, which shows its action in hidden channels (`advised`).
 *
 * @module
 */

import type { Controller, Decision, Key, Observation } from "../types.ts";

/** An action, the memory to advise from next time, and what the search cost. */
export interface Advice<M> extends Decision<M> {
  /** Control steps simulated to find the action. */
  readonly modelSteps: number;
}

/** A Mealy machine that advises an action in states of kind `S`. */
export interface Advisor<S, M> {
  /** Name under which reports and errors speak of it. */
  readonly id: string;
  /** The memory at the start of an episode. */
  readonly init: (key: Key) => M;
  /**
   * Advises an action, lent until it advises again. The state is the caller's:
   * it may be forked, but neither stepped nor dropped, and every fork must be
   * dropped before the advisor returns.
   *
   * @param state Where the environment is.
   * @param moment What is seen there; lent.
   */
  readonly advise: (state: S, moment: Observation, memory: M) => Advice<M>;
}

/**
 * The advisor that asks a controller, whatever the state: how one with a memory
 * becomes the base of a learner.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant } from "./controller.ts";
 *
 * const advisor = fromController(constant([0.5]));
 * const seen = new Float32Array(2);
 * const moment = { observation: seen, achieved: seen, desired: seen };
 * const { action, modelSteps } = advisor.advise("any state", moment, undefined);
 * assertEquals(action, Float32Array.of(0.5));
 * assertEquals(modelSteps, 0);
 * ```
 */
export function fromController<M>(
  controller: Controller<M>,
): Advisor<unknown, M> {
  const { id, init } = controller;
  return {
    id,
    init,
    advise: (_state, { observation, desired }, before) => {
      const { action, memory } = controller.act(before, observation, desired);
      return { action, memory, modelSteps: 0 };
    },
  };
}
