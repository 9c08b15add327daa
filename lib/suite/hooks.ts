/**
 * The hook tasks as entries of the table.
 *
 * @module
 */

import { hookFilter } from "../control/estimate.ts";
import { reactiveHook } from "../control/reactive_hook.ts";
import { estimated } from "../env/estimated.ts";
import { frames } from "../env/frames.ts";
import type { Recipe } from "../learn/recipe.ts";
import { complexHook } from "./fetch/complex_hook.ts";
import { HOOK_CHANNELS, HOOK_HORIZON, noisyHook } from "./fetch/hook.ts";
import { FETCH_CHANNELS } from "./push.ts";
import { filteredHook, NOISY_FRAMES, rawHook } from "./hook_bases.ts";
import {
  type Base,
  hide,
  hideOver,
  type OptionSpec,
  type Protocol,
  type Task,
} from "./task.ts";

const READINGS = HOOK_CHANNELS.length;

const SIZES: Task["sizes"] = {
  observationSize: READINGS,
  goalSize: 3,
  actionSize: 4,
  horizon: HOOK_HORIZON,
};

/** How the paper ran both hook tasks. */
const PROTOCOL: Omit<Protocol, "env" | "base"> = {
  baseEnv: {},
  noise: 0.1,
  roundEpisodes: 4,
  expertRandom: 0.6,
};

/**
 * How both tasks are learnt. Fingers that open or close by mistake undo a whole
 * episode: a correction may turn them round, and the arm, on which errors average
 * out, a little. What a grasp was worth shows many steps later, so that
 * corrections last five steps where chance makes them, and returns are summed
 * over three, in burn-in ten.
 *
 * Success after 5, 10, 15 and 20 thousand steps: over the raw controller, seed 2,
 * 0.24 0.73 0.80 0.90, with an authority of 1 for all 0.19 0.19 0.32 0.24, with
 * these authorities and else the default 0.15 0.18 0.62 0.77; on complex-hook,
 * seed 1, 0.64 0.82 0.88 0.82, with the default 0.64 0.62 0.66 0.74. Further seeds
 * are in `results/solve`.
 */
const HOOK_RECIPE: Partial<Recipe> = {
  authority: [0.3, 0.3, 0.3, 2],
  warmup: 3000,
  warmupNoise: 0,
  warmupCorrections: true,
  held: 5,
  returnSteps: 3,
  burnInReturnSteps: 10,
};

const DESCRIPTION = "grasps the hook, lays it behind the cube and pulls";

/** The paper's controller, which believes each noisy frame. */
const RAW: Base = {
  description: `${DESCRIPTION}, believing each noisy frame`,
  options: {},
  policy: rawHook,
};

/**
 * The same controller fed by a filter. The estimates stand behind the frames:
 * the cube, then the hook.
 */
const FILTERED: Base = {
  description: `${DESCRIPTION}, believing a filter of all frames`,
  options: {},
  policy: filteredHook,
  // It mostly succeeds: a correction has to be worth more, and critics see more
  // of what the base does before there is one. Seed 2, lowest and at 14,000 steps:
  // 0.92 and 0.96; with HOOK_RECIPE alone 0.90 and 0.93, with the penalty alone
  // 0.88 and 0.99, with GUARDED's exploration as well 0.87 and 0.96.
  recipe: { residualPenalty: 10, warmup: 5000 },
  make(mujoco, env) {
    const task = noisyHook(mujoco, env);
    return hideOver(
      frames(NOISY_FRAMES)(estimated(hookFilter(env.noise))(task)),
      task,
    );
  },
};

function truth(value: 0 | 1, description: string): OptionSpec {
  return {
    default: value,
    low: 0,
    high: 1,
    unit: "",
    description: `${description}; 1 or 0`,
    whole: true,
  };
}

/** NoisyHook. */
export const NOISY_HOOK: Task = {
  id: "noisy-hook",
  description: "fetch a cube out of reach with a hook, under noise",
  sizes: { ...SIZES, observationSize: NOISY_FRAMES * READINGS },
  ...FETCH_CHANNELS,
  options: {
    noise: {
      default: 0.025,
      low: 0,
      high: 1,
      unit: "m, rad",
      description: "Standard deviation of the noise on hook and cube",
    },
    overwrite: truth(0, "Lose two of the cube's angles, as the original does"),
  },
  bases: { raw: RAW, filtered: FILTERED },
  recipe: HOOK_RECIPE,
  paper: {
    ...PROTOCOL,
    base: "raw",
    env: { overwrite: 1 },
    frames: "average",
  },
  make(mujoco, options) {
    const task = noisyHook(mujoco, options);
    return hideOver(frames(NOISY_FRAMES)(task), task);
  },
};

/** ComplexHook. */
export const COMPLEX_HOOK: Task = {
  id: "complex-hook",
  description: "fetch one of many objects over bumps with a hook",
  sizes: SIZES,
  ...FETCH_CHANNELS,
  options: {
    scenes: {
      default: 100,
      low: 1,
      high: 100,
      unit: "",
      description: "Scenes that are played",
      whole: true,
    },
    bumps: truth(1, "Bumps on the table"),
    objects: truth(1, "Another object in each scene"),
    bodyOffset: truth(0, "Misplace objects as the original does"),
  },
  evaluation: { unseen: 1 },
  bases: {
    reactive: {
      description: DESCRIPTION,
      options: {},
      policy: () => reactiveHook(),
    },
  },
  // Without trust one of three seeds falls to 0.09 below its base before 10,000
  // steps; it changes what is judged and served, not what is learnt.
  recipe: { ...HOOK_RECIPE, trust: 40 },
  paper: { ...PROTOCOL, base: "reactive", env: { bodyOffset: 1 } },
  make: (mujoco, options) => hide(complexHook(mujoco, options)),
};
