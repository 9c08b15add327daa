/**
 * Brings the Fetch scene to rest: the gripper goes to its start over the
 * table, the things on it lie down. As in Gym's Fetch tasks (Plappert et al. 2018).
 *
 * @module
 */

import type { Arm } from "./gripper.ts";
import { type Stage, SUBSTEPS } from "./scene.ts";
import type { Point, Rest } from "./task.ts";

/** Joints (m) that the arm starts to settle from. */
const BASE = { slide0: 0.405, slide1: 0.48, slide2: 0 };
/** Way (m) from the grip site of the first pose to the mocap body. */
const TOWARDS_TABLE: Point = [-0.498, 0.005, -0.431];
/** The palm looks down. */
const DOWN = [1, 0, 1, 0];
const STEPS = 10;

/**
 * Settles for 0.4 s and returns the pose at rest.
 *
 * @param extraHeight Metres over the height for pushing.
 * @param poses Where the things start from, by joint.
 */
export function settle(
  arm: Arm,
  extraHeight: number,
  poses: Stage["poses"],
): Rest {
  const { world } = arm;
  let state = world.start();
  const { position } = world.views(state);
  for (const [joint, value] of Object.entries(BASE)) {
    position[world.model.jnt_qposadr[world.index("joint", joint)]] = value;
  }
  for (const [joint, pose] of Object.entries(poses)) {
    position.set(pose, world.model.jnt_qposadr[world.index("joint", joint)]);
  }
  state = world.forward(state);
  const views = world.views(state);
  for (let i = 0; i < 3; i++) {
    const grip = views.sitePosition[3 * arm.grip + i];
    views.mocapPosition[i] = grip + TOWARDS_TABLE[i];
  }
  views.mocapPosition[2] += extraHeight;
  views.mocapOrientation.set(DOWN);
  arm.control.fill(0);
  for (let i = 0; i < STEPS; i++) {
    state = world.step(state, arm.control, SUBSTEPS);
  }
  const settled = world.views(state);
  const rest = {
    gripper: pointAt(settled.sitePosition, arm.grip),
    objectHeight: pointAt(settled.sitePosition, arm.object)[2],
    position: settled.position.slice(),
    velocity: settled.velocity.slice(),
  };
  world.drop(state);
  return rest;
}

function pointAt(positions: Float64Array, index: number): Point {
  const at = 3 * index;
  return [positions[at], positions[at + 1], positions[at + 2]];
}
