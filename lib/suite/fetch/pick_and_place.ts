/**
 * Pick and place: bring a cube to a place on or over the table with working
 * fingers (Plappert et al. 2018, arXiv 1802.09464, section 1.2).
 *
 * @module
 */

import { uniform } from "../../rng/distributions.ts";
import { derive } from "../../rng/key.ts";
import type { Key } from "../../types.ts";
import type { Mujoco } from "../../world/mujoco.ts";
import {
  checkFriction,
  checkRange,
  goalBeside,
  goalsBeside,
  placeObject,
} from "./layout.ts";
import type { PushOptions } from "./push.ts";
import { type FetchTask, fetchTask, type Point, type Rest } from "./task.ts";

/** Greatest height (m) of a goal over the cube at rest. */
const HIGHEST = 0.45;

/** Settings of {@link pickAndPlace}: those of a push task. */
export type PickAndPlaceOptions = PushOptions;

/**
 * FetchPickAndPlace. Half of the goals lie on the table, the others up to
 * 0.45 m over it. The fourth entry of the action opens (+) and closes (-) the
 * fingers.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function pickAndPlace(
  mujoco: Mujoco,
  options: PickAndPlaceOptions = {},
): FetchTask {
  const id = "pick-and-place";
  const { objectRange = 0.15, goalRange = 0.15, slots = 64 } = options;
  checkRange(id, "objectRange", objectRange, 0.08);
  checkRange(id, "goalRange", goalRange, 0);
  checkFriction(id, options.friction);
  return fetchTask(mujoco, {
    id,
    fingers: "actuated",
    extraHeight: 0.2,
    friction: [options.friction, undefined, undefined],
    slots,
    goals: (rest) => goalsBeside(rest, goalRange, HIGHEST),
    sample: (key, rest) => ({
      object: placeObject(key, rest, objectRange),
      goal: goalInReach(key, rest, goalRange),
    }),
  });
}

function goalInReach(key: Key, rest: Rest, range: number): Point {
  const [x, y, z] = goalBeside(key, rest, range);
  const stream = derive(key, "height");
  const aloft = uniform(stream, 0) < 0.5;
  return [x, y, aloft ? z + uniform(stream, 1) * HIGHEST : z];
}
