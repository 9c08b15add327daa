/**
 * ReactivePush: stand behind the cube, then push it towards the goal (Silver
 * et al. 2018, arXiv 1812.06298, section 5 and appendix).
 *
 * With cube b, goal G, gripper g and the unit vector u of (G - b) in the plane,
 * the gripper goes to p = b - (w / 2) u: first 0.1 m above it, then down, then
 * on towards the goal while it stays behind the cube. Each move is a
 * proportional action K (target - g).
 *
 * The angles of the original appear here as vectors: sines and cosines are
 * ratios of lengths, and the test |theta - theta_g| < pi/4 is a dot product
 * above cos(pi/4). So the bits do not depend on an engine's trigonometry.
 *
 * @module
 */

import type { Policy, Vec } from "../types.ts";
import type { Rule } from "./controller.ts";
import { APPROACH_GAIN, HOLD, move } from "./grasp.ts";

/** Settings of {@link reactivePush}. */
export interface ReactivePushOptions {
  /**
   * Width (m) that the controller believes the cube to have, in (0, 1].
   * The cube of the push tasks is 0.05 m wide: the controller of the paper
   * stands 0.075 m behind its centre. Default 0.15.
   */
  readonly width?: number;
}

/** Squared distance (m^2) that counts as there. */
const NEAR = 1e-3;
/** Height (m) of the approach above the push point. */
const HOVER = 0.1;
/** Height (m) of the push point over the cube's centre. */
const LIFT = 0.005;
const PUSH_GAIN = 5;
const COS_45 = Math.SQRT1_2;

/**
 * The push controller of the paper. It reads entries 0 to 5 of the observation
 * (gripper, then cube, m) and the goal (m), and asks for displacements in units
 * of 0.05 m. Its action `[4]` is lent and not clipped: entries beyond 1 in size
 * are common.
 *
 * Where two points coincide in the plane and have no direction, the direction
 * is +y, as that of atan2(0, 0) = 0 in the original.
 *
 * @throws {RangeError} If `width` is not in (0, 1].
 *
 * @example The cube already lies at the goal: stay.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const observation = new Float32Array(25);
 * const { action } = reactivePush().act(undefined, observation, new Float32Array(3));
 * assertEquals(action, new Float32Array(4));
 * ```
 */
export function reactivePush(options: ReactivePushOptions = {}): Policy {
  const { width = 0.15 } = options;
  if (!(width > 0 && width <= 1)) {
    throw new RangeError(
      `Cannot push as 'width' must be in (0, 1] m: current value is ${width}`,
    );
  }
  const action = new Float32Array(4);
  const push = pushRule(width);
  return {
    id: width === 0.15 ? "reactive-push" : `reactive-push(${width})`,
    init: () => undefined,
    act: (_memory, observation, desired) => {
      push(observation, desired, action);
      return { action, memory: undefined };
    },
  };
}

/** The controller as a rule over a `width` (m) known to be in range. */
export function pushRule(width: number): Rule {
  return (observation, desired, out) => push(observation, desired, width, out);
}

/** Writes the action for the cube at `o[3..5]` and the gripper at `o[0..2]`. */
function push(o: Vec, goal: Vec, width: number, action: Vec): void {
  const bx = goal[0] - o[3];
  const by = goal[1] - o[4];
  const bz = goal[2] - o[5];
  const toGoal = bx * bx + by * by;
  if (toGoal + bz * bz < NEAR) {
    action.fill(0);
    return;
  }
  const length = Math.sqrt(toGoal);
  const ux = length > 0 ? bx / length : 0;
  const uy = length > 0 ? by / length : 1;
  const px = o[3] - width / 2 * ux;
  const py = o[4] - width / 2 * uy;
  const pz = o[5] + LIFT;
  const height = (o[2] - pz) * (o[2] - pz);
  if (height < NEAR && behind(goal[0] - o[0], goal[1] - o[1], ux, uy, length)) {
    move(o, 0, PUSH_GAIN, goal[0], goal[1], o[2], HOLD, action);
    return;
  }
  const dx = px - o[0];
  const dy = py - o[1];
  const above = dx * dx + dy * dy < NEAR ? 0 : HOVER;
  move(o, 0, APPROACH_GAIN, px, py, pz + above, HOLD, action);
}

/**
 * Whether the gripper, with the goal at (ex, ey) from it, is farther from the
 * goal than the cube is and sees it within 45 degrees of the cube's direction.
 */
function behind(
  ex: number,
  ey: number,
  ux: number,
  uy: number,
  cubeToGoal: number,
): boolean {
  const distance = Math.sqrt(ex * ex + ey * ey);
  return cubeToGoal < distance && ux * ex + uy * ey > COS_45 * distance;
}
