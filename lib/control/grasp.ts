/**
 * What the reactive controllers of working fingers share (Silver et al. 2018,
 * appendix): a proportional move, and the way to a grasp.
 *
 *   move:   a = (K (target - g), finger)
 *   reach:  hover over the grasp point, open, descend, close
 *
 * Distances are compared squared, in 64-bit floats. Nothing is clipped.
 *
 * @module
 */

import type { Vec } from "../types.ts";

/** Where an observation holds what a grasp needs: indices of first entries. */
export interface GraspLayout {
  /** Place of the grip, three entries, m. */
  readonly grip: number;
  /** Place of what is grasped, three entries, m. */
  readonly object: number;
  /** Opening of the right finger, one entry, m; 0.05 is open. */
  readonly finger: number;
}

/** Gain of moves towards an object: 1 asks for 0.05 m per action unit. */
export const APPROACH_GAIN = 10;
/** Squared distance (m^2) of grip and grasp point at which the fingers close. */
export const NEAR = 1e-3;
/** Height (m) over the grasp point at which the grip arrives. */
const HOVER = 0.1;
/** Opening (m) of a finger that is open, and how much less still counts. */
const OPEN = 0.05;
/** Error (m) of a finger's opening that still counts as none. */
export const SLACK = 1e-3;

/** Fingers that stay as they are. */
export const HOLD = 0;
/** Fingers that open. */
const RELEASE = 1;
/** Fingers that close. */
export const CLOSE = -1;

/** Writes the move from the grip to (x, y, z), m, with a finger command. */
export function move(
  o: Vec,
  grip: number,
  gain: number,
  x: number,
  y: number,
  z: number,
  finger: number,
  out: Vec,
): void {
  out[0] = gain * (x - o[grip]);
  out[1] = gain * (y - o[grip + 1]);
  out[2] = gain * (z - o[grip + 2]);
  out[3] = finger;
}

/** Writes the action that moves nothing but the fingers. */
export function stay(finger: number, out: Vec): void {
  out.fill(0);
  out[3] = finger;
}

/** Squared distance (m^2) of the grip from the grasp point, `depth` m below the object. */
export function graspGap(o: Vec, at: GraspLayout, depth: number): number {
  const z = o[at.grip + 2] - o[at.object + 2] + depth;
  return planarGap(o, at) + z * z;
}

/** Squared distance (m^2) of grip and object in the plane. */
function planarGap(o: Vec, { grip, object }: GraspLayout): number {
  const x = o[grip] - o[object];
  const y = o[grip + 1] - o[object + 1];
  return x * x + y * y;
}

/**
 * Writes the next action on the way to a grasp: over the object, then open,
 * then down to the grasp point, then close.
 *
 * @param depth How far (m) the grasp point lies below the object's centre.
 * @param tolerance Squared distance (m^2) in the plane that counts as over the object.
 */
export function reach(
  o: Vec,
  at: GraspLayout,
  depth: number,
  tolerance: number,
  out: Vec,
): void {
  if (graspGap(o, at, depth) < NEAR) return stay(CLOSE, out);
  const over = planarGap(o, at) < tolerance;
  if (over && Math.abs(o[at.finger] - OPEN) >= SLACK) return stay(RELEASE, out);
  const { grip, object } = at;
  const z = o[object + 2] - depth + (over ? 0 : HOVER);
  move(o, grip, APPROACH_GAIN, o[object], o[object + 1], z, HOLD, out);
}
