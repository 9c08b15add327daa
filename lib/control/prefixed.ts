/**
 * Episodes that another controller begins, as a controller transform: with some
 * chance it plays alone for a while, and the one inside finds itself where that
 * leads (probing with the base: Xiao et al. 2025; jump-start RL: Uchendu et al.
 * 2023). Learning sees more of what lies behind a good beginning.
 *
 * @module
 */

import { integer, uniform } from "../rng/distributions.ts";
import { split } from "../rng/key.ts";
import type { Controller, Key, Policy } from "../types.ts";

/** Who begins, how often and for how long. */
export interface PrefixOptions {
  /** Chance that an episode has a prefix, [0, 1]. */
  readonly share: number;
  /** Most control steps of a prefix; each length from 1 on is as likely. */
  readonly longest: number;
  /** Who plays it. */
  readonly by: Policy;
}

/** What a controller with prefixes remembers. */
export interface PrefixMemory<M> {
  /** Memory of the controller inside. */
  readonly inner: M;
  /** Steps until it takes over. */
  readonly left: number;
}

/**
 * Lets `by` begin some of the episodes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * import { zero } from "./controller.ts";
 * const begun = prefixed({ share: 1, longest: 1, by: zero(2) })(zero(2));
 * assertEquals(begun.init(key(1)).left, 1);
 * ```
 */
export function prefixed(
  { share, longest, by }: PrefixOptions,
): <M>(inner: Controller<M>) => Controller<PrefixMemory<M>> {
  return <M>(inner: Controller<M>): Controller<PrefixMemory<M>> => ({
    id: `prefixed(${inner.id})`,
    init(key) {
      const [own, drawn] = split(key, 2);
      return { inner: inner.init(own), left: drawLength(drawn) };
    },
    act(memory, observation, desired) {
      if (memory.left > 0) {
        const { action } = by.act(undefined, observation, desired);
        return { action, memory: { ...memory, left: memory.left - 1 } };
      }
      const decision = inner.act(memory.inner, observation, desired);
      return {
        action: decision.action,
        memory: { inner: decision.memory, left: 0 },
      };
    },
  });

  function drawLength(key: Key): number {
    if (longest < 1 || uniform(key, 0) >= share) return 0;
    return 1 + integer(key, 1, longest);
  }
}
