/**
 * When the learnt policy takes over from the base in evaluations and in what is
 * served: once training itself has shown that it is better.
 *
 * A correction that may overrule its base can be far worse than it for thousands
 * of steps before it is better. Exploring policy and warm-up play episodes of
 * one kind, and with the recipe's noise alike in both their returns tell when
 * that is over, at no cost. The rule asks for the latest episodes' mean return to
 * lie above the warm-up's by an interval of 95 %. It asks again and again: of
 * policies that stay just as good as the warm-up's two in five are trusted within
 * 300 episodes (20 in a row; 30 of warm-up, success 0.43; simulated). That is a
 * rule of thumb, and the gate stays the guarantee (`serving.ts`).
 *
 * Until then the averaged actor, which is what is judged and served, is zero,
 * and a correction of zero is the base, bit for bit. From then on it averages as
 * ever, beginning with the networks that have shown it.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import type { Recipe } from "../learn/recipe.ts";
import { difference, meanInterval } from "../rollout/statistics.ts";

/** What training has shown so far; nothing is noted where `recipe.trust` is 0. */
export interface Trust {
  /** Returns of the warm-up's episodes. */
  readonly warmup: readonly number[];
  /** Returns of the latest episodes after it. */
  readonly recent: readonly number[];
  /** Whether the latest have been better; for good. */
  readonly gained: boolean;
}

/** Before the first episode. */
export function startTrust(): Trust {
  return { warmup: [], recent: [], gained: false };
}

/**
 * After a round of training episodes with these returns.
 *
 * @example Two in a row must be better.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const before = { ...startTrust(), warmup: [-50, -49, -50, -49] };
 * const once = observeReturns(before, { trust: 2 }, false, [-30]);
 * assertEquals(once.gained, false);
 * assertEquals(observeReturns(once, { trust: 2 }, false, [-31]).gained, true);
 * ```
 */
export function observeReturns(
  trust: Trust,
  { trust: count }: Pick<Recipe, "trust">,
  warmup: boolean,
  returns: readonly number[],
): Trust {
  if (count === 0 || trust.gained) return trust;
  if (warmup) return { ...trust, warmup: [...trust.warmup, ...returns] };
  const recent = [...trust.recent, ...returns].slice(-count);
  const better = recent.length === count && trust.warmup.length > 1 &&
    difference(meanInterval(recent), meanInterval(trust.warmup)).low > 0;
  // What has been decided needs no more evidence.
  return better
    ? { warmup: [], recent: [], gained: true }
    : { ...trust, recent };
}

/** Whether the learnt policy is judged and served, and not the base. */
export function isTrusted(
  { trust }: Pick<Recipe, "trust">,
  { gained }: Trust,
): boolean {
  return trust === 0 || gained;
}

/** Lets the averaged actor be the base until the learner is trusted. */
export function withhold({ actor }: Pick<Learner, "actor">): void {
  actor.average.view.fill(0);
}

/** Lets the averaged actor begin with what has just been trusted. */
export function adopt({ actor }: Pick<Learner, "actor">): void {
  actor.average.view.set(actor.params.view);
}
