/**
 * The 25 readings of the Fetch tasks, and the goal that they hold.
 *
 * Velocities are multiplied by the control period, so they are displacements
 * per step (m or rad), as in Gym's Fetch tasks (Plappert et al. 2018).
 *
 * @module
 */

import type { Observation } from "../../types.ts";
import { eulerAngles } from "../../world/geometry.ts";
import type { Handle } from "../../world/mujoco.ts";
import type { Views } from "../../world/views.ts";
import type { Arm } from "./gripper.ts";
import { SUBSTEPS, TIMESTEP } from "./scene.ts";

/** Seconds per control step. */
export const DT = SUBSTEPS * TIMESTEP;

/** Name and unit of each reading, in order. */
export const CHANNELS: readonly string[] = [
  ...axes("grip", "m"),
  ...axes("object", "m"),
  ...axes("object from grip", "m"),
  "right finger [m]",
  "left finger [m]",
  ...axes("object angle", "rad"),
  ...axes("object velocity from grip", "m/step"),
  ...axes("object angular velocity", "rad/step"),
  ...axes("grip velocity", "m/step"),
  "right finger velocity [m/step]",
  "left finger velocity [m/step]",
];

function axes(name: string, unit: string): readonly string[] {
  return ["x", "y", "z"].map((axis) => `${name}.${axis} [${unit}]`);
}

/** Fresh buffers for one simulation's readings. */
export function createObservation(): Observation {
  return {
    observation: new Float32Array(CHANNELS.length),
    achieved: new Float32Array(3),
    desired: new Float32Array(3),
  };
}

/** Writes the readings of `state` and the achieved goal to `out`. */
export function sense(arm: Arm, state: Handle, out: Observation): void {
  const { observation: o, achieved } = out;
  const views = arm.world.views(state);
  const { sitePosition, position, velocity } = views;
  for (let i = 0; i < 3; i++) {
    const grip = sitePosition[3 * arm.grip + i];
    const object = sitePosition[3 * arm.object + i];
    o[i] = grip;
    o[3 + i] = object;
    o[6 + i] = object - grip;
    achieved[i] = object;
  }
  o[9] = position[arm.fingerPosition[0]];
  o[10] = position[arm.fingerPosition[1]];
  o[23] = velocity[arm.fingerVelocity[0]] * DT;
  o[24] = velocity[arm.fingerVelocity[1]] * DT;
  // A view of nine numbers per call would cost more than the copy.
  for (let i = 0; i < 9; i++) {
    rotation[i] = views.siteRotation[9 * arm.object + i];
  }
  eulerAngles(rotation, o, 11);
  senseVelocities(arm, views, o);
}

const rotation = new Float64Array(9);

function senseVelocities(
  arm: Arm,
  views: Views,
  o: Observation["observation"],
): void {
  const { bodyVelocity } = views;
  siteVelocity(views, arm.grip, arm.gripper, arm.gripperTree, gripVelocity);
  siteVelocity(
    views,
    arm.object,
    arm.objectBody,
    arm.objectTree,
    objectVelocity,
  );
  for (let i = 0; i < 3; i++) {
    o[14 + i] = objectVelocity[i] * DT - gripVelocity[i] * DT;
    o[17 + i] = bodyVelocity[6 * arm.objectBody + i] * DT;
    o[20 + i] = gripVelocity[i] * DT;
  }
}

const gripVelocity = new Float64Array(3);
const objectVelocity = new Float64Array(3);

/**
 * Linear velocity (m/s) of a site: v = v_c + w x (p - c), with the body's
 * velocity as MuJoCo keeps it, at the centre of mass c of the body's tree.
 */
function siteVelocity(
  views: Views,
  site: number,
  body: number,
  tree: number,
  out: Float64Array,
): void {
  const { bodyVelocity: v, sitePosition, massCentre } = views;
  const dx = sitePosition[3 * site] - massCentre[3 * tree];
  const dy = sitePosition[3 * site + 1] - massCentre[3 * tree + 1];
  const dz = sitePosition[3 * site + 2] - massCentre[3 * tree + 2];
  const at = 6 * body;
  out[0] = v[at + 3] + v[at + 1] * dz - v[at + 2] * dy;
  out[1] = v[at + 4] + v[at + 2] * dx - v[at] * dz;
  out[2] = v[at + 5] + v[at] * dy - v[at + 1] * dx;
}
