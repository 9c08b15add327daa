/**
 * Which recipes make a learner.
 *
 * @module
 */

import { authorities } from "../control/residual.ts";
import type { EnvSpec } from "../types.ts";
import type { Recipe } from "./recipe.ts";

/** Most rows of a batch. */
const LARGEST_BATCH = 4096;

/** What a setting must be, as words and as a test. */
type Rule = readonly [
  name: keyof Recipe,
  allowed: string,
  holds: (recipe: Recipe) => boolean,
];

/** What a setting must be beside others, in words with the names that the reader knows them by. */
export type Match = readonly [
  name: keyof Recipe,
  allowed: (named: (name: keyof Recipe) => string) => string,
  holds: (recipe: Recipe) => boolean,
];

/** How settings must suit each other; the command line holds to the same list. */
export const MATCHES: readonly Match[] = [
  [
    "targetCritics",
    (named) => `a whole number from 1 to ${named("critics")}`,
    ({ targetCritics, critics }) => isWhole(targetCritics, 1, critics),
  ],
  [
    "authority",
    (named) =>
      `one number unless ${named("criticAction")} is "executed" or ${
        named("over")
      } is "zero"`,
    // Where residuals are the actions, noise is in units of the authority.
    ({ authority, over, criticAction }) =>
      typeof authority === "number" || criticAction === "executed" ||
      over === "zero",
  ],
  [
    "annealing",
    (named) =>
      `0 unless ${named("criticAction")} is "executed" or ${
        named("over")
      } is "zero"`,
    ({ annealing, over, criticAction }) =>
      annealing === 0 || criticAction === "executed" || over === "zero",
  ],
  [
    "expert",
    (named) => `0 unless ${named("over")} is "zero"`,
    ({ expert, over }) => expert === 0 || over === "zero",
  ],
  [
    "prefix",
    (named) => `0 unless ${named("over")} is "controller"`,
    ({ prefix, over }) => prefix === 0 || over === "controller",
  ],
  [
    "trust",
    (named) =>
      `0 unless ${named("over")} is "controller", ${
        named("release")
      } is "updates" and ${named("prefix")} is 0`,
    ({ trust, over, release, prefix }) =>
      trust === 0 ||
      over === "controller" && release === "updates" && prefix === 0,
  ],
  [
    "anchor",
    (named) =>
      `0 unless ${named("warmup")} is above 0, and ${
        named("capacityEpisodes")
      } above ${named("roundEpisodes")}`,
    (recipe) =>
      recipe.anchor === 0 ||
      recipe.warmup > 0 && recipe.capacityEpisodes > recipe.roundEpisodes,
  ],
  [
    // Two Workers would write one slot at once.
    "capacityEpisodes",
    (named) => `at least ${named("roundEpisodes")}`,
    (recipe) => recipe.capacityEpisodes >= recipe.roundEpisodes,
  ],
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

function isAuthority(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 2;
}

/** What a learner cannot be made without. */
const RULES: readonly Rule[] = [
  [
    "authority",
    "one number above 0 and at most 2, or one per entry of an action, where 0 leaves it to the base",
    ({ authority }) => {
      const reach = authorities(authority);
      return reach.every(isAuthority) && reach.some((most) => most > 0);
    },
  ],
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
  whole("actorCritics", 1, 10),
  whole("capacityEpisodes", 1),
  [
    "trust",
    "0 or a whole number from 2",
    ({ trust }) => trust === 0 || isWhole(trust, 2, Infinity),
  ],
  whole("annealing", 0),
  whole("returnSteps", 1),
  whole("burnInReturnSteps", 1),
  whole("held", 1),
  upTo("anchor", 0.9),
  upTo("prefix", 1),
  upTo("imitation", 1000),
  upTo("hindsightBeyond", 1000),
  upTo("expert", 1),
  ...MATCHES.map(([name, allowed, holds]): Rule => [
    name,
    allowed((other) => `'${other}'`),
    holds,
  ]),
];

/**
 * The recipe itself, if a learner can be made of it.
 *
 * @throws {RangeError} If no authority is above 0 or one is beyond 2, a width, the
 * depth or the batch is zero, the batch cannot be cut into its two shards, there
 * are not enough critics, replay holds no episode, steps or shares are out of
 * range, or there is an expert to explore with besides the base.
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

/**
 * Whether an authority per entry suits the action: entries that mirror one
 * another have the same, or else a mirrored correction would be another one.
 *
 * @throws {RangeError} If it does not.
 */
export function checkFit(
  { authority }: Pick<Recipe, "authority">,
  { actionSize, mirror }: Pick<EnvSpec, "actionSize" | "mirror">,
): void {
  if (typeof authority === "number") return;
  if (authority.length !== actionSize) {
    refuseRecipe(
      "authority",
      `one number, or ${actionSize} as an action has`,
      authority,
    );
  }
  const lopsided = mirror?.action.source.some((from, i) =>
    authority[from] !== authority[i]
  );
  if (lopsided) {
    refuseRecipe(
      "authority",
      "the same for entries that mirror one another",
      authority,
    );
  }
}

function refuseRecipe(name: string, allowed: string, value: unknown): never {
  throw new RangeError(
    `Cannot learn by this recipe as '${name}' must be ${allowed}: current value is ${
      typeof value === "number" ? value : JSON.stringify(value)
    }`,
  );
}
