/**
 * A controller that aims beside its goal: b'(o, g) = b(o, g + e), with a
 * constant error e along the first axis of the goal. How good a controller is
 * becomes a matter of metres, whatever the controller.
 *
 * @module
 */

import type { Controller } from "../types.ts";

/**
 * Shifts the goal that a controller is told; what it is judged by stays.
 *
 * @param error Along the first entry of the goal and in its unit, finite; 0 is
 * the identity.
 * @throws {RangeError} If the error is not such a number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromPolicy } from "./controller.ts";
 *
 * const echo = fromPolicy("echo", (_, desired, out) => out.set(desired), 2);
 * const seen = new Float32Array(0);
 * const { action } = misaimed(0.25)(echo)
 *   .act(undefined, seen, Float32Array.of(0.5, 1));
 * assertEquals(action, Float32Array.of(0.75, 1));
 * ```
 */
export function misaimed(
  error: number,
): <M>(controller: Controller<M>) => Controller<M> {
  if (!Number.isFinite(error)) {
    throw new RangeError(
      `Cannot misaim a controller as 'error' must be finite: current value is ${error}`,
    );
  }
  return <M>(controller: Controller<M>): Controller<M> => {
    if (error === 0) return controller;
    let aim = new Float32Array(0);
    return {
      ...controller,
      act: (memory, observation, desired) => {
        if (aim.length !== desired.length) {
          aim = new Float32Array(desired.length);
        }
        aim.set(desired);
        aim[0] += error;
        return controller.act(memory, observation, aim);
      },
    };
  };
}
