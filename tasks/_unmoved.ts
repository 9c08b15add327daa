/**
 * Why the policy of a run is still its controller.
 *
 * @module
 */

import { type Counters, hasMoved } from "../lib/train/schedule.ts";
import { isTrusted } from "../lib/train/trust.ts";
import type { RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";

/** What a person is told of it. */
export interface Unmoved {
  /** The reason, to begin a sentence with. */
  readonly why: string;
  /** What to do about it, to end one with. */
  readonly remedy: string;
}

/** Why, and what to do; `undefined` where the policy may differ from its controller. */
export function whyUnmoved(
  { recipe }: Pick<RunConfig, "recipe">,
  counters: Counters,
): Unmoved | undefined {
  if (hasMoved(recipe, counters)) return undefined;
  const { actorUpdates, trust } = counters;
  if (actorUpdates > 0 && !isTrusted(recipe, trust)) {
    return neverTrusted(recipe, counters);
  }
  const why = neverReleased(recipe, counters);
  return {
    why: `The correction was never released, as ${why}`,
    remedy: "train longer",
  };
}

function neverTrusted(
  { trust: asked }: RunConfig["recipe"],
  { steps, trust: { base, recent } }: Counters,
): Unmoved {
  const withheld = "The correction is withheld, as";
  if (base.length < 2) {
    return {
      why:
        `${withheld} a first evaluation of fewer than two episodes is nothing to compare with (evaluation.episodes)`,
      remedy: "start a new run that is judged over more",
    };
  }
  const within = counted(steps, "step");
  const why = recent.length < asked
    ? `it has played ${recent.length} of ${asked} training episodes within ${within}`
    : `its latest ${asked} training episodes were at no time clearly better than the controller's first evaluation within ${within}`;
  return { why: `${withheld} ${why} (recipe.trust)`, remedy: "train longer" };
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
