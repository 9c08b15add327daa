/**
 * Hindsight sampling at the size of the Fetch tasks: kernel and twin, and the
 * kernel over stores of 10^3 to 10^6 transitions.
 * `deno task bench --filter /^replay/`
 *
 * A row reads five cache lines of 64 bytes: two records of two lines each, and
 * one of the record that its goal was achieved in. 10^3 transitions lie in
 * 0.13 MB and 10^6 in 131 MB, which is outside the caches and over 32,000 pages
 * of memory, so a row costs what fetching five lines from there costs.
 *
 * @module
 */

import { instantiate, twins } from "../kernels/mod.ts";
import { fastRecipe } from "../lib/learn/ready_recipes.ts";
import { loadBuild } from "./_kernels.ts";
import { sampler } from "../tasks/_peers/jobs.ts";
import { benchLearner } from "./_learner.ts";

const module = await loadBuild("kernels.wasm");

/** Sampling `batch` rows from `transitions`, by the kernel or its twin. */
function sampling(batch: number, transitions: number, twin = false) {
  return sampler(benchLearner(
    { ...fastRecipe(), batch },
    (memory) => twin ? twins(memory) : instantiate(module, memory),
    transitions / 50,
  ));
}

for (const batch of [256, 4096]) {
  const group = `replay: batch of ${batch} from 10^5 transitions`;
  const own = { group, baseline: true };
  Deno.bench(`${group}: kernel`, own, sampling(batch, 1e5));
  Deno.bench(`${group}: twin`, { group }, sampling(batch, 1e5, true));
}

for (const batch of [256, 4096]) {
  const group = `replay: batch of ${batch}, transitions`;
  for (const transitions of [1e3, 1e4, 1e5, 1e6]) {
    Deno.bench(
      `${group} ${transitions}`,
      { group, baseline: transitions === 1e3 },
      sampling(batch, transitions),
    );
  }
}
