/**
 * The pusher as an entry of the table.
 *
 * @module
 */

import { zero } from "../control/controller.ts";
import { CACHE_SIZE, cachedPets } from "./pusher/cache.ts";
import { HORIZON, JOINT_NAMES, pusher, VISIBLE } from "./pusher/pusher.ts";
import { JOINTS } from "./pusher/scene.ts";
import { hide, type Task } from "./task.ts";

/** MBRLPusher. */
export const PUSHER: Task = {
  id: "pusher",
  description: "push a puck to its goal with a torque-controlled arm",
  sizes: {
    observationSize: VISIBLE,
    goalSize: 3,
    actionSize: JOINTS,
    horizon: HORIZON,
  },
  goalChannels: ["x", "y", "z"].map((axis) => `goal.${axis} [m]`),
  actionChannels: JOINT_NAMES.map((name) => `${name} torque [N m]`),
  dense: true,
  options: {
    objectDeviation: {
      default: 0.025,
      low: 0,
      high: 0.1,
      unit: "m",
      description: "Standard deviation of the puck's start",
    },
  },
  bases: {
    cached: {
      description: "plays what PETS played in the nearest of 500 moments",
      options: {
        samples: {
          default: CACHE_SIZE,
          low: 1,
          high: CACHE_SIZE,
          unit: "",
          description: "Moments to look among",
          whole: true,
        },
      },
      policy: (options) => cachedPets(options?.samples),
    },
    still: {
      description: "does nothing",
      options: {},
      policy: () => zero(JOINTS),
    },
  },
  recipe: {},
  paper: {
    env: {},
    baseEnv: {},
    base: "cached",
    noise: 0.2,
    roundEpisodes: 2,
    expertRandom: 0.3,
  },
  make: (mujoco, options) => hide(pusher(mujoco, options)),
};
