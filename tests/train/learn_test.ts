/** Learning in one's own program. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  defaultRecipe,
  fromFunction,
  key,
  learn,
  paperRecipe,
  type Recipe,
  timeLimit,
} from "../../mod.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import { checkRecipe } from "../../lib/learn/check_recipe.ts";
import {
  ddpgRecipe,
  expertExploreRecipe,
  fastRecipe,
  GUARDED,
  OVERRULING,
  td3Recipe,
} from "../../lib/learn/ready_recipes.ts";
import { recipeSchema } from "../../tasks/_settings.ts";
import { toy } from "../toy.ts";

const small = { hidden: [16, 16], batch: 32, warmup: 200, burnIn: 60 };

function biased() {
  return fromFunction("biased spring", (seen, goal) => [
    4 * (goal[0] - seen[0]) - 1.2 * seen[1] + 0.16,
  ]);
}

Deno.test("a library user learns over an environment and a function of their own", async () => {
  const env = timeLimit(40)(toy());
  const { progress, policy } = learn({
    env,
    base: biased(),
    steps: 400,
    recipe: { ...defaultRecipe(), ...small },
    evaluationEpisodes: 5,
    gatePairs: 20,
  });
  const before = unroll(env, policy, key(1));
  assertEquals(before, unroll(env, biased(), key(1)));
  const kinds = new Set<string>();
  for await (const { stage } of progress) kinds.add(stage.kind);
  assertEquals([...kinds].sort(), ["evaluate", "gate", "learn", "play"]);
  const seen = Float32Array.of(0.1, 0);
  const { action } = policy.act(undefined, seen, Float32Array.of(0.2));
  assert(
    action[0] !== biased().act(undefined, seen, Float32Array.of(0.2)).action[0],
  );
});

Deno.test("the paper's policy is the sum too, and the base before it has learnt", () => {
  const env = timeLimit(40)(toy());
  const { policy } = learn({
    env,
    base: biased(),
    steps: 400,
    recipe: { ...paperRecipe(), ...small },
  });
  for (let seed = 0; seed < 5; seed++) {
    assertEquals(
      unroll(env, policy, key(seed)),
      unroll(env, biased(), key(seed)),
    );
  }
});

Deno.test("every ready recipe makes a learner, here and on the command line", () => {
  for (
    const recipe of [
      defaultRecipe(),
      fastRecipe(),
      paperRecipe(),
      ddpgRecipe(),
      expertExploreRecipe(),
      td3Recipe(),
      { ...defaultRecipe(), ...GUARDED },
      { ...defaultRecipe(), ...OVERRULING },
    ]
  ) {
    assertEquals(checkRecipe(recipe), recipe);
    assertEquals(recipeSchema.parse(recipe), recipe);
  }
  const wrong = { ...paperRecipe(), expert: 0.5 };
  assert(!recipeSchema.safeParse(wrong).success);
});

Deno.test("a recipe that makes no learner is refused with what is allowed", () => {
  const env = timeLimit(40)(toy());
  const begin = (change: Partial<Recipe>) => () =>
    learn({
      env,
      base: biased(),
      steps: 400,
      recipe: { ...defaultRecipe(), ...change },
    });
  const cases: readonly (readonly [Partial<Recipe>, string])[] = [
    [{ hidden: [] }, "'hidden' must be one or more whole numbers from 1"],
    [{ hidden: [32, 0] }, "current value is [32,0]"],
    [{ batch: 0 }, "'batch' must be an even number from 2 to 4096"],
    [{ batch: 33 }, "current value is 33"],
    [{ critics: 0 }, "'critics' must be a whole number from 1 to 10"],
    [{ expert: 0.8 }, "'expert' must be 0 unless 'over' is"],
    [{ expert: 1.5, over: "zero" }, "'expert' must be a number from 0 to 1"],
    [{ targetCritics: 6 }, "'targetCritics'"],
    [{ hidden: [4096, 4096, 4096] }, "bytes of memory and the kernels address"],
  ];
  for (const [change, says] of cases) {
    assertThrows(begin(change), RangeError, says);
  }
});
