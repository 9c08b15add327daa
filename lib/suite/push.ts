/**
 * Push and slippery push as entries of the table.
 *
 * @module
 */

import { reactivePush } from "../control/reactive_push.ts";
import { spareSlots, treeMpc } from "../control/tree_mpc.ts";
import { adviceAt, advised } from "../env/advised.ts";
import { amplified } from "../env/amplified.ts";
import { HORIZON, push, slipperyPush } from "./fetch/push.ts";
import { CHANNELS } from "./fetch/sense.ts";
import type { Mujoco } from "../world/mujoco.ts";
import {
  type Base,
  hide,
  hideOver,
  type Options,
  type OptionSpec,
  type OptionSpecs,
  type Protocol,
  type Task,
  type TaskEnv,
} from "./task.ts";

/** Sizes of the Fetch tasks with a cube alone. */
export const CUBE_SIZES: Task["sizes"] = {
  observationSize: CHANNELS.length,
  goalSize: 3,
  actionSize: 4,
  horizon: HORIZON,
};

/** Names of goal and action of all tasks of the Fetch arm. */
export const FETCH_CHANNELS: Pick<Task, "goalChannels" | "actionChannels"> = {
  goalChannels: ["x", "y", "z"].map((axis) => `goal.${axis} [m]`),
  actionChannels: [
    ...["x", "y", "z"].map((axis) => `move.${axis} [0.05 m]`),
    "fingers [opening > 0]",
  ],
};

const SIDE = { default: 0.15, high: 0.18, unit: "m" };

/** Where cube and goal lie, for all tasks with a cube before the gripper. */
export const LAYOUT_OPTIONS: OptionSpecs = {
  objectRange: {
    ...SIDE,
    low: 0.08,
    description: "Half side of the square the cube starts in",
  },
  goalRange: {
    ...SIDE,
    low: 0,
    description: "Half side of the square that holds the goal",
  },
};

/** Sliding friction that is `sliding` where it is not set. */
export function frictionOption(sliding: number): OptionSpec {
  return {
    default: sliding,
    low: 0.01,
    high: 5,
    unit: "",
    description: "Sliding friction of every shape",
  };
}

const REACTIVE: Base = {
  description: "goes behind the cube and pushes it towards the goal",
  options: {
    width: {
      default: 0.15,
      low: 0.01,
      high: 1,
      unit: "m",
      description: "Width that reactivePush believes the cube to have",
    },
  },
  policy: reactivePush,
};

/** The paper's base on push: it plans with the environment itself. */
const TREE_MPC: Base = {
  description: "searches ten steps ahead among six moves; slow",
  options: {
    expansions: {
      default: 10,
      low: 1,
      high: 1000,
      unit: "",
      description: "Nodes expanded per decision; bounds its time",
      whole: true,
    },
    magnitude: {
      default: 1,
      low: 0.01,
      high: 1,
      unit: "",
      description: "Size of a move, in action units",
    },
    width: {
      default: 0.1,
      low: 0.01,
      high: 1,
      unit: "m",
      description: "Width that the search believes the cube to have",
    },
  },
  // Its moves are all or nothing and cannot be foreseen from what networks see.
  recipe: { authority: 1, residualPenalty: 5, random: 0.05 },
  env: { advice: 1 },
  policy: () =>
    adviceAt(CUBE_SIZES.observationSize, CUBE_SIZES.actionSize, "tree-mpc"),
  make(mujoco, env, controller) {
    const { slots = 64, advice = 0 } = env;
    const spare = spareSlots(controller.expansions);
    const task = push(mujoco, { ...env, slots: slots + spare });
    const planned = advised(treeMpc(task, controller), {
      shown: advice === 1,
    })(task);
    return hideOver(amplified(env.amplify ?? 1)(planned), task);
  },
};

/** FetchPush whose actions are made larger first. */
function makePush(mujoco: Mujoco, options: Options = {}): TaskEnv {
  const task = push(mujoco, options);
  return hideOver(amplified(options.amplify ?? 1)(task), task);
}

/** How the paper ran the three tasks with a cube before the gripper. */
export const CUBE_PROTOCOL: Omit<Protocol, "base"> = {
  env: {},
  baseEnv: {},
  noise: 0.2,
  roundEpisodes: 2,
  expertRandom: 0.3,
};

/** FetchPush. */
export const PUSH: Task = {
  id: "push",
  description: "push a cube to a place on the table",
  sizes: CUBE_SIZES,
  ...FETCH_CHANNELS,
  options: {
    ...LAYOUT_OPTIONS,
    friction: frictionOption(1),
    amplify: {
      default: 1,
      low: 1,
      high: 100,
      unit: "",
      description:
        "Factor on every action before it is clipped; 10 in the paper",
    },
    advice: {
      default: 0,
      low: 0,
      high: 1,
      unit: "",
      whole: true,
      description:
        "Whether networks see the move that tree-mpc advises: 1 yes, 0 no",
    },
  },
  bases: { reactive: REACTIVE, "tree-mpc": TREE_MPC },
  recipe: {},
  paper: { ...CUBE_PROTOCOL, base: "tree-mpc", baseEnv: { amplify: 10 } },
  make: makePush,
};

/** FetchPush on ice. */
export const SLIPPERY_PUSH: Task = {
  id: "slippery-push",
  description: "push a cube that slides on, as everything is slippery",
  sizes: CUBE_SIZES,
  ...FETCH_CHANNELS,
  options: { ...LAYOUT_OPTIONS, friction: frictionOption(0.18) },
  bases: { reactive: REACTIVE },
  recipe: {},
  paper: { ...CUBE_PROTOCOL, base: "reactive" },
  make: (mujoco, options) => hide(slipperyPush(mujoco, options)),
};
