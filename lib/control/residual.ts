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

/**
 * The greatest correction in action units, [0, 2]: one number for every entry of
 * an action, or one per entry. 2 can turn an entry from either end of its box to
 * the other, as fingers may need that a controller opens by mistake.
 */
export type Authority = number | readonly number[];

/** How strongly the correction may act. */
export interface ResidualOptions {
  /** Greatest correction, of all entries or of each. */
  readonly authority: Authority;
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
 * @throws {RangeError} If an authority is outside [0, 2], or at the first action
 * if there are not as many as it has entries.
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
  checkAuthority(authority);
  const reach = authorities(authority);
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
        checkEntries(authority, first.action.length);
        action = new Float32Array(first.action.length);
      }
      compose(first.action, second.action, reach, clipBase, action);
      return {
        action,
        memory: { base: first.memory, correction: second.memory },
      };
    },
  };
}

/**
 * Holds an authority to its range.
 *
 * @throws {RangeError} If one is outside [0, 2].
 */
export function checkAuthority(authority: Authority): void {
  if (authorities(authority).every((most) => most >= 0 && most <= 2)) return;
  refuseAuthority("between 0 and 2", authority);
}

/**
 * Holds an authority per entry to the entries of an action.
 *
 * @throws {RangeError} If there is an authority per entry, and not for as many
 * entries as an action has.
 */
export function checkEntries(authority: Authority, actionSize: number): void {
  if (typeof authority === "number" || authority.length === actionSize) return;
  refuseAuthority(`one number or ${actionSize}, as an action has`, authority);
}

function refuseAuthority(allowed: string, authority: Authority): never {
  throw new RangeError(
    `Cannot compose a residual as 'authority' must be ${allowed}: current value is ${
      typeof authority === "number" ? authority : `[${authority}]`
    }`,
  );
}

/** An authority as a list: entry `i` of actions that lie one behind another has the one at `i` modulo its length. */
export function authorities(authority: Authority): readonly number[] {
  return [authority].flat();
}

/**
 * out = clip(clip?(base) + authority * correction), of one action `[na]` or
 * several `[rows, na]`; `reach` are its {@link authorities}, `[na]` or one for
 * all, and `out`, of the same shape, may be either input.
 */
export function compose(
  base: Vec,
  correction: Vec,
  reach: readonly number[],
  clipBase: boolean,
  out: Vec,
): void {
  for (let i = 0; i < out.length; i++) {
    const start = clipBase ? clip(base[i]) : base[i];
    const change = reach[i % reach.length] * correction[i];
    // -0 + 0 is 0: without the branch a base of -0 would lose its sign bit.
    out[i] = clip(change === 0 ? start : start + change);
  }
}

/** x within [-1, 1]. */
export function clip(x: number): number {
  return x < -1 ? -1 : x > 1 ? 1 : x;
}
