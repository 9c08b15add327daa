/**
 * The Fetch scene as MJCF: the robot before a table with a cube on it, or
 * before another table with other things.
 *
 * @module
 */

import { element, type Mjcf } from "../../world/mjcf.ts";
import { createWorld, type Mujoco, type World } from "../../world/mujoco.ts";
import {
  bearAll,
  robotActuators,
  robotBodies,
  robotConstraints,
} from "./robot.ts";

/** How the fingers are held: kept closed, or moved by servos. */
export type Fingers = "blocked" | "actuated";

/** Seconds per physics step. */
export const TIMESTEP = 0.002;
/** Physics steps per control step. */
export const SUBSTEPS = 20;

/** What stands before the robot. */
export interface Stage {
  /** The table, with what is fixed to it: a body. */
  readonly table: Mjcf;
  /** Free bodies; one is named `object`, as are its joint and its site. */
  readonly things: readonly Mjcf[];
  /** Shapes that the things refer to, such as meshes. */
  readonly assets?: readonly Mjcf[];
  /** Poses that the things settle from: place (m) and quaternion by joint. */
  readonly poses: Readonly<Record<string, readonly number[]>>;
}

/** How a world of a scene is made. */
export interface FetchWorldOptions {
  /** What stands before the robot. Default: the cube of the push tasks. */
  readonly stage?: Stage;
  /** Simulations made at once, the others when first needed. Default: all. */
  readonly reserve?: number;
}

/**
 * A world of the scene with a number of simulations.
 *
 * @throws {Refusal} With a `ModelError`, if the scene does not compile.
 * @throws {RangeError} If `slots` is not a whole number from 1 to 4096.
 */
export function fetchWorld(
  mujoco: Mujoco,
  fingers: Fingers,
  slots: number,
  options: FetchWorldOptions = {},
): World {
  const { stage = CUBE_STAGE, reserve = slots } = options;
  const scene = fetchScene(fingers, stage);
  const world = createWorld(mujoco, scene, { slots, reserve });
  bearAll(world);
  return world;
}

/** The model of the scene; a bad state stays bad, so that it can be found. */
export function fetchScene(
  fingers: Fingers,
  { table, things, assets = [] }: Stage = CUBE_STAGE,
): Mjcf {
  return element(
    "mujoco",
    { model: "fetch" },
    element("compiler", { angle: "radian" }),
    element(
      "option",
      { timestep: TIMESTEP },
      element("flag", { autoreset: "disable" }),
    ),
    element("size", { memory: "256K" }),
    ...assets.length > 0 ? [element("asset", {}, ...assets)] : [],
    element("worldbody", {}, FLOOR, robotBodies(), table, ...things),
    robotConstraints(),
    ...fingers === "actuated" ? [robotActuators()] : [],
  );
}

const FLOOR = element("geom", {
  type: "plane",
  pos: [0.8, 0.75, 0],
  size: [0.85, 0.7, 1],
});

/** A table of half extents `half` (m) about `centre`, with what is fixed to it. */
export function tableAt(
  centre: readonly number[],
  half: readonly number[],
  mass: number,
  ...fittings: readonly Mjcf[]
): Mjcf {
  return element(
    "body",
    { name: "table", pos: centre },
    element("geom", { type: "box", size: half, mass }),
    ...fittings,
  );
}

/** The cube of 5 cm and 2 kg that Gym's tasks are about. */
export const CUBE: Mjcf = element(
  "body",
  { name: "object", pos: [0.025, 0.025, 0.025] },
  element("joint", { name: "object", type: "free", damping: 0.01 }),
  element("geom", { type: "box", size: [0.025, 0.025, 0.025], mass: 2 }),
  element("site", { name: "object" }),
);

/** The table of the push tasks with the cube on it. */
export const CUBE_STAGE: Stage = {
  table: tableAt([1.3, 0.75, 0.2], [0.25, 0.35, 0.2], 2000),
  things: [CUBE],
  poses: { object: [1.25, 0.53, 0.4, 1, 0, 0, 0] },
};
