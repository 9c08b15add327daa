/**
 * The left-right symmetry of the Fetch tasks: reflection about the plane
 * y = y0 through the gripper at rest.
 *
 * The scene on the table is symmetric; the arm, whose base stands aside, is
 * only nearly so, as its joints bend differently for the mirrored motion: under
 * mirrored actions the gripper strays by some 0.2 mm in an episode, and the cube,
 * once pushed, by some millimetres.
 *
 * @module
 */

import type { Mirror, Permutation } from "../../types.ts";

/** Readings that change sign: y of points and velocities, angles about x and z. */
const NEGATED = [1, 4, 7, 11, 13, 15, 17, 19, 21];
/** Readings of the right and the left finger trade places. */
const SWAPPED = [[9, 10], [23, 24]];
/** Readings that are places in the world, not differences. */
const PLACES = [1, 4];

/** The reflection about y = `y0` (m). */
export function mirrorAbout(y0: number): Mirror {
  const source = Array.from({ length: 25 }, (_, i) => i);
  for (const [right, left] of SWAPPED) {
    source[right] = left;
    source[left] = right;
  }
  return {
    observation: signed(source, NEGATED, PLACES, 2 * y0),
    goal: signed([0, 1, 2], [1], [1], 2 * y0),
    action: signed([0, 1, 2, 3], [1], [], 0),
  };
}

function signed(
  source: readonly number[],
  negated: readonly number[],
  shifted: readonly number[],
  shift: number,
): Permutation {
  return {
    source,
    sign: source.map((_, i) => negated.includes(i) ? -1 : 1),
    offset: source.map((_, i) => shifted.includes(i) ? shift : 0),
  };
}
