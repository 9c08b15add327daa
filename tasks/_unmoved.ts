/**
 * Why the policy of a run is still its controller.
 *
 * @module
 */

import { type Counters, hasMoved } from "../lib/train/schedule.ts";
import { isTrusted } from "../lib/train/trust.ts";
import type { RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";

/** The reason, to begin a sentence with; `undefined` where the policy may differ from its controller. */
export function whyUnmoved(
  { recipe }: Pick<RunConfig, "recipe">,
  counters: Counters,
): string | undefined {
  if (hasMoved(recipe, counters)) return undefined;
  const { actorUpdates, trust } = counters;
  return actorUpdates > 0 && !isTrusted(recipe, trust)
    ? `The correction is withheld, as ${neverTrusted(recipe, counters)}`
    : `The correction was never released, as ${
      neverReleased(recipe, counters)
    }`;
}

function neverTrusted(
  { trust: asked, warmup }: RunConfig["recipe"],
  { steps, trust }: Counters,
): string {
  return trust.warmup.length < 2
    ? `a warm-up of fewer than two episodes is nothing to compare with (recipe.warmup ${warmup})`
    : `no ${asked} training episodes in a row were clearly better than the warm-up's within ${
      counted(steps, "step")
    } (recipe.trust)`;
}

function neverReleased(
  recipe: RunConfig["recipe"],
  { steps }: Counters,
): string {
  const played = counted(steps, "step");
  if (steps <= recipe.warmup) {
    return `the run ended after ${played}, within recipe.warmup (${recipe.warmup})`;
  }
  return recipe.release === "value"
    ? `the critics' mean value did not settle within ${played} (epochs of recipe.epochSteps, ${recipe.epochSteps})`
    : `too few updates followed burn-in (recipe.updatesPerStep ${recipe.updatesPerStep}, recipe.actorDelay ${recipe.actorDelay})`;
}
