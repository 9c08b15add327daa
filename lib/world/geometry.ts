/**
 * Rotations: Euler angles of a rotation matrix, with an arc tangent made of
 * sums, products and square roots only, so that every engine gives the same
 * bits (IEEE 754 fixes those, while `Math.atan2` is left to each engine).
 *
 * @module
 */

/**
 * The angle of the point (x, y) against the x axis, in (-pi, pi]; 0 at the
 * origin. Within 2e-15 of the true value.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(atan2(1, -1), 3 * Math.PI / 4, 1e-14);
 * ```
 */
export function atan2(y: number, x: number): number {
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  if (ax === 0 && ay === 0) return 0;
  const octant = ay <= ax ? atanUnit(ay / ax) : Math.PI / 2 - atanUnit(ax / ay);
  const half = x < 0 ? Math.PI - octant : octant;
  return y < 0 ? -half : half;
}

/** Arc tangent on [0, 1]: two halvings of the angle, then the Taylor series. */
function atanUnit(t: number): number {
  const half = t / (1 + Math.sqrt(1 + t * t));
  const z = half / (1 + Math.sqrt(1 + half * half));
  const s = z * z;
  // z <= tan(pi / 16) = 0.199, so the first term left out is below 2e-17.
  let sum = 1 / 21;
  for (let k = 19; k >= 1; k -= 2) sum = 1 / k - s * sum;
  return 4 * z * sum;
}

/**
 * Writes the angles (rad) about the fixed x, y and z axes, applied in the
 * order z, y, x, of a rotation matrix `[3, 3]` to `out[at .. at + 2]`.
 *
 * At gimbal lock, where y is plus or minus a right angle, x is set to 0.
 */
export function eulerAngles(
  matrix: ArrayLike<number>,
  out: { [index: number]: number },
  at: number,
): void {
  const cosine = Math.sqrt(matrix[8] * matrix[8] + matrix[5] * matrix[5]);
  const free = cosine > GIMBAL_LOCK;
  out[at] = free ? -atan2(matrix[5], matrix[8]) : 0;
  out[at + 1] = -atan2(-matrix[2], cosine);
  out[at + 2] = free
    ? -atan2(matrix[1], matrix[0])
    : -atan2(-matrix[3], matrix[4]);
}

/** Four times the spacing of doubles at 1. */
const GIMBAL_LOCK = 4 * Number.EPSILON;
