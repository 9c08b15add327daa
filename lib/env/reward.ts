/**
 * The reward of a moment, computed from what the moment shows: what an
 * environment pays, and what hindsight computes again under another goal.
 *
 *   sparse   0 if |achieved - desired|_2 <= threshold, else -1
 *   dense    -goal |achieved - desired|_1 - reach |o[first..] - o[second..]|_1
 *            - effort |o[at..]|_2^2
 *
 * Sums are made in double precision over the 32-bit vectors shown, from the
 * first entry to the last, so both sides find the same bits. The sparse reward
 * is that of Plappert et al. (2018), the dense one that of Chua et al. (2018).
 *
 * @module
 */

import type { Observation, Reward, Vec } from "../types.ts";

/**
 * The reward of the moment that a step led to.
 *
 * @param achieved The goal reached, `[goalSize]`.
 * @param desired The goal wanted, `[goalSize]`.
 * @param observation What is sensed, hidden entries included; a sparse reward
 * does not read it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const near = { kind: "sparse", threshold: 0.05 } as const;
 * const nothing = new Float32Array(0);
 * assertEquals(rewardOf(near, Float32Array.of(0), Float32Array.of(1), nothing), -1);
 * assertEquals(rewardOf(near, Float32Array.of(1), Float32Array.of(1), nothing), 0);
 * ```
 */
export function rewardOf(
  reward: Reward,
  achieved: Vec,
  desired: Vec,
  observation: Vec,
): number {
  return rewardAt(
    reward,
    observation,
    0,
    achieved,
    0,
    desired,
    0,
    desired.length,
  );
}

/**
 * The reward of one row of flat batches: the observation starts at
 * `observations[at]`, the goal reached at `achieved[atGoal]`, the goal wanted
 * at `desired[atDesired]`, and goals have `goalSize` entries.
 */
export function rewardAt(
  reward: Reward,
  observations: Vec,
  at: number,
  achieved: Vec,
  atGoal: number,
  desired: Vec,
  atDesired: number,
  goalSize: number,
): number {
  if (reward.kind === "sparse") {
    const far = goalDistanceAt(achieved, atGoal, desired, atDesired, goalSize) >
      reward.threshold;
    return far ? -1 : 0;
  }
  const { goal, reach, effort } = reward;
  const missing = absolute(achieved, atGoal, desired, atDesired, goalSize);
  const apart = absolute(
    observations,
    at + reach.first,
    observations,
    at + reach.second,
    reach.size,
  );
  const squares = square(observations, at + effort.at, effort.size);
  return -goal * missing - reach.weight * apart - effort.weight * squares;
}

/** Euclidean distance of achieved and desired goal. */
export function goalDistance(
  { achieved, desired }: Pick<Observation, "achieved" | "desired">,
): number {
  return goalDistanceAt(achieved, 0, desired, 0, desired.length);
}

/** Euclidean distance of two goals of `size` entries within longer vectors. */
export function goalDistanceAt(
  a: Vec,
  i: number,
  b: Vec,
  j: number,
  size: number,
): number {
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const gap = a[i + k] - b[j + k];
    sum += gap * gap;
  }
  return Math.sqrt(sum);
}

function absolute(
  a: Vec,
  i: number,
  b: Vec,
  j: number,
  size: number,
): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += Math.abs(a[i + k] - b[j + k]);
  return sum;
}

function square(a: Vec, i: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i + k] * a[i + k];
  return sum;
}
