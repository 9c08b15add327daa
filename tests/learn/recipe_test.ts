/** Which recipes make no learner, here and on the command line. */

import { assert, assertThrows } from "@std/assert";
import { checkFit, checkRecipe } from "../../lib/learn/check_recipe.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { recipeSchema } from "../../tasks/_settings.ts";

Deno.test("a setting that makes no learner is refused by name, with what is allowed and what it was; the command line refuses it, too", () => {
  const broken: readonly (readonly [Partial<Recipe>, string])[] = [
    [{ hidden: [] }, "'hidden' must be one or more whole numbers from 1"],
    [{ authority: 0 }, "'authority' must be one number above 0 and at most 2"],
    [
      { authority: [0.3, 2.1] },
      "where 0 leaves it to the base: current value is",
    ],
    [{ authority: [] }, "'authority' must be one number above 0"],
    [{ authority: [0, 0] }, "'authority' must be one number above 0"],
    [{ authority: [0.3, -0.1] }, "'authority' must be one number above 0"],
    [
      { authority: [1, 2], criticAction: "residual" },
      "one number unless 'criticAction' is \"executed\" or 'over' is",
    ],
    [{ batch: 255 }, "'batch' must be an even number from 2 to 4096"],
    [{ critics: 11 }, "'critics' must be a whole number from 1 to 10"],
    [
      { targetCritics: 6 },
      "'targetCritics' must be a whole number from 1 to 'critics'",
    ],
    [{ actorCritics: 0 }, "'actorCritics' must be"],
    [{ capacityEpisodes: 0.5 }, "'capacityEpisodes' must be a whole number"],
    [{ returnSteps: 0 }, "'returnSteps' must be a whole number from 1"],
    [{ burnInReturnSteps: 1.5 }, "'burnInReturnSteps' must be"],
    [{ held: 0 }, "'held' must be a whole number from 1"],
    [{ anchor: 0.95 }, "'anchor' must be a number from 0 to 0.9"],
    [{ prefix: -0.1 }, "'prefix' must be a number from 0 to 1"],
    [{ imitation: NaN }, "a number from 0 to 1000: current value is NaN"],
    [{ imitation: Infinity }, "'imitation' must be a number from 0 to 1000"],
    [{ hindsightBeyond: -1 }, "'hindsightBeyond' must be a number from 0"],
    [{ trust: 1 }, "'trust' must be 0 or a whole number from 2"],
    [{ trust: 20, prefix: 0.5 }, "'trust' must be 0 unless 'over' is"],
    [{ trust: 20, release: "value" }, "'trust' must be 0 unless 'over' is"],
    [{ trust: 20, over: "zero" }, "'trust' must be 0 unless 'over' is"],
    [{ anchor: 0.5, warmup: 0 }, "'anchor' must be 0 unless 'warmup' is above"],
    [
      { anchor: 0.5, capacityEpisodes: 2, roundEpisodes: 2 },
      "'capacityEpisodes' above 'roundEpisodes'",
    ],
    [
      { capacityEpisodes: 1, roundEpisodes: 2 },
      "'capacityEpisodes' must be at least 'roundEpisodes'",
    ],
    [{ annealing: 0.5 }, "'annealing' must be a whole number from 0"],
    [
      { annealing: 9, criticAction: "residual" },
      "'annealing' must be 0 unless 'criticAction' is \"executed\" or 'over' is",
    ],
    [{ prefix: 0.5, over: "zero" }, "'prefix' must be 0 unless 'over' is"],
    [{ expert: 0.5 }, "'expert' must be 0 unless 'over' is \"zero\""],
  ];
  for (const [change, why] of broken) {
    const recipe = { ...defaultRecipe(), ...change };
    assertThrows(() => checkRecipe(recipe), RangeError, why);
    assert(!recipeSchema.safeParse(recipe).success, why);
  }
});

Deno.test("an authority per entry is one for each, and the same for entries that mirror one another", () => {
  const swap = { source: [1, 0], sign: [1, 1], offset: [0, 0] };
  const mirror = { observation: swap, goal: swap, action: swap };
  const spec = { actionSize: 2, mirror };
  checkFit({ authority: 0.3 }, spec);
  checkFit({ authority: [0.3, 0.3] }, spec);
  checkFit({ authority: [0.3, 2] }, { actionSize: 2 });
  const refused = (authority: readonly number[], why: string) =>
    assertThrows(() => checkFit({ authority }, spec), RangeError, why);
  refused([0.3, 2], "'authority' must be the same for entries that mirror");
  refused([0.3], "one number, or 2 as an action has: current value is [0.3]");
});
