/**
 * Residual policy learning in one function (Silver et al. 2018, section 4):
 *
 *   a = clip(clip(base) + authority * correction, -1, 1)
 *
 * With a correction of zero, or an authority of zero, the sum *is* the base,
 * bit for bit.
 *
 * @module
 */

import { split } from "../rng/key.ts";
import type { Controller, Vec } from "../types.ts";

/** How strongly the correction may act. */
export interface ResidualOptions {
  /** Greatest correction per action entry, in action units; [0, 2]. */
  readonly authority: number;
  /** Clip the base to the action box before the correction is added. @default true */
  readonly clipBase?: boolean;
}

/** The memories of both parts. */
export interface ResidualMemory<A, B> {
  /** Memory of the base. */
  readonly base: A;
  /** Memory of the correction. */
  readonly correction: B;
}

/**
 * The base corrected by `correction`, whose actions lie in [-1, 1].
 *
 * @throws {RangeError} If the authority is outside [0, 2].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant } from "./controller.ts";
 * import { key } from "../rng/key.ts";
 *
 * const policy = residual(constant([0.5]), constant([1]), { authority: 0.3 });
 * const { action } = policy.act(
 *   policy.init(key(1)), new Float32Array(2), new Float32Array(1));
 * assertEquals(action[0], Math.fround(0.5 + 0.3));
 * ```
 */
export function residual<A, B>(
  base: Controller<A>,
  correction: Controller<B>,
  options: ResidualOptions,
): Controller<ResidualMemory<A, B>> {
  const { authority, clipBase = true } = options;
  if (!(authority >= 0 && authority <= 2)) {
    throw new RangeError(
      `Cannot compose a residual as 'authority' must be between 0 and 2: current value is ${authority}`,
    );
  }
  let action: Vec = new Float32Array(0);
  return {
    id: `residual(${base.id}, ${correction.id})`,
    init(key) {
      const [a, b] = split(key, 2);
      return { base: base.init(a), correction: correction.init(b) };
    },
    act(memory, observation, desired) {
      const first = base.act(memory.base, observation, desired);
      const second = correction.act(memory.correction, observation, desired);
      if (action.length !== first.action.length) {
        action = new Float32Array(first.action.length);
      }
      compose(first.action, second.action, authority, clipBase, action);
      return {
        action,
        memory: { base: first.memory, correction: second.memory },
      };
    },
  };
}

/** out = clip(clip?(base) + authority * correction); `out` may be either input. */
export function compose(
  base: Vec,
  correction: Vec,
  authority: number,
  clipBase: boolean,
  out: Vec,
): void {
  for (let i = 0; i < out.length; i++) {
    const start = clipBase ? clip(base[i]) : base[i];
    const change = authority * correction[i];
    // -0 + 0 is 0: without the branch a base of -0 would lose its sign bit.
    out[i] = clip(change === 0 ? start : start + change);
  }
}

/** x within [-1, 1]. */
export function clip(x: number): number {
  return x < -1 ? -1 : x > 1 ? 1 : x;
}
