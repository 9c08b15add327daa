/**
 * The hook tasks as entries of the table.
 *
 * @module
 */

import { hookFilter } from "../control/estimate.ts";
import { reactiveHook } from "../control/reactive_hook.ts";
import { estimated } from "../env/estimated.ts";
import { frames } from "../env/frames.ts";
import { GUARDED } from "../learn/ready_recipes.ts";
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

const DESCRIPTION = "grasps the hook, lays it behind the cube and pulls";

/** The paper's controller, which believes each noisy frame. */
const RAW: Base = {
  description: `${DESCRIPTION}, believing each noisy frame`,
  options: {},
  policy: rawHook,
  // Noise makes it hesitate between its stages. On the arm that averages out, but
  // not on fingers that open and close: a correction may turn these round, and
  // the arm a little. Success after 10, 15 and 20 thousand steps, seed 2: 0.73,
  // 0.80, 0.90; a little of all entries 0.18, 0.32, 0.24 as far as they may turn
  // round, 1; the default recipe with these authorities 0.18, 0.62, 0.77.
  recipe: {
    authority: [0.3, 0.3, 0.3, 2],
    warmup: 3000,
    warmupNoise: 0,
    warmupCorrections: true,
    held: 5,
    returnSteps: 3,
    burnInReturnSteps: 10,
  },
};

/**
 * The same controller fed by a filter. The estimates stand behind the frames:
 * the cube, then the hook.
 */
const FILTERED: Base = {
  description: `${DESCRIPTION}, believing a filter of all frames`,
  options: {},
  policy: filteredHook,
  recipe: GUARDED,
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
  recipe: { warmup: 2000 },
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
  recipe: { warmup: 2000 },
  paper: { ...PROTOCOL, base: "reactive", env: { bodyOffset: 1 } },
  make: (mujoco, options) => hide(complexHook(mujoco, options)),
};
