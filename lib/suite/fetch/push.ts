/**
 * Push: bring a cube on a table to a place beside it, with closed fingers; and
 * its slippery sibling, where the cube slides on after a push (Silver et al.
 * 2018, arXiv 1812.06298, section 5; Plappert et al. 2018, arXiv 1802.09464).
 *
 * @module
 */

import type { Mujoco } from "../../world/mujoco.ts";
import {
  checkFriction,
  checkRange,
  goalBeside,
  goalsBeside,
  placeObject,
} from "./layout.ts";
import { type FetchTask, fetchTask, type Friction } from "./task.ts";

/** Control steps of an episode in the paper: 2 s. */
export const HORIZON = 50;

/** Friction of every shape in the slippery task: sliding, torsional, rolling. */
const SLIPPERY: Friction = [0.18, 0.005, 0.0001];

/** Settings of a push task. */
export interface PushOptions {
  /** Half side (m) of the square about the gripper that the cube starts in, in [0.08, 0.18]. Default 0.15. */
  readonly objectRange?: number;
  /** Half side (m) of the square about the gripper that holds the goal, in [0, 0.18]. Default 0.15. */
  readonly goalRange?: number;
  /** Sliding friction of every shape, in [0.001, 10]. Default 1; 0.18 if slippery. */
  readonly friction?: number;
  /** Episodes that may run at once, from 1 to 4096. Default 64. */
  readonly slots?: number;
}

/**
 * FetchPush.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function push(mujoco: Mujoco, options: PushOptions = {}): FetchTask {
  return pushTask(mujoco, "push", options, [
    options.friction,
    undefined,
    undefined,
  ]);
}

/**
 * FetchPush on ice: every shape has friction 0.18, written after the scene has
 * settled. Every shape, as MuJoCo uses the larger friction of two in contact.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function slipperyPush(
  mujoco: Mujoco,
  options: PushOptions = {},
): FetchTask {
  const [sliding, torsional, rolling] = SLIPPERY;
  return pushTask(mujoco, "slippery-push", options, [
    options.friction ?? sliding,
    torsional,
    rolling,
  ]);
}

function pushTask(
  mujoco: Mujoco,
  id: string,
  options: PushOptions,
  friction: Friction,
): FetchTask {
  const { objectRange = 0.15, goalRange = 0.15, slots = 64 } = options;
  checkRange(id, "objectRange", objectRange, 0.08);
  checkRange(id, "goalRange", goalRange, 0);
  checkFriction(id, options.friction);
  return fetchTask(mujoco, {
    id,
    fingers: "blocked",
    extraHeight: 0,
    friction,
    slots,
    goals: (rest) => goalsBeside(rest, goalRange, 0),
    sample: (key, rest) => ({
      object: placeObject(key, rest, objectRange),
      goal: goalBeside(key, rest, goalRange),
    }),
  });
}
