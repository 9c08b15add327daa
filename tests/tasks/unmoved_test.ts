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
  const trust = { base: [], recent: [], gained: true };
  assertEquals(why({ trust: 20 }, { trust }), undefined);
});

Deno.test("what is withheld, what was never released and what came too early are told apart", () => {
  const base = [-50, -40].map((r) => ({ success: false, return: r }));
  const trust = { base, recent: Array(20).fill(-45), gained: false };
  const early = { ...trust, recent: [-45] };
  const cases = [
    [why({ trust: 20 }, { trust }), "withheld, as its latest 20 training"],
    [why({ trust: 20 }, { trust: early }), "played 1 of 20 training episodes"],
    [why({ trust: 20 }, {}), "fewer than two episodes is nothing to compare"],
    [why({}, { actorUpdates: 0 }), "never released, as too few updates"],
    [why({}, { actorUpdates: 0, steps: 800 }), "within recipe.warmup (1000)"],
    [why({ release: "value" }, {}), "mean value did not settle"],
  ] as const;
  for (const [found, says] of cases) {
    assert(found?.why.includes(says), found?.why);
  }
  assertEquals(cases[0][0]?.remedy, "train longer");
  assert(why({ trust: 20 }, {})?.remedy.startsWith("start a new run"));
});
