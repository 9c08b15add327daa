/**
 * The Fetch arm as Gym drives it: a mocap body drags the gripper, the fingers
 * are blocked or follow servos.
 *
 * Between steps the mocap body rests at the gripper's pose as the last physics
 * step saw it, so that the integration state holds all that the next step
 * needs and a loaded state goes on as the saved one would have.
 *
 * @module
 */

import type { Vec } from "../../types.ts";
import type { Handle, World } from "../../world/mujoco.ts";
import { FINGERS } from "./robot.ts";
import { type Fingers, SUBSTEPS } from "./scene.ts";

/** Metres per unit of action. */
const REACH = 0.05;

/** A free body with a site on it: places in the world's arrays. */
export interface Thing {
  /** Index of the site, whose place and rotation are read. */
  readonly site: number;
  /** Index of the body. */
  readonly body: number;
  /** Index of the root of the tree of bodies that the body is in. */
  readonly tree: number;
}

/** A world with the places in it that the Fetch tasks read and write. */
export interface Arm {
  /** The physics. */
  readonly world: World;
  /** How the fingers are held. */
  readonly fingers: Fingers;
  /** Index of the gripper's body. */
  readonly gripper: number;
  /** Index of the site between the fingertips. */
  readonly grip: number;
  /** Index of the site in the cube's centre. */
  readonly object: number;
  /** Index of the cube's body. */
  readonly objectBody: number;
  /** Index of the root of the tree of bodies that the gripper is in. */
  readonly gripperTree: number;
  /** Index of the root of the tree of bodies that the cube is in. */
  readonly objectTree: number;
  /** Places of the right and the left finger in the positions. */
  readonly fingerPosition: readonly [number, number];
  /** Places of the right and the left finger in the velocities. */
  readonly fingerVelocity: readonly [number, number];
  /** The hook, where the scene has one. */
  readonly hook: Thing | undefined;
  /** Place of the cube's seven coordinates in the positions. */
  readonly objectPosition: number;
  /** Control of the two servos, `[2]`, or of none; lent to the world. */
  readonly control: Float64Array;
}

/** Looks all places up, those of a hook only where the scene has one. */
export function createArm(
  world: World,
  fingers: Fingers,
  hooked = false,
): Arm {
  const { model } = world;
  const [right, left] = FINGERS.map((name) => world.index("joint", name));
  const gripper = world.index("body", "gripper_link");
  const objectBody = world.index("body", "object");
  return {
    world,
    fingers,
    gripper,
    grip: world.index("site", "grip"),
    object: world.index("site", "object"),
    objectBody,
    gripperTree: model.body_rootid[gripper],
    objectTree: model.body_rootid[objectBody],
    fingerPosition: [model.jnt_qposadr[right], model.jnt_qposadr[left]],
    fingerVelocity: [model.jnt_dofadr[right], model.jnt_dofadr[left]],
    hook: hooked ? hookOf(world) : undefined,
    objectPosition: model.jnt_qposadr[world.index("joint", "object")],
    control: new Float64Array(fingers === "actuated" ? 2 : 0),
  };
}

function hookOf({ model, index }: World): Thing {
  const body = index("body", "hook");
  return { site: index("site", "hook"), body, tree: model.body_rootid[body] };
}

/**
 * One control step (0.04 s): moves the mocap body by 0.05 m per unit of the
 * first three entries of the action, the fingers by the fourth. Entries beyond
 * [-1, 1] are clipped.
 */
export function actuate(arm: Arm, state: Handle, action: Vec): Handle {
  const { world, control, fingerPosition } = arm;
  const { mocapPosition, mocapOrientation, position } = world.views(state);
  for (let i = 0; i < 3; i++) mocapPosition[i] += REACH * clip(action[i]);
  // Added and not normalised, as in the original: turns the palm downwards.
  mocapOrientation[0] += 1;
  mocapOrientation[2] += 1;
  for (let i = 0; i < control.length; i++) {
    control[i] = position[fingerPosition[i]] + clip(action[3]);
  }
  return settleFingers(arm, world.step(state, control, SUBSTEPS));
}

/**
 * Brings the derived numbers up to date as the original does after each step,
 * and lays the mocap body onto the gripper. The original also computes forces
 * where it blocks the fingers; nobody reads them, and the next step computes
 * its own.
 */
function settleFingers(arm: Arm, state: Handle): Handle {
  const { world, fingers } = arm;
  if (fingers === "blocked") {
    const { position } = world.views(state);
    for (const at of arm.fingerPosition) position[at] = 0;
    return followGripper(arm, world.forwardPosition(state));
  }
  return followGripper(arm, world.forwardVelocity(state));
}

/** Lays the mocap body onto the gripper. */
export function followGripper(arm: Arm, state: Handle): Handle {
  const views = arm.world.views(state);
  const { bodyPosition, bodyOrientation } = views;
  const at = arm.gripper;
  for (let i = 0; i < 3; i++) {
    views.mocapPosition[i] = bodyPosition[3 * at + i];
  }
  for (let i = 0; i < 4; i++) {
    views.mocapOrientation[i] = bodyOrientation[4 * at + i];
  }
  return state;
}

function clip(x: number): number {
  return Math.min(1, Math.max(-1, x));
}
