/**
 * Performance profiles: for every score tau, the share of runs that end above
 * it (Dolan and More 2002; as run-score distributions in Agarwal et al. 2021,
 * "Deep reinforcement learning at the edge of the statistical precipice"),
 *
 *   F(tau) = 1/M sum_m 1/N_m sum_n 1[x_mn > tau]
 *
 * over N_m runs on each of M tasks. A curve above another everywhere is better
 * at every quantile of runs; of scores in [0, 1] the area under it is the mean
 * over tasks of mean scores.
 *
 * @module
 */

import {
  type BootstrapOptions,
  checkValues,
  middleOf,
  redraws,
  type Strata,
} from "./bootstrap.ts";
import type { Interval } from "./statistics.ts";

/** A point of a profile: the share of runs above a score, with its interval. */
export interface ProfilePoint extends Interval {
  /** The score, which a run must exceed. */
  readonly threshold: number;
}

/**
 * The share of runs above each threshold. Tasks weigh alike, however many runs
 * each has.
 *
 * @param tasks Scores of the runs on each task, at least one finite score each.
 * @param thresholds Finite numbers.
 * @throws {RangeError} If there are no tasks, no scores of one, no thresholds, or a number is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const shares = performanceProfile([[0.9, 1], [0.2, 0.4]], [0, 0.4, 0.95]);
 * assertEquals(shares, [1, 0.5, 0.25]);
 * ```
 */
export function performanceProfile(
  tasks: Strata,
  thresholds: readonly number[],
): readonly number[] {
  checkValues("a performance profile", thresholds);
  if (tasks.length === 0) {
    throw new RangeError(
      "Cannot compute a performance profile as there must be at least one task: there is none",
    );
  }
  for (const scores of tasks) checkValues("a performance profile", scores);
  return sharesAbove(tasks, thresholds);
}

/**
 * A profile with its pointwise band: the stratified bootstrap over the runs of
 * each task, the same resamples at every threshold.
 *
 * The profile is a step function that changes at scores alone: with the scores
 * themselves as thresholds nothing is lost between them.
 *
 * @throws {RangeError} As {@link performanceProfile}, or if an option is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * const tasks = [[0.9, 0.8, 1], [0.2, 0.4, 0.3]];
 * const [{ low, mean, high }] = profileBand(tasks, [0.85], { key: key(1) });
 * assert(0 <= low && low < mean && mean < high && high <= 0.5);
 * ```
 */
export function profileBand(
  tasks: Strata,
  thresholds: readonly number[],
  options: BootstrapOptions,
): readonly ProfilePoint[] {
  const shares = performanceProfile(tasks, thresholds);
  const found = redraws(tasks, options).map((redrawn) =>
    sharesAbove(redrawn, thresholds)
  );
  return thresholds.map((threshold, i) => ({
    threshold,
    ...middleOf(shares[i], found.map((redrawn) => redrawn[i]), options),
  }));
}

function sharesAbove(
  tasks: Strata,
  thresholds: readonly number[],
): readonly number[] {
  return thresholds.map((threshold) => {
    const shares = tasks.map((scores) =>
      scores.filter((score) => score > threshold).length / scores.length
    );
    return shares.reduce((sum, share) => sum + share, 0) / tasks.length;
  });
}
