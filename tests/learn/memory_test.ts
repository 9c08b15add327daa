/** The memory that is asked for is enough for the learner and all who act with it. */

import { assert } from "@std/assert";
import fc from "fast-check";
import { twins } from "../../kernels/mod.ts";
import { learnerBytes } from "../../lib/learn/learner.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { layOut } from "../../lib/train/training.ts";
import type { EnvSpec } from "../../lib/types.ts";
import { zero } from "../../lib/control/controller.ts";
import { recipeSchema } from "../../tasks/_settings.ts";

const whole = (min: number, max: number) => fc.integer({ min, max });

/** Recipes that the command line allows, of a size that a test can hold. */
const recipes: fc.Arbitrary<Recipe> = fc.record({
  critics: whole(1, 10),
  hidden: fc.array(whole(1, 300), { minLength: 1, maxLength: 4 }),
  batch: whole(1, 256).map((half) => 2 * half),
  capacityEpisodes: whole(1, 200),
  layerNorm: fc.boolean(),
  criticAction: fc.constantFrom("executed", "residual"),
  frames: fc.constantFrom("concat", "average"),
}).map((drawn) => ({
  ...defaultRecipe(),
  ...drawn,
  targetCritics: 1,
  roundEpisodes: 1,
}));

const specs: fc.Arbitrary<EnvSpec> = fc.record({
  observationSize: whole(1, 30).map((half) => 2 * half),
  goalSize: whole(1, 9),
  actionSize: whole(1, 12),
  horizon: whole(1, 100),
}).map((sizes) => ({
  id: "made-up",
  ...sizes,
  dt: 0.1,
  channels: Array.from({ length: sizes.observationSize }, (_, i) => `x${i}`),
  reward: { kind: "sparse", threshold: 0.05 },
}));

function assertFits(spec: EnvSpec, recipe: Recipe): void {
  assert(recipeSchema.safeParse(recipe).success, JSON.stringify(recipe));
  const bytes = learnerBytes(spec, recipe);
  const buffer = new ArrayBuffer(bytes);
  // The arena throws where it is asked for more than there is.
  const base = zero(spec.actionSize);
  const { learner, acting } = layOut(spec, base, recipe, twins({ buffer }));
  const last = acting[acting.length - 1].values.view;
  assert(last.byteOffset + last.byteLength <= bytes);
  assert(learner.replay.capacity === recipe.capacityEpisodes);
}

Deno.test("a learner and its acting buffers fit into the memory that it asks for", () => {
  fc.assert(
    fc.property(specs, recipes, (spec, recipe) => assertFits(spec, recipe)),
    { numRuns: 60 },
  );
});

Deno.test("so do the narrowest learner and one as deep as is allowed with the smallest batch", () => {
  const [spec] = fc.sample(specs, 1);
  const least = { ...defaultRecipe(), critics: 1, targetCritics: 1, batch: 2 };
  const small = { ...least, capacityEpisodes: 1, roundEpisodes: 1 };
  assertFits(spec, { ...small, hidden: [1] });
  assertFits(spec, { ...small, hidden: new Array(8).fill(600) });
});

Deno.test("so does one whose hidden entries are neither frame's", () => {
  const [spec] = fc.sample(specs, 1);
  const { observationSize } = spec;
  const hidden = { ...spec, visible: 2 * Math.ceil(observationSize / 4) };
  const average = { ...defaultRecipe(), frames: "average" as const };
  assertFits(hidden, { ...average, capacityEpisodes: 4 });
  const odd = { ...hidden, observationSize: observationSize + 1 };
  assertFits(odd, { ...average, capacityEpisodes: 4 });
});
