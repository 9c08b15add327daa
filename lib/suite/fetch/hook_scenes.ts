/**
 * Scenes of the complex hook task: an object, and bumps on the table, drawn
 * from a constant key. There are 100 to train in and 100 others to be judged
 * in (Silver et al. 2018, arXiv 1812.06298, section 5, has bumps
 *
 *   count        N(10, 2), rounded, cut to 5..15
 *   half sides   U(1, 50) mm
 *   half height  U(0.1, 5) mm
 *   centre       U(-0.3, 0.3) m from the table's, in x and y).
 *
 * @module
 */

import { normal, uniform } from "../../rng/distributions.ts";
import { derive, foldIn, key as makeKey } from "../../rng/key.ts";
import type { Key } from "../../types.ts";
import { element, type Mjcf } from "../../world/mjcf.ts";
import { type HookObject, hookObject } from "./hook_objects.ts";
import type { Point } from "./task.ts";

/** Scenes of each split. */
export const SCENES = 100;

/** A flat box fixed to the table. */
export interface Bump {
  /** Place (m) in the plane, from the table's centre. */
  readonly centre: readonly [number, number];
  /** Half extents (m); it stands on the table. */
  readonly half: Point;
}

/** An object and the bumps in its way. */
export interface HookScene {
  /** What is to be fetched. */
  readonly object: HookObject;
  /** What is in the way. */
  readonly bumps: readonly Bump[];
}

/** Height (m) of the table's top over its centre. */
const TOP = 0.2;

/**
 * A scene of a split; the same one whenever it is asked for.
 *
 * @param index Whole number from 0 to 99.
 * @param unseen Whether it is one to be judged in.
 * @throws {RangeError} If the split has no such scene.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const { object, bumps } = hookScene(3, true);
 * assert(bumps.length >= 5 && Math.max(...object.extents) <= 0.12);
 * ```
 */
export function hookScene(index: number, unseen: boolean): HookScene {
  const split = unseen ? "unseen" : "training";
  if (!(Number.isInteger(index) && index >= 0 && index < SCENES)) {
    throw new RangeError(
      `Cannot set up ${split} scene ${index} as 'scene' must be a whole number from 0 to ${
        SCENES - 1
      }: choose one of those, or set 'unseen' to ${
        unseen ? 0 : 1
      } for the scenes of the other split`,
    );
  }
  const own = foldIn(
    derive(derive(makeKey(2018), "hook scenes"), split),
    index,
  );
  return {
    object: hookObject(derive(own, "object")),
    bumps: drawBumps(derive(own, "bumps")),
  };
}

function drawBumps(key: Key): readonly Bump[] {
  const drawn = Math.round(10 + 2 * normal(derive(key, "count"), 0));
  const count = Math.min(15, Math.max(5, drawn));
  return Array.from({ length: count }, (_, i) => {
    const u = (entry: number, low: number, high: number) =>
      low + (high - low) * uniform(key, 5 * i + entry);
    return {
      centre: [u(0, -0.3, 0.3), u(1, -0.3, 0.3)],
      half: [u(2, 0.001, 0.05), u(3, 0.001, 0.05), u(4, 0.0001, 0.005)],
    };
  });
}

/** The shapes of bumps, in the frame of the table. */
export function bumpShapes(bumps: readonly Bump[]): readonly Mjcf[] {
  return bumps.map(({ centre: [x, y], half }) =>
    element("geom", { type: "box", pos: [x, y, TOP + half[2]], size: half })
  );
}
