/**
 * Gradient updates: each recipe by the kernels, beside twins and tfjs; on one
 * Worker and two; and how they grow with batch and width. Two updates make one
 * piece, so that one of them moves the actor.
 * `deno task bench --filter /^update/`
 *
 * @module
 */

import { instantiate, twins } from "../kernels/mod.ts";
import { fastRecipe, paperRecipe } from "../lib/learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../lib/learn/recipe.ts";
import { tfjsBackend } from "../lib/learn/tfjs.ts";
import { openThreads } from "../tasks/_peers/threads.ts";
import { loadBuild } from "./_kernels.ts";
import { benchLearner, twoUpdates } from "./_learner.ts";
import { tf } from "./_tensorflow.ts";

const plain = await loadBuild("kernels.wasm");
const relaxed = await loadBuild("kernels.relaxed.wasm");

const recipes = {
  "default: five critics 2x128": defaultRecipe(),
  "fast: two critics 2x128": fastRecipe(),
  "paper: DDPG 3x256": paperRecipe(),
};

function compiled(recipe: Recipe, module = plain): () => void {
  const learner = benchLearner(recipe, (memory) => instantiate(module, memory));
  return () => twoUpdates(learner);
}

for (const [name, recipe] of Object.entries(recipes)) {
  const group = `update: two of ${name}`;
  const own = { group, baseline: true };
  Deno.bench(`${group}: kernels`, own, compiled(recipe));
  Deno.bench(
    `${group}: relaxed kernels`,
    { group },
    compiled(recipe, relaxed),
  );
  const other = benchLearner(
    recipe,
    (memory) => tfjsBackend(instantiate(plain, memory), tf),
  );
  Deno.bench(
    `${group}: tfjs wasm`,
    { group, n: 3, warmup: 1 },
    () => twoUpdates(other),
  );
  const twin = benchLearner(recipe, twins);
  Deno.bench(
    `${group}: twins`,
    { group, n: 3, warmup: 1 },
    () => twoUpdates(twin),
  );
}

for (const learner of ["default", "td3-2x128", "ddpg-3x256"] as const) {
  const group = `update: one of ${learner}`;
  for (const threads of [1, 2] as const) {
    const job = { kind: "update", learner } as const;
    const { measure } = await openThreads({ job, threads });
    Deno.bench(
      `${group}: ${threads === 1 ? "one Worker" : "two Workers"}`,
      { group, baseline: threads === 1 },
      async () => void await measure(0),
    );
  }
}

for (const batch of [64, 256, 1024, 4096]) {
  const group = "update: two of the fast recipe, batch";
  Deno.bench(
    `${group} ${batch}`,
    { group, baseline: batch === 64 },
    compiled({ ...fastRecipe(), batch }),
  );
}

for (const width of [64, 128, 256, 512]) {
  const group = "update: two of the fast recipe, width";
  Deno.bench(
    `${group} ${width}`,
    { group, baseline: width === 64 },
    compiled({ ...fastRecipe(), hidden: [width, width] }),
  );
}
