/**
 * The stage of the hook tasks (Silver et al. 2018, arXiv 1812.06298, section
 * 5): a wide table, an object out of reach on it, and a hook to fetch it with;
 * and where objects and goals are drawn from.
 *
 * @module
 */

import { uniform } from "../../rng/distributions.ts";
import { derive } from "../../rng/key.ts";
import type { Box, Key } from "../../types.ts";
import { element, type Mjcf } from "../../world/mjcf.ts";
import { type Stage, tableAt } from "./scene.ts";
import type { Point } from "./task.ts";

/** Centre (m) of the table. */
const TABLE_CENTRE: Point = [1.65, 0.75, 0.2];
/** Half extents (m) of the table. */
const TABLE_HALF: Point = [0.5, 0.45, 0.2];
/** Middle of the goals (m). */
const GOAL: Point = [1.65, 0.75, 0.42];
/** How far (m) a goal lies from the middle, in x and y alike. */
const GOAL_RANGE = 0.05;
/** Middle of the objects' places (m). */
const OBJECT: readonly [number, number] = [1.8, 0.75];
/** How far (m) an object lies from it, in y and towards the robot in x. */
const OBJECT_RANGE = 0.05;

/** Half extents (m) of the hook's shaft, which lies along x. */
const SHAFT: Point = [0.4, 0.015, 0.015];
/** Half extents (m) of the hook's head, at the far end of the shaft, towards +y. */
const HEAD: Point = [0.015, 0.1, 0.015];

/** An L of two bars of 2 kg; its site is where it is best held. */
const HOOK = element(
  "body",
  { name: "hook", pos: [1.35, 0.35, 0.4] },
  element("joint", { name: "hook", type: "free", damping: 0.01 }),
  element("geom", { type: "box", size: SHAFT, mass: 2 }),
  element("geom", { type: "box", size: HEAD, pos: [0.4, 0.085, 0], mass: 2 }),
  element("site", { name: "hook", pos: [-0.25, 0, 0] }),
);

/** What a hook task may vary. */
export interface HookStageOptions {
  /** Mass (kg) of the table; it stands still all the same. */
  readonly tableMass: number;
  /** Height (m) that the hook and the object settle from. */
  readonly height: number;
  /** The free body named `object`. */
  readonly object: Mjcf;
  /** Meshes that it is made of. */
  readonly assets?: readonly Mjcf[];
  /** Shapes fixed to the table. */
  readonly bumps?: readonly Mjcf[];
}

/** The table with the object and the hook. */
export function hookStage(options: HookStageOptions): Stage {
  const { tableMass, height, object, assets = [], bumps = [] } = options;
  return {
    table: tableAt(TABLE_CENTRE, TABLE_HALF, tableMass, ...bumps),
    things: [object, HOOK],
    assets,
    poses: {
      object: [1.25, 0.53, height, 1, 0, 0, 0],
      hook: [1.35, 0.35, height, 1, 0, 0, 0],
    },
  };
}

/** Goals that hindsight may ask for: anywhere on the table. */
export function goalsOnTable(): Box {
  const [x, y, z] = TABLE_CENTRE;
  const [dx, dy, dz] = TABLE_HALF;
  const top = z + dz;
  return {
    low: [x - dx, y - dy, top - 0.03],
    high: [x + dx, y + dy, top + 0.17],
  };
}

/**
 * Place (m) of the object, uniform in x from 1.75 to 1.8 + `far` and in y
 * within 5 cm of 0.75: at least 0.1 m from the middle of the goals.
 */
export function placeAfar(key: Key, far: number): readonly [number, number] {
  const stream = derive(key, "object");
  return [
    OBJECT[0] - OBJECT_RANGE + uniform(stream, 0) * (OBJECT_RANGE + far),
    OBJECT[1] - OBJECT_RANGE + uniform(stream, 1) * 2 * OBJECT_RANGE,
  ];
}

/** A goal (m) on the diagonal of the square of half side 5 cm about (1.65, 0.75), 2 cm over the table. */
export function goalNear(key: Key): Point {
  const along = (2 * uniform(derive(key, "goal"), 0) - 1) * GOAL_RANGE;
  return [GOAL[0] + along, GOAL[1] + along, GOAL[2]];
}
