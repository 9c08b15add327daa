/**
 * Leaves of the configuration: zod schemas that carry in words what they allow
 * and what they are for, so that help, refusals and checks have one source.
 *
 * @module
 */

import { z } from "zod";
import { MATCHES } from "../lib/learn/check_recipe.ts";
import type { Recipe } from "../lib/learn/recipe.ts";

/** A leaf of the configuration under its full name. */
export interface Setting {
  /** Full name, for example `recipe.polyak`. */
  readonly path: string;
  /** Completes "it must be ...". */
  readonly allowed: string;
  readonly description: string;
}

/** A whole number from `low` to `high`. */
export function whole(
  low: number,
  high: number,
  description: string,
): z.ZodNumber {
  const allowed = `a whole number from ${low} to ${high}`;
  return z.number().int().min(low).max(high).meta({ allowed, description });
}

/** A number in [low, high]. */
export function real(
  low: number,
  high: number,
  description: string,
): z.ZodNumber {
  const allowed = `a number from ${low} to ${high}`;
  return z.number().min(low).max(high).meta({ allowed, description });
}

/** A number in (0, high]. */
export function positive(high: number, description: string): z.ZodNumber {
  const allowed = `a number above 0 and at most ${high}`;
  return z.number().positive().max(high).meta({ allowed, description });
}

/** True or false. */
export function truth(description: string): z.ZodBoolean {
  return z.boolean().meta({ allowed: "true or false", description });
}

/** A setting that came later: runs written before are read as having had `value`. */
export function since<S extends z.ZodType>(
  schema: S,
  value: z.util.NoUndefined<z.output<S>>,
): z.ZodDefault<S> {
  return schema.default(value).meta({ ...schema.meta() });
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(
  words: T,
  description: string,
): z.ZodEnum<{ [W in T[number]]: W }> {
  const allowed = `one of ${words.join(", ")}`;
  return z.enum(words).meta({ allowed, description });
}

/** The leaves of an object schema, in its order, under full names. */
export function leaves(schema: z.ZodObject, prefix = ""): readonly Setting[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = prefix + name;
    if (field instanceof z.ZodObject) return leaves(field, `${path}.`);
    const meta = (field as z.ZodType).meta();
    if (typeof meta?.allowed !== "string") return [];
    const description = meta.description ?? "";
    return [{ path, allowed: meta.allowed, description }];
  });
}

const pastMemory = 10_000_000;

/** An authority. */
const most = z.number().min(0).max(2);

/** The {@link Recipe}, with the ranges of its documentation. */
export const recipeSchema = z.strictObject({
  authority: z.union([
    most.positive(),
    z.array(most).max(64).refine((each) => each.some((one) => one > 0)),
  ]).meta({
    allowed:
      "a number above 0 and at most 2, or one per entry of an action, such as [0.3,0.3,0,2], where 0 leaves it to the base",
    description: "Greatest correction per action entry, action units",
  }),
  annealing: since(
    whole(0, pastMemory, "Actor updates over which the authority grows to all"),
    0,
  ),
  over: choice(
    ["controller", "zero"],
    "What is learnt over; zero is learning from scratch",
  ),
  clipBase: truth("Clip the base to the action box before the correction"),
  criticAction: choice(
    ["executed", "residual"],
    "Action that critics judge and replay relabels",
  ),
  selection: truth("Play and back up the better of base and base + correction"),
  critics: whole(1, 10, "Number of critics"),
  targetCritics: whole(
    1,
    10,
    "Critics whose minimum forms the target; at most recipe.critics",
  ),
  actorCritics: whole(
    1,
    10,
    "Critics whose mean the actor climbs; 10 for all there are",
  ),
  frames: choice(
    ["concat", "average"],
    "Two frames of an observation: read as one, or either and averaged",
  ),
  hidden: z.array(z.number().int().min(1).max(4096)).min(1).max(8).meta({
    allowed: "1 to 8 whole numbers from 1 to 4096, such as [128,128]",
    description: "Widths of the hidden layers of actor and critics",
  }),
  layerNorm: truth("LayerNorm without affine part in the critics"),
  batch: z.number().int().min(2).max(4096).multipleOf(2).meta({
    allowed: "an even whole number from 2 to 4096",
    description: "Rows of a gradient update",
  }),
  criticRate: positive(1, "Adam step size of the critics"),
  actorRate: positive(1, "Adam step size of the actor"),
  residualPenalty: real(
    0,
    1000,
    "Weight of mean(tanh(f)^2) in the actor's loss",
  ),
  imitation: since(
    real(0, 1000, "Weight of the pull to executed actions that critics prefer"),
    0,
  ),
  actorDelay: whole(1, 1000, "Critic updates per actor update"),
  polyak: positive(1, "Polyak step of the target networks"),
  averaging: positive(
    1,
    "Step of the averaged networks that are judged and served",
  ),
  trust: since(
    z.union([z.literal(0), z.number().int().min(2).max(pastMemory)]).meta({
      allowed: `0 or a whole number from 2 to ${pastMemory}`,
      description:
        "The base is judged until the latest so many training episodes beat its first evaluation",
    }),
    0,
  ),
  polyakEvery: whole(1, 100_000, "Updates between two moves of the targets"),
  discount: z.number().min(0).lt(1).meta({
    allowed: "a number from 0 to below 1",
    description: "Discount per control step",
  }),
  hindsight: real(0, 1, "Chance that hindsight relabels a sampled goal"),
  hindsightBeyond: since(
    real(
      0,
      1000,
      "Least way from what was achieved to a relabelled goal, goal units",
    ),
    0,
  ),
  anchor: since(
    real(0, 0.9, "Share of a batch that is drawn from the warm-up"),
    0,
  ),
  returnSteps: since(
    whole(1, 1000, "Steps of rewards before critics are asked"),
    1,
  ),
  mirror: truth("Mirror a sampled transition with chance one half"),
  bothViews: truth("Act on the average of a moment and its mirror image"),
  updatesPerStep: real(0, 100, "Gradient updates per environment step"),
  warmup: whole(0, pastMemory, "Steps of the noisy base before learning"),
  burnIn: whole(
    0,
    pastMemory,
    "Critic-only updates before the actor is released",
  ),
  burnInReturnSteps: since(
    whole(
      1,
      1000,
      "The same during burn-in: recipe.returnSteps of its updates",
    ),
    1,
  ),
  release: choice(
    ["updates", "value"],
    "What ends burn-in: updates, or also a mean value that has settled",
  ),
  valueThreshold: real(
    0,
    1000,
    "Change of the mean value between epochs that counts as settled",
  ),
  epochSteps: whole(
    1,
    pastMemory,
    "Environment steps per epoch of release by value",
  ),
  warmupNoise: real(0, 2, "Deviation of exploration in warm-up, action units"),
  warmupRandom: real(0, 1, "Chance of a uniform action in warm-up"),
  warmupCorrections: since(
    truth("Random actions of the warm-up correct the base, as those after it"),
    false,
  ),
  held: since(whole(1, 1000, "Steps for which a random action is held"), 1),
  noise: real(0, 2, "Deviation of exploration after warm-up, action units"),
  random: real(0, 1, "Chance of a uniform correction after warm-up"),
  expert: real(
    0,
    1,
    "Chance that such an action is the controller's; needs recipe.over=zero",
  ),
  prefix: since(
    real(0, 1, "Chance that the base alone begins a training episode"),
    0,
  ),
  roundEpisodes: whole(1, 1000, "Episodes between two learning phases"),
  capacityEpisodes: whole(1, 1_000_000, "Episodes that replay holds"),
  deviationFloor: positive(1, "Smallest standard deviation of the normaliser"),
}).superRefine((recipe, context) => {
  for (const [name, allowed, holds] of MATCHES) {
    if (holds(recipe)) continue;
    const message = allowed((other) => `recipe.${other}`);
    context.addIssue({ code: "custom", path: [name], message });
  }
}) satisfies z.ZodType<Recipe>;
