/**
 * Which recipes make a learner.
 *
 * @module
 */

import type { Recipe } from "./recipe.ts";

/** Most rows of a batch. */
const LARGEST_BATCH = 4096;

/** What a setting must be, as words and as a test. */
type Rule = readonly [
  name: keyof Recipe,
  allowed: string,
  holds: (recipe: Recipe) => boolean,
];

/** A rule for a whole number from `low` to `high`. */
function whole(name: keyof Recipe, low: number, high = Infinity): Rule {
  const allowed = high === Infinity
    ? `a whole number from ${low}`
    : `a whole number from ${low} to ${high}`;
  return [name, allowed, ({ [name]: value }) => isWhole(value, low, high)];
}

/** A rule for a number from 0 to `high`. */
function upTo(name: keyof Recipe, high: number): Rule {
  return [
    name,
    `a number from 0 to ${high}`,
    ({ [name]: value }) =>
      typeof value === "number" && value >= 0 && value <= high,
  ];
}

function isWhole(value: unknown, low: number, high: number): boolean {
  return Number.isInteger(value) && Number(value) >= low &&
    Number(value) <= high;
}

/** What a learner cannot be made without. */
const RULES: readonly Rule[] = [
  [
    "hidden",
    "one or more whole numbers from 1",
    ({ hidden }) =>
      hidden.length > 0 && hidden.every((width) => isWhole(width, 1, Infinity)),
  ],
  [
    "batch",
    `an even number from 2 to ${LARGEST_BATCH}`,
    ({ batch }) => isWhole(batch, 2, LARGEST_BATCH) && batch % 2 === 0,
  ],
  whole("critics", 1, 10),
  [
    "targetCritics",
    "a whole number up to critics",
    ({ targetCritics, critics }) => isWhole(targetCritics, 1, critics),
  ],
  whole("actorCritics", 1, 10),
  whole("capacityEpisodes", 1),
  [
    "trust",
    "0 or a whole number from 2",
    ({ trust }) => trust === 0 || isWhole(trust, 2, Infinity),
  ],
  [
    "trust",
    "0 unless there is a 'warmup', 'over' is \"controller\", 'release' is \"updates\" and 'prefix' is 0",
    ({ trust, warmup, over, release, prefix }) =>
      trust === 0 ||
      warmup > 0 && over === "controller" && release === "updates" &&
        prefix === 0,
  ],
  whole("returnSteps", 1),
  whole("burnInReturnSteps", 1),
  whole("held", 1),
  upTo("anchor", 0.9),
  upTo("prefix", 1),
  [
    "anchor",
    "0 unless there is a 'warmup', and 'capacityEpisodes' to hold it beside a round",
    (recipe) =>
      recipe.anchor === 0 ||
      recipe.warmup > 0 && recipe.capacityEpisodes > recipe.roundEpisodes,
  ],
  [
    "prefix",
    "0 unless 'over' is \"controller\"",
    ({ prefix, over }) => prefix === 0 || over === "controller",
  ],
  upTo("imitation", 1000),
  upTo("hindsightBeyond", 1000),
  upTo("expert", 1),
  [
    "expert",
    "0 unless 'over' is \"zero\"",
    ({ expert, over }) => expert === 0 || over === "zero",
  ],
];

/**
 * The recipe itself, if a learner can be made of it.
 *
 * @throws {RangeError} If a width, the depth or the batch is zero, the batch
 * cannot be cut into its two shards, there are not enough critics, replay
 * holds no episode, steps or shares are out of range, or there is an expert to
 * explore with besides the base.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { defaultRecipe } from "./recipe.ts";
 * const narrow = { ...defaultRecipe(), hidden: [128, 0] };
 * assertThrows(() => checkRecipe(narrow), RangeError, "hidden");
 * ```
 */
export function checkRecipe(recipe: Recipe): Recipe {
  const broken = RULES.find(([, , holds]) => !holds(recipe));
  if (broken === undefined) return recipe;
  const [name, allowed] = broken;
  return refuseRecipe(name, allowed, recipe[name]);
}

function refuseRecipe(name: string, allowed: string, value: unknown): never {
  throw new RangeError(
    `Cannot learn by this recipe as '${name}' must be ${allowed}: current value is ${
      typeof value === "number" ? value : JSON.stringify(value)
    }`,
  );
}
