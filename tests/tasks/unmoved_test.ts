/** Why a policy is its controller, as a person is told. */

import { assert, assertEquals } from "@std/assert";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { type Counters, startCounters } from "../../lib/train/schedule.ts";
import { whyUnmoved } from "../../tasks/_unmoved.ts";

const after: Counters = { ...startCounters(), steps: 5000, actorUpdates: 900 };

function why(recipe: Partial<Recipe>, counters: Partial<Counters>) {
  const config = { recipe: { ...defaultRecipe(), ...recipe } };
  return whyUnmoved(config, { ...after, ...counters });
}

Deno.test("a policy that may differ from its controller has no such reason", () => {
  assertEquals(why({}, {}), undefined);
  const trust = { warmup: [], recent: [], gained: true };
  assertEquals(why({ trust: 20 }, { trust }), undefined);
});

Deno.test("what is withheld, what was never released and what came too early are told apart", () => {
  const trust = { warmup: [-50, -40], recent: [-45], gained: false };
  const cases = [
    [why({ trust: 20 }, { trust }), "withheld, as no 20 training episodes"],
    [why({ trust: 20 }, {}), "fewer than two episodes is nothing to compare"],
    [why({}, { actorUpdates: 0 }), "never released, as too few updates"],
    [why({}, { actorUpdates: 0, steps: 800 }), "within recipe.warmup (1000)"],
    [why({ release: "value" }, {}), "mean value did not settle"],
  ] as const;
  for (const [found, says] of cases) assert(found?.includes(says), found);
});
