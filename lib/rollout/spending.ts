/**
 * How a chance of error is spent over looks: each look at a run, k = 1, 2, ...,
 * is a test of its own at the level
 *
 *   delta_k = 6 delta / (pi^2 k^2),   sum_k delta_k = delta,
 *
 * by Euler's sum of 1/k^2, so that by the union bound any number of looks, each
 * at fresh episodes, lets a policy pass wrongly with probability at most delta.
 * Looks need not be planned: the k-th costs the same whatever is still to come.
 *
 * Spending a level over looks: Lan and DeMets, Biometrika 70(3), 1983.
 *
 * @module
 */

/**
 * The level of look `look`.
 *
 * @param delta Chance of error over all looks; (0, 1).
 * @param look Whole number from 1.
 * @throws {RangeError} If either is out of range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(levelOfLook(0.05, 1), 0.0304, 1e-4);
 * ```
 */
export function levelOfLook(delta: number, look: number): number {
  if (!(delta > 0 && delta < 1)) {
    throw new RangeError(
      `Cannot spend 'delta' as it must be between 0 and 1: current value is ${delta}`,
    );
  }
  if (!(Number.isSafeInteger(look) && look >= 1)) {
    throw new RangeError(
      `Cannot spend on 'look' as it must be a whole number from 1: current value is ${look}`,
    );
  }
  return 6 * delta / (Math.PI * look) ** 2;
}
