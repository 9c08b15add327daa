/** Two gradient updates of each recipe on one thread: kernels beside twins and beside tfjs. */

import { instantiate, twins } from "../kernels/mod.ts";
import { defaultRecipe, fastRecipe, paperRecipe } from "../lib/learn/recipe.ts";
import { tfjsBackend } from "../lib/learn/tfjs.ts";
import { benchLearner, twoUpdates } from "./_learner.ts";
import { tf } from "./_tensorflow.ts";

const url = new URL("../kernels/kernels.wasm", import.meta.url);
const module = await WebAssembly.compile(await Deno.readFile(url));

const recipes = {
  "default: five critics 2x128": defaultRecipe(),
  "fast: two critics 2x128": fastRecipe(),
  "paper: DDPG 3x256": paperRecipe(),
};

for (const [name, recipe] of Object.entries(recipes)) {
  const group = `two updates, ${name}`;
  const kernels = benchLearner(recipe, (memory) => instantiate(module, memory));
  Deno.bench(
    { name: "kernels", group, baseline: true },
    () => twoUpdates(kernels),
  );
  const other = benchLearner(
    recipe,
    (memory) => tfjsBackend(instantiate(module, memory), tf),
  );
  Deno.bench(
    { name: "tfjs (wasm)", group, n: 5, warmup: 1 },
    () => twoUpdates(other),
  );
  const plain = benchLearner(recipe, twins);
  Deno.bench(
    { name: "twins (TypeScript)", group, n: 3, warmup: 1 },
    () => twoUpdates(plain),
  );
}
