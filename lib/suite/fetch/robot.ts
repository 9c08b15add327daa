/**
 * The Fetch robot as MJCF: an arm on a fixed base whose gripper is dragged by a
 * mocap body through a weld, as in Gym's Fetch tasks (Plappert et al. 2018,
 * arXiv 1802.09464). The numbers are in `facts.json`.
 *
 * The arm has no collision shapes: they never touch anything in these tasks.
 * The base does: it stands on the floor in four points at every step, and this
 * contact changes the solution of all constraints. The base slides and cannot
 * turn, so that the four points move as one; a ball keeps one of them, and
 * {@link bearAll} lets it bear what four bore. Every mass and inertia is kept,
 * as the solver scales with their mean.
 *
 * @module
 */

import { element, type Mjcf } from "../../world/mjcf.ts";
import facts from "./facts.json" with { type: "json" };
import type { World } from "../../world/mujoco.ts";

/** The joints of the right and the left finger. */
export const FINGERS = [
  "r_gripper_finger_joint",
  "l_gripper_finger_joint",
] as const;

/** Contact settings of the robot's own shapes. */
const SHAPE = {
  margin: 0.001,
  solref: [0.01, 1],
  solimp: [0.99, 0.99, 0.01],
};

/** Points in which the original's mesh stands on the floor. */
const FEET = 4;

/** Stands as far over the floor as the original's mesh. */
const FOOT = element("geom", {
  ...SHAPE,
  type: "sphere",
  pos: [-0.02199025, 0.00053427, 0.01 + 8.2e-7],
  size: [0.01],
});

/** Shapes and sites by body. */
const FITTINGS: Readonly<Record<string, readonly Mjcf[]>> = {
  "base_link": [FOOT],
  "gripper_link": [element("site", { name: "grip", pos: [0.02, 0, 0] })],
  "r_gripper_finger_link": [finger(-0.008)],
  "l_gripper_finger_link": [finger(0.008)],
};

/** All bodies of the robot, the mocap body included. */
export function robotBodies(): Mjcf {
  return childrenOf("world").join("\n");
}

/**
 * Makes the one foot of the base as stiff as the four of the original.
 *
 * Four feet that move alike give four times the same rows, whose costs
 * s(J a - a*) / (2 R) add up to that of one row with R / 4. R is proportional
 * to the base's inverse weight (MuJoCo, "Computation", constraint model), which
 * counts in no other row. So a quarter of it repeats the original up to
 * rounding, with 12 rows less in each solve.
 */
export function bearAll({ model, index }: World): void {
  const weights: Float64Array = model.body_invweight0;
  weights[2 * index("body", "base_link")] /= FEET;
}

/** The weld that drags the gripper after the mocap body, and what must not collide. */
export function robotConstraints(): Mjcf {
  const weld = element("weld", {
    body1: "mocap",
    body2: "gripper_link",
    anchor: [0, 0, 0],
    relpose: [0, 0, 0, 1, 0, 0, 0],
    torquescale: 1,
    solref: [0.02, 1],
    solimp: [0.9, 0.95, 0.001],
  });
  const fingers = element("exclude", {
    body1: "r_gripper_finger_link",
    body2: "l_gripper_finger_link",
  });
  return element("equality", {}, weld) + "\n" +
    element("contact", {}, fingers);
}

/** Position servos of the two fingers, in the order of {@link FINGERS}. */
export function robotActuators(): Mjcf {
  const servos = FINGERS.map((joint) =>
    element("position", { joint, kp: 30000, ctrlrange: [0, 0.2] })
  );
  return element("actuator", {}, ...servos);
}

function finger(y: number): Mjcf {
  return element("geom", {
    ...SHAPE,
    type: "box",
    pos: [0, y, 0],
    size: [0.0385, 0.007, 0.0135],
    condim: 4,
    friction: [1, 0.05, 0.01],
  });
}

function childrenOf(parent: string): readonly Mjcf[] {
  return facts.bodies.filter((body) => body.parent === parent).map(bodyOf);
}

function bodyOf(body: (typeof facts.bodies)[number]): Mjcf {
  const inertial = element("inertial", {
    pos: body.ipos,
    quat: body.iquat,
    mass: body.mass,
    diaginertia: body.inertia,
  });
  return element(
    "body",
    {
      name: body.name,
      pos: body.pos,
      quat: body.quat,
      mocap: body.mocap || undefined,
    },
    inertial,
    ...facts.joints.filter((joint) => joint.body === body.name).map(jointOf),
    ...FITTINGS[body.name] ?? [],
    ...childrenOf(body.name),
  );
}

function jointOf(joint: (typeof facts.joints)[number]): Mjcf {
  const { name, type, axis, damping, armature, stiffness } = joint;
  const limited = joint.range[0] !== joint.range[1];
  const isFinger = FINGERS.some((finger) => finger === name);
  return element("joint", {
    name,
    type,
    axis,
    damping,
    armature,
    stiffness,
    limited,
    range: limited ? joint.range : undefined,
    solreflimit: isFinger ? [0.01, 1] : undefined,
    solimplimit: isFinger ? [0.99, 0.999, 0.01] : undefined,
  });
}
