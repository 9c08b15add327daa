/**
 * The pusher's scene as MJCF: an arm of seven torque-driven joints with a
 * U-shaped fork, a puck on a table, no gravity (Chua et al. 2018; Finn et al.
 * 2016 before them).
 *
 * The puck has a mass of its own. The original gives it 1e-8 kg and leaves its
 * inertia to the armature of its slides, which today's MuJoCo does not count
 * when it scales a contact: the arm would pass through. A mass of 0.04 kg
 * without armature has the same inertia in the plane and makes contacts hold.
 *
 * @module
 */

import { type Attribute, element, type Mjcf } from "../../world/mjcf.ts";
import { createWorld, type Mujoco, type World } from "../../world/mujoco.ts";

/** Seconds per physics step. */
export const TIMESTEP = 0.01;
/** Physics steps per control step. */
export const SUBSTEPS = 4;
/** Joints of the arm. */
export const JOINTS = 7;
/** Where the puck lies while both of its slides are at 0 (m). */
export const PUCK = [0.45, -0.05, -0.275] as const;

/** Which shapes meet: the arm meets table and puck; the table bears nothing, as nothing falls. */
const MEETS = {
  none: { contype: 0, conaffinity: 0 },
  arm: { contype: 3, conaffinity: 0 },
  table: { contype: 0, conaffinity: 1 },
  puck: { contype: 0, conaffinity: 2 },
} as const;

/**
 * A world of the scene with a number of simulations.
 *
 * @throws {Refusal} With a `ModelError`, if the scene does not compile.
 * @throws {RangeError} If `slots` is not a whole number from 1 to 4096.
 */
export function pusherWorld(mujoco: Mujoco, slots: number): World {
  return createWorld(mujoco, pusherScene(), { slots });
}

/** The model of the scene; a bad state stays bad, so that it can be found. */
export function pusherScene(): Mjcf {
  const motors = ARM.flatMap(({ hinge }) => hinge === undefined ? [] : [hinge])
    .map(({ name }) =>
      element("motor", { joint: name, ctrlrange: [-2, 2], ctrllimited: true })
    );
  return element(
    "mujoco",
    { model: "pusher" },
    element("compiler", { angle: "radian" }),
    element(
      "option",
      { timestep: TIMESTEP, gravity: [0, 0, 0], iterations: 20 },
      element("flag", { autoreset: "disable" }),
    ),
    element("size", { memory: "256K" }),
    element(
      "default",
      {},
      element("joint", { armature: 0.04, damping: 1, limited: true }),
      element("geom", {
        ...MEETS.none,
        friction: [0.8, 0.1, 0.1],
        density: 300,
        margin: 0.002,
        condim: 1,
      }),
    ),
    element("worldbody", {}, TABLE, arm(0), puck()),
    element("actuator", {}, ...motors),
  );
}

const TABLE = element("geom", {
  ...MEETS.table,
  type: "plane",
  pos: [0, 0.5, -0.325],
  size: [1, 1, 0.1],
});

/** A joint that turns about an axis through its link's origin. */
interface Hinge {
  readonly name: string;
  readonly axis: readonly number[];
  /** rad */
  readonly range: readonly number[];
  /** N m s/rad */
  readonly damping: number;
}

/** A link, placed in the frame of the one before. */
interface Link {
  readonly name: string;
  /** m */
  readonly pos: readonly number[];
  readonly hinge?: Hinge;
  readonly shapes: readonly Mjcf[];
}

const X = [1, 0, 0];
const Y = [0, 1, 0];
const Z = [0, 0, 1];
const NO_OFFSET = [0, 0, 0];

/** From the shoulder to the tips. */
const ARM: readonly Link[] = [
  {
    name: "shoulder pan",
    pos: [0, -0.6, 0],
    hinge: hinge("shoulder pan", Z, -2.2854, 2, 1),
    shapes: [
      ball([-0.06, 0.05, 0.2], 0.05),
      ball([0.06, 0.05, 0.2], 0.05),
      ball([-0.06, 0.09, 0.2], 0.03),
      ball([0.06, 0.09, 0.2], 0.03),
      rod([0, 0, -0.4], [0, 0, 0.2], 0.1),
    ],
  },
  {
    name: "shoulder lift",
    pos: [0.1, 0, 0],
    hinge: hinge("shoulder lift", Y, -0.5236, 1.3963, 1),
    shapes: [rod([0, -0.1, 0], [0, 0.1, 0], 0.1)],
  },
  {
    name: "upper arm",
    pos: NO_OFFSET,
    hinge: hinge("upper arm roll", X, -1.5, 1.7, 0.1),
    shapes: [
      rod([-0.1, 0, 0], [0.1, 0, 0], 0.02),
      rod([0, 0, 0], [0.4, 0, 0], 0.06),
    ],
  },
  {
    name: "elbow",
    pos: [0.4, 0, 0],
    hinge: hinge("elbow flex", Y, -2.3213, 0, 0.1),
    shapes: [rod([0, -0.02, 0], [0, 0.02, 0], 0.06)],
  },
  {
    name: "forearm",
    pos: NO_OFFSET,
    hinge: hinge("forearm roll", X, -1.5, 1.5, 0.1),
    shapes: [
      rod([-0.1, 0, 0], [0.1, 0, 0], 0.02),
      rod([0, 0, 0], [0.291, 0, 0], 0.05),
    ],
  },
  {
    name: "wrist",
    pos: [0.321, 0, 0],
    hinge: hinge("wrist flex", Y, -1.094, 0, 0.1),
    shapes: [rod([0, -0.02, 0], [0, 0.02, 0], 0.01)],
  },
  {
    name: "fork",
    pos: NO_OFFSET,
    hinge: hinge("wrist roll", X, -1.5, 1.5, 0.1),
    shapes: [
      rod([0, -0.1, 0], [0, 0.1, 0], 0.02, MEETS.arm),
      rod([0, -0.1, 0], [0.1, -0.1, 0], 0.02, MEETS.arm),
      rod([0, 0.1, 0], [0.1, 0.1, 0], 0.02, MEETS.arm),
    ],
  },
  {
    name: "tips",
    pos: NO_OFFSET,
    shapes: [ball([0.1, -0.1, 0], 0.01), ball([0.1, 0.1, 0], 0.01)],
  },
];

function hinge(
  name: string,
  axis: readonly number[],
  least: number,
  most: number,
  damping: number,
): Hinge {
  return { name, axis, range: [least, most], damping };
}

function ball(pos: readonly number[], radius: number): Mjcf {
  return element("geom", { type: "sphere", pos, size: radius });
}

function rod(
  from: readonly number[],
  to: readonly number[],
  radius: number,
  meets: Readonly<Record<string, Attribute>> = {},
): Mjcf {
  const fromto = [...from, ...to];
  return element("geom", { ...meets, type: "capsule", fromto, size: radius });
}

/** The links from number `first` on, each in the one before. */
function arm(first: number): Mjcf {
  const { name, pos, hinge, shapes } = ARM[first];
  return element(
    "body",
    { name, pos },
    ...hinge === undefined ? [] : [element("joint", { ...hinge })],
    ...shapes,
    ...first + 1 < ARM.length ? [arm(first + 1)] : [],
  );
}

/** A cylinder that slides along y and x. */
function puck(): Mjcf {
  const slide = (name: string, axis: readonly number[]) =>
    element("joint", {
      name,
      type: "slide",
      axis,
      range: [-10.3213, 10.3],
      damping: 0.5,
      armature: 0,
    });
  return element(
    "body",
    { name: "object", pos: [...PUCK] },
    slide("object y", Y),
    slide("object x", X),
    element("geom", {
      ...MEETS.puck,
      type: "cylinder",
      size: [0.05, 0.05],
      mass: 0.04,
    }),
  );
}
