/**
 * Ready recipes per task: the general ones with what a task needs.
 *
 * The paper's numbers follow from its protocol: a cycle is `roundEpisodes`
 * episodes and 40 updates, an epoch 50 cycles, the discount 1 - 1/T.
 *
 * @module
 */

import {
  ddpgRecipe,
  expertExploreRecipe,
  fastRecipe,
  GUARDED,
  OVERRULING,
  paperRecipe,
  td3Recipe,
} from "../learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../learn/recipe.ts";
import type { Base, Options, Task } from "./task.ts";

/** The names of the ready recipes. */
export const PRESETS = [
  "default",
  "fast",
  "guarded",
  "overruling",
  "paper",
  "ddpg",
  "expert-explore",
  "td3",
] as const;

/** A ready recipe. */
export type Preset = typeof PRESETS[number];

/** What a preset needs to know of a task. */
export type PresetTask = Pick<Task, "sizes" | "recipe" | "paper"> & {
  readonly bases: Readonly<Record<string, Pick<Base, "recipe" | "env">>>;
};

/** Updates of a cycle, and cycles of an epoch, in the paper. */
const UPDATES = 40;
const CYCLES = 50;
/** Transitions that its replay holds. */
const TRANSITIONS = 1e6;

/** Whether the preset repeats the released code and not our learner. */
export function fromPaper(preset: Preset): boolean {
  return preset === "paper" || preset === "ddpg" ||
    preset === "expert-explore";
}

/** The settings of the environment that a preset changes, over a base. */
export function presetEnv(
  preset: Preset,
  { paper, bases }: PresetTask,
  base: string,
): Options {
  if (preset === "td3") return {};
  if (!fromPaper(preset)) return bases[base]?.env ?? {};
  const own = preset !== "ddpg" && base === paper.base;
  return own ? { ...paper.env, ...paper.baseEnv } : paper.env;
}

/**
 * The recipe of a preset for a task over one of its bases, or another.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { taskNamed } from "./registry.ts";
 * const recipe = presetRecipe("paper", taskNamed("slippery-push"), "reactive");
 * assertEquals(recipe.updatesPerStep, 0.4); // 40 updates per 2 episodes of 50
 * ```
 */
export function presetRecipe(
  preset: Preset,
  task: PresetTask,
  base: string,
): Recipe {
  const discount = discountOf(task.sizes.horizon);
  const own = { ...task.recipe, ...task.bases[base]?.recipe, discount };
  // What suits another kind of failure is not mixed with what suits this base,
  // but with what suits the task.
  const plain = { ...defaultRecipe(), ...task.recipe, discount };
  switch (preset) {
    case "default":
      return { ...defaultRecipe(), ...own };
    case "fast":
      return { ...fastRecipe(), ...own };
    case "guarded": {
      // A task may know that its base needs a stronger pull.
      const pulls = [plain.residualPenalty, GUARDED.residualPenalty];
      return { ...plain, ...GUARDED, residualPenalty: Math.max(...pulls) };
    }
    case "overruling":
      return { ...plain, ...OVERRULING };
    case "td3":
      return { ...td3Recipe(), discount };
    case "paper": {
      // The residual is twice as strong as the box, and so is its noise.
      const { noise } = task.paper;
      return underProtocol(paperRecipe(), task, 2 * noise);
    }
    case "ddpg":
      return underProtocol(ddpgRecipe(), task, task.paper.noise);
    case "expert-explore": {
      const { noise, expertRandom } = task.paper;
      const recipe = underProtocol(expertExploreRecipe(), task, noise);
      return { ...recipe, random: expertRandom };
    }
  }
}

function underProtocol(
  recipe: Recipe,
  task: PresetTask,
  noise: number,
): Recipe {
  const { roundEpisodes, frames = recipe.frames } = task.paper;
  const { horizon } = task.sizes;
  const cycle = roundEpisodes * horizon;
  return {
    ...recipe,
    noise,
    frames,
    roundEpisodes,
    discount: discountOf(horizon),
    updatesPerStep: UPDATES / cycle,
    epochSteps: CYCLES * cycle,
    capacityEpisodes: Math.round(TRANSITIONS / horizon),
  };
}

function discountOf(horizon: number): number {
  return 1 - 1 / horizon;
}
