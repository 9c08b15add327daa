/**
 * Where the cube and the goal of an episode lie: draws from a key, and the
 * checks of their ranges.
 *
 * @module
 */

import { uniform } from "../../rng/distributions.ts";
import { derive } from "../../rng/key.ts";
import type { Box, Key } from "../../types.ts";
import type { Point, Rest } from "./task.ts";

/** The cube starts at least this far (m) from the gripper. */
const CLEARANCE = 0.1;
/** Margin (m) of the goals that hindsight may use: what still counts as a goal. */
const SPARE = 0.05;
/** The table ends 0.187 m beyond the gripper. */
const WIDEST = 0.18;

/** Uniform in the square of half side `range` (m) about the gripper, without the disc of radius 0.1. */
export function placeObject(
  key: Key,
  rest: Rest,
  range: number,
): readonly [number, number] {
  const stream = derive(key, "object");
  for (let draw = 0;; draw += 2) {
    const x = symmetric(stream, draw, range);
    const y = symmetric(stream, draw + 1, range);
    if (x * x + y * y >= CLEARANCE * CLEARANCE) {
      return [rest.gripper[0] + x, rest.gripper[1] + y];
    }
  }
}

/** Uniform in the square of half side `range` (m) about the gripper, on the table. */
export function goalBeside(key: Key, rest: Rest, range: number): Point {
  const stream = derive(key, "goal");
  return [
    rest.gripper[0] + symmetric(stream, 0, range),
    rest.gripper[1] + symmetric(stream, 1, range),
    rest.objectHeight,
  ];
}

/** Goals from the table to `height` (m) over it that `goalBeside` may draw, with 5 cm to spare. */
export function goalsBeside(rest: Rest, range: number, height: number): Box {
  const { gripper: [x, y], objectHeight: z } = rest;
  const reach = range + SPARE;
  return {
    low: [x - reach, y - reach, z - SPARE],
    high: [x + reach, y + reach, z + height + SPARE],
  };
}

/** Uniform in [-range, range). */
function symmetric(key: Key, index: number, range: number): number {
  return (2 * uniform(key, index) - 1) * range;
}

/**
 * Checks a range.
 *
 * @throws {RangeError} If a half side is not from `least` to 0.18 m.
 */
export function checkRange(
  task: string,
  name: string,
  value: number,
  least: number,
): void {
  if (value >= least && value <= WIDEST) return;
  throw new RangeError(
    `Cannot make task '${task}' as '${name}' must be from ${least} to ${WIDEST} m: current value is ${value}`,
  );
}

/**
 * Checks a sliding friction.
 *
 * @throws {RangeError} If it is given and not from 0.001 to 10.
 */
export function checkFriction(task: string, friction?: number): void {
  if (friction === undefined || (friction >= 0.001 && friction <= 10)) return;
  throw new RangeError(
    `Cannot make task '${task}' as 'friction' must be from 0.001 to 10: current value is ${friction}`,
  );
}
