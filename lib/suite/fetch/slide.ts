/**
 * Slide: strike a puck so that it glides over a long slippery table and comes
 * to rest at a goal that may lie out of the gripper's reach (Plappert et al.
 * 2018, arXiv 1802.09464, section 1.2).
 *
 * The figures of table, puck, start and goals are those of Gymnasium-Robotics
 * 1.4.2 (`envs/assets/fetch/slide.xml` and `envs/fetch/slide.py`, MIT licence).
 *
 * MuJoCo's friction is a pyramid here as there: it brakes the larger of the two
 * velocities at mu g and leaves the other, until they are equal. A puck that
 * starts at (vx, vy) comes to rest at ((vx^2 + vy^2) / 2, vx vy) / (mu g),
 * x being the axis of the larger one. A puck is chaotic, too: it rattles on the
 * table, so that a start that differs by 1e-13 ends millimetres away.
 *
 * The left-right symmetry is as near as that of slippery push: mirrored
 * episodes end 1.3 cm (median) from the mirror image, as the arm's joints bend
 * differently.
 *
 * @module
 */

import type { Box } from "../../types.ts";
import { element, type Mjcf } from "../../world/mjcf.ts";
import type { Mujoco } from "../../world/mujoco.ts";
import {
  checkFriction,
  checkRange,
  goalBeside,
  goalsBeside,
  placeObject,
} from "./layout.ts";
import type { Stage } from "./scene.ts";
import { type FetchTask, fetchTask, type Point, type Rest } from "./task.ts";

/** Sliding friction of table and puck in the original. */
export const SLIDE_FRICTION = 0.1;

/** Half side (m) of the square that the puck starts in; its corners are 0.1 m from the gripper at least. */
const OBJECT_RANGE = 0.1;
/** Half side (m) of the square that holds the goal. */
const GOAL_RANGE = 0.3;
/** How far (m) beyond the gripper the middle of that square lies. */
const BEYOND = 0.4;
/** The table ends 0.45 m beside the gripper and 0.94 m beyond it. */
const WIDEST_GOAL = 0.4;
/** Height (m) over push height, at which closed fingers stand on the table. */
const EXTRA_HEIGHT = -0.02;

/** Settings of {@link slide}. */
export interface SlideOptions {
  /** Half side (m) of the square about the gripper that the puck starts in, in [0.08, 0.18]. Default 0.1. */
  readonly objectRange?: number;
  /** Half side (m) of the square, 0.4 m beyond the gripper, that holds the goal, in [0, 0.4]. Default 0.3. */
  readonly goalRange?: number;
  /** Sliding friction of table and puck, in [0.001, 10]; the fingers keep theirs. Default 0.1. */
  readonly friction?: number;
  /** Episodes that may run at once, from 1 to 4096. Default 64. */
  readonly slots?: number;
}

/**
 * FetchSlide.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function slide(mujoco: Mujoco, options: SlideOptions = {}): FetchTask {
  const id = "slide";
  const {
    objectRange = OBJECT_RANGE,
    goalRange = GOAL_RANGE,
    friction = SLIDE_FRICTION,
    slots = 64,
  } = options;
  checkRange(id, "objectRange", objectRange, 0.08);
  checkGoalRange(id, goalRange);
  checkFriction(id, friction);
  return fetchTask(mujoco, {
    id,
    fingers: "blocked",
    stage: slideStage(friction),
    extraHeight: EXTRA_HEIGHT,
    friction: [undefined, undefined, undefined],
    slots,
    goals: (rest) => goalsBeyond(rest, goalRange),
    sample: (key, rest) => ({
      object: placeObject(key, rest, objectRange),
      goal: afar(goalBeside(key, rest, goalRange)),
    }),
  });
}

function afar([x, y, z]: Point): Point {
  return [x + BEYOND, y, z];
}

function goalsBeyond(rest: Rest, range: number): Box {
  return goalsBeside({ ...rest, gripper: afar(rest.gripper) }, range, 0);
}

/** The long table with the puck on it; the robot's base stands farther back than in push. */
function slideStage(sliding: number): Stage {
  const friction = [sliding, 0.005, 0.0001];
  return {
    table: longTable(friction),
    things: [puck(friction)],
    poses: { slide0: [0.05], object: [1.7, 1.1, 0.41, 1, 0, 0, 0] },
  };
}

function longTable(friction: readonly number[]): Mjcf {
  const size = [0.625, 0.45, 0.2];
  return element(
    "body",
    { name: "table", pos: [1.32441906, 0.75018422, 0.2] },
    element("geom", { type: "box", size, mass: 2000, friction }),
  );
}

/** A disc of radius 2.5 cm, 4 cm high and of 2 kg. */
function puck(friction: readonly number[]): Mjcf {
  const size = [0.025, 0.02];
  return element(
    "body",
    { name: "object", pos: [0.025, 0.025, 0.02] },
    element("joint", { name: "object", type: "free", damping: 0.01 }),
    element("geom", { type: "cylinder", size, mass: 2, friction }),
    element("site", { name: "object" }),
  );
}

function checkGoalRange(task: string, value: number): void {
  if (value >= 0 && value <= WIDEST_GOAL) return;
  throw new RangeError(
    `Cannot make task '${task}' as 'goalRange' must be from 0 to ${WIDEST_GOAL} m: current value is ${value}`,
  );
}
