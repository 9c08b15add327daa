/**
 * The 25 readings of the Fetch tasks, or 40 with a hook, and the goal that
 * they hold.
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
import type { Arm, Thing } from "./gripper.ts";
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

/** Where the readings of a task with a hook begin; three entries each, two of the fingers. */
export const HOOK_READINGS = {
  grip: 0,
  object: 3,
  objectFromGrip: 6,
  finger: 9,
  objectAngle: 11,
  objectVelocity: 14,
  objectSpin: 17,
  gripVelocity: 20,
  fingerVelocity: 23,
  hook: 25,
  hookAngle: 28,
  hookVelocity: 31,
  hookSpin: 34,
  hookFromGrip: 37,
} as const;

/** Name and unit of each reading of a task with a hook, in order. */
export const HOOK_CHANNELS: readonly string[] = [
  ...CHANNELS,
  ...axes("hook", "m"),
  ...axes("hook angle", "rad"),
  ...axes("hook velocity from grip", "m/step"),
  ...axes("hook angular velocity", "rad/step"),
  ...axes("hook from grip", "m"),
];

function axes(name: string, unit: string): readonly string[] {
  return ["x", "y", "z"].map((axis) => `${name}.${axis} [${unit}]`);
}

/** Fresh buffers for one simulation's readings, `[size]`. */
export function createObservation(size: number): Observation {
  return {
    observation: new Float32Array(size),
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
  senseAngles(views, arm.object, o, 11);
  senseVelocities(arm, views, o);
  if (arm.hook !== undefined) senseHook(arm.hook, views, o);
}

/** Writes the readings of the hook; the grip's must be there. */
function senseHook(
  { site, body, tree }: Thing,
  views: Views,
  o: Observation["observation"],
): void {
  const { sitePosition, bodyVelocity } = views;
  for (let i = 0; i < 3; i++) {
    const hook = sitePosition[3 * site + i];
    o[25 + i] = hook;
    o[34 + i] = bodyVelocity[6 * body + i] * DT;
    o[37 + i] = hook - o[i];
  }
  senseAngles(views, site, o, 28);
  siteVelocity(views, site, body, tree, objectVelocity);
  for (let i = 0; i < 3; i++) {
    o[31 + i] = objectVelocity[i] * DT - gripVelocity[i] * DT;
  }
}

function senseAngles(
  { siteRotation }: Views,
  site: number,
  o: Observation["observation"],
  at: number,
): void {
  // A view of nine numbers per call would cost more than the copy.
  for (let i = 0; i < 9; i++) rotation[i] = siteRotation[9 * site + i];
  eulerAngles(rotation, o, at);
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
