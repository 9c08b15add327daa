/**
 * The Fetch scene as MJCF: the robot before a table with a cube on it.
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
): World {
  const world = createWorld(mujoco, fetchScene(fingers), { slots });
  bearAll(world);
  return world;
}

/** The model of the scene; a bad state stays bad, so that it can be found. */
export function fetchScene(fingers: Fingers): Mjcf {
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
    element("worldbody", {}, FLOOR, robotBodies(), TABLE, CUBE),
    robotConstraints(),
    ...fingers === "actuated" ? [robotActuators()] : [],
  );
}

const FLOOR = element("geom", {
  type: "plane",
  pos: [0.8, 0.75, 0],
  size: [0.85, 0.7, 1],
});

const TABLE = element(
  "body",
  { name: "table", pos: [1.3, 0.75, 0.2] },
  element("geom", { type: "box", size: [0.25, 0.35, 0.2], mass: 2000 }),
);

const CUBE = element(
  "body",
  { name: "object", pos: [0.025, 0.025, 0.025] },
  element("joint", { name: "object", type: "free", damping: 0.01 }),
  element("geom", { type: "box", size: [0.025, 0.025, 0.025], mass: 2 }),
  element("site", { name: "object" }),
);
