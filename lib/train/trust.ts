/**
 * When the learnt policy takes over from the base in evaluations and in what is
 * served: once training itself has shown that it is better.
 *
 * A correction that may overrule its base can be far worse than it for thousands
 * of steps before it is better. What it plays in training tells when that is
 * over, at no cost: the rule asks for the mean return of the latest episodes,
 * exploration and all, to lie above that of the base in the run's first
 * evaluation by an interval of 95 %. It asks after each round, so that it errs
 * more often than one test would: of policies that stay just as good as a base
 * of 0.49, judged over 100 episodes, 37 in 100 are trusted within 300 episodes,
 * and of those worse by 0.1 three (40 at a time; simulated). Of those as good as
 * a base of 0.9 it is 55, and over evaluations of fewer than some 20 episodes the
 * interval says little. That is a rule of thumb, and the gate stays the guarantee
 * (`serving.ts`). It compares episodes of training with episodes of evaluation:
 * where those are of other scenes, it takes both to be as hard.
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
import type { Outcome } from "../rollout/unroll.ts";

/** An episode by what it came to. */
export type Scored = Pick<Outcome, "success" | "return">;

/** What training has shown so far; nothing is noted where `recipe.trust` is 0. */
export interface Trust {
  /** The base's episodes of the first evaluation; none once trust is gained. */
  readonly base: readonly Scored[];
  /** Returns of the latest episodes that the learnt policy has played in training. */
  readonly recent: readonly number[];
  /** Whether the latest have been better; for good. */
  readonly gained: boolean;
}

/** Before the first evaluation. */
export function startTrust(): Trust {
  return { base: [], recent: [], gained: false };
}

/** After the base's episodes of the first evaluation, which are to be beaten. */
export function observeBase(
  trust: Trust,
  { trust: count }: Pick<Recipe, "trust">,
  base: readonly Scored[],
): Trust {
  if (count === 0) return trust;
  return {
    ...trust,
    base: base.map((o) => ({ success: o.success, return: o.return })),
  };
}

/**
 * After a round of the learnt policy's training episodes with these returns.
 *
 * @example The latest two must be better.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const base = [-50, -49, -50, -49].map((r) => ({ success: false, return: r }));
 * const before = observeBase(startTrust(), { trust: 2 }, base);
 * const once = observeReturns(before, { trust: 2 }, [-30]);
 * assertEquals(once.gained, false);
 * assertEquals(observeReturns(once, { trust: 2 }, [-31]).gained, true);
 * ```
 */
export function observeReturns(
  trust: Trust,
  { trust: count }: Pick<Recipe, "trust">,
  returns: readonly number[],
): Trust {
  if (count === 0 || trust.gained) return trust;
  const recent = [...trust.recent, ...returns].slice(-count);
  const base = trust.base.map((o) => o.return);
  const better = recent.length === count && base.length > 1 &&
    difference(meanInterval(recent), meanInterval(base)).low > 0;
  // What has been decided needs no more evidence.
  return better ? { base: [], recent: [], gained: true } : { ...trust, recent };
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
