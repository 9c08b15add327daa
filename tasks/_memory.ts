/**
 * How much kernel memory a run needs, and the refusal where it is more than
 * the kernels can address.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { LARGEST_MEMORY } from "../kernels/arena.ts";
import { createMemory } from "../kernels/mod.ts";
import { type ConfigError, refuse } from "../lib/errors.ts";
import { learnerBytes } from "../lib/learn/learner.ts";
import type { Recipe } from "../lib/learn/recipe.ts";
import type { Sizes } from "../lib/types.ts";
import type { RunConfig } from "./_config.ts";

/** The recipe with no more episodes than the run can play: memory follows need. */
export function sizedRecipe(config: RunConfig, { horizon }: Sizes): Recipe {
  const { recipe, steps } = config;
  const played = Math.ceil(steps / horizon) + recipe.roundEpisodes;
  const capacityEpisodes = Math.min(recipe.capacityEpisodes, played);
  return { ...recipe, capacityEpisodes };
}

/** Bytes that a run needs, refused where they are more than there can be. */
export function checkMemory(
  config: RunConfig,
  sizes: Sizes,
): E.Either<ConfigError, number> {
  const recipe = sizedRecipe(config, sizes);
  const bytes = learnerBytes(sizes, recipe);
  if (bytes <= LARGEST_MEMORY) return E.right(bytes);
  const networks = learnerBytes(sizes, { ...recipe, capacityEpisodes: 1 });
  const advice = [
    networks > LARGEST_MEMORY / 2
      ? ["recipe.hidden", "recipe.critics", "recipe.batch"]
      : [],
    bytes - networks > LARGEST_MEMORY / 2
      ? ["recipe.capacityEpisodes", "steps"]
      : [],
  ].flat();
  return E.left(tooLarge(
    bytes,
    `the limit is ${LARGEST_MEMORY}`,
    advice,
    bytes > 2 ** 31 ? "" : ", or raise LARGEST_MEMORY in kernels/arena.ts " +
      "(2 GiB at most) and run 'deno task build'",
  ));
}

/** A shared memory for the run, refused where there cannot be one. */
export function openMemory(
  config: RunConfig,
  sizes: Sizes,
): WebAssembly.Memory {
  const checked = checkMemory(config, sizes);
  if (E.isLeft(checked)) return refuse(checked.left);
  try {
    return createMemory(checked.right, true);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const advice = ["recipe.hidden", "recipe.capacityEpisodes", "steps"];
    const why = "this machine does not give them";
    return refuse(tooLarge(checked.right, why, advice));
  }
}

function tooLarge(
  bytes: number,
  why: string,
  settings: readonly string[],
  otherwise = "",
): ConfigError {
  const message = `Cannot train with these settings as they need ${bytes} ` +
    `bytes of kernel memory: ${why}. Lower ${settings.join(", ")}${otherwise}`;
  return { _tag: "ConfigError", message };
}
