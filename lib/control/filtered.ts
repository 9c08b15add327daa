/**
 * A controller that sees the estimate instead of the measurement: where its
 * observation would hold the noisy places of things, and those from the grip,
 * it holds the means of a Kalman filter; see `estimate.ts` for the equations.
 *
 * As a memory keeps it from being asked again in hindsight, learning uses
 * `estimated`, which runs the same filter beside the environment.
 *
 * @module
 */

import type { Controller, Vec } from "../types.ts";
import {
  type Estimate,
  type Filter,
  hookFilter,
  initEstimate,
  nextEstimate,
} from "./estimate.ts";

/** The memory of the controller inside and that of the filter. */
export interface FilterMemory<M> {
  /** Memory of the controller inside. */
  readonly inner: M;
  /** What is known; nothing before the first observation. */
  readonly estimate: Estimate | undefined;
}

/**
 * Shows a controller the estimate. The observation it sees is lent for the call.
 *
 * @param filter What is noisy and what is not; that of the hook tasks unless given.
 *
 * @example The estimate of a thing at rest is the mean of its measurements.
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { fromFunction } from "./controller.ts";
 * import { key } from "../rng/key.ts";
 *
 * const reader = filtered()(fromFunction("hook.x", (seen) => [seen[25]]));
 * let memory = reader.init(key(1));
 * const observation = new Float32Array(40);
 * const goal = new Float32Array(3);
 * const found = [1.0, 1.3, 1.3].map((x) => {
 *   observation[25] = x;
 *   const decision = reader.act(memory, observation, goal);
 *   memory = decision.memory;
 *   return decision.action[0];
 * });
 * [1.0, 1.15, 1.2].forEach((mean, i) => assertAlmostEquals(found[i], mean, 1e-6));
 * ```
 */
export function filtered(
  filter: Filter = hookFilter(),
): <M>(controller: Controller<M>) => Controller<FilterMemory<M>> {
  return <M>(controller: Controller<M>): Controller<FilterMemory<M>> => {
    let shown: Vec = new Float32Array(0);
    return {
      id: `filtered(${controller.id})`,
      init: (key) => ({ inner: controller.init(key), estimate: undefined }),
      act: ({ inner, estimate: before }, observation, desired) => {
        const estimate = before === undefined
          ? initEstimate(filter, observation)
          : nextEstimate(filter, before, observation);
        if (shown.length !== observation.length) {
          shown = new Float32Array(observation.length);
        }
        shown.set(observation);
        showEstimate(filter, estimate, shown);
        const decision = controller.act(inner, shown, desired);
        const memory = { inner: decision.memory, estimate };
        return { action: decision.action, memory };
      },
    };
  };
}

/** Writes the estimate over the measured places. */
function showEstimate(filter: Filter, estimate: Estimate, out: Vec): void {
  filter.things.forEach(({ place, fromGrip }, j) => {
    const found = estimate.things[j].place;
    for (let i = 0; i < 3; i++) {
      out[place + i] = found[i];
      out[fromGrip + i] = found[i] - estimate.grip[i];
    }
  });
}
