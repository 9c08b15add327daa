/**
 * What several seeds say together: the interquartile mean, how often one arm
 * beats another, and bootstrap intervals for both (Agarwal et al. 2021, "Deep
 * reinforcement learning at the edge of the statistical precipice").
 *
 * @module
 */

import { foldIn } from "../rng/key.ts";
import { integer } from "../rng/distributions.ts";
import type { Key } from "../types.ts";
import { type Interval, Z95 } from "./statistics.ts";

/**
 * The interquartile mean: the mean of what is left after the lowest and the
 * highest quarter are cut off, `floor(n / 4)` values at each end (the trimmed
 * mean of 25 %). Of fewer than four values it is the plain mean.
 *
 * @throws {RangeError} If there are no values or one is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(iqm([1, 2, 3, 4, 5, 6, 7, 8, 100]), 5);
 * ```
 */
export function iqm(values: readonly number[]): number {
  checkValues("an interquartile mean", values);
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/**
 * The probability that a run of the first arm does better than one of the
 * second, ties counted half: U / (n m) of Mann and Whitney (1947).
 *
 * @throws {RangeError} If either has no values or one is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(probabilityOfImprovement([0.9, 1], [0.8, 0.9]), 0.875);
 * ```
 */
export function probabilityOfImprovement(
  first: readonly number[],
  second: readonly number[],
): number {
  checkValues("a probability of improvement", first);
  checkValues("a probability of improvement", second);
  let wins = 0;
  for (const a of first) {
    for (const b of second) wins += a > b ? 1 : a === b ? 0.5 : 0;
  }
  return wins / (first.length * second.length);
}

/**
 * The 95 % interval of a probability of improvement from a score test (Newcombe
 * 2006, part 2, method 5): all p with |p - U/(n m)| <= z sqrt(V(p)), where
 *
 *   V(p) = p (1 - p) (1 + k (1 - p)/(2 - p) + k p/(1 + p)) / (n m),  k = (n + m)/2 - 1
 *
 * Unlike a bootstrap it stays wide where every run of one arm beats every run
 * of the other: of three against three it reaches down to 0.501.
 *
 * @throws {RangeError} If either has no values or one is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { mean, low, high } = improvementInterval([3, 4, 5], [0, 1, 2]);
 * assertEquals([mean, low.toFixed(3), high], [1, "0.501", 1]);
 * ```
 */
export function improvementInterval(
  first: readonly number[],
  second: readonly number[],
): Interval {
  const mean = probabilityOfImprovement(first, second);
  const pairs = first.length * second.length;
  const k = (first.length + second.length) / 2 - 1;
  function excess(p: number): number {
    const spread = 1 + k * (1 - p) / (2 - p) + k * p / (1 + p);
    return (mean - p) ** 2 - Z95 ** 2 * p * (1 - p) * spread / pairs;
  }
  return {
    mean,
    low: mean === 0 ? 0 : boundary(excess, 0, mean),
    high: mean === 1 ? 1 : boundary(excess, 1, mean),
  };
}

/** Where `excess`, above 0 at `outside`, falls to 0 on the way to `inside`. */
function boundary(
  excess: (p: number) => number,
  outside: number,
  inside: number,
): number {
  let [out, within] = [outside, inside];
  for (let i = 0; i < 60; i++) {
    const middle = (out + within) / 2;
    if (excess(middle) > 0) out = middle;
    else within = middle;
  }
  return within;
}

/** How a bootstrap is done. */
export interface BootstrapOptions {
  readonly key: Key;
  /** Resamples, from 1; 2000 unless given. */
  readonly resamples?: number;
  /** Share of resamples inside the interval, in (0, 1); 0.95 unless given. */
  readonly level?: number;
}

/**
 * The stratified percentile bootstrap (Efron 1979): each stratum, such as the
 * seeds of one task or of one arm, is drawn again with replacement on its own;
 * the interval holds the middle `level` of the statistic over the resamples.
 *
 * The bounds are quantiles of the resamples, widened where that is needed so
 * that the estimate itself lies inside. Of one seed a stratum, nothing varies
 * and the interval has width zero: it says nothing of other seeds.
 *
 * @param strata At least one value each.
 * @throws {RangeError} If a stratum is empty, a value is not finite, or an option is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * const successes = [0.97, 0.99, 1];
 * const { low, mean, high } = stratifiedBootstrap(
 *   [successes], ([seeds]) => iqm(seeds), { key: key(1) },
 * );
 * assert(0.97 <= low && low < mean && mean < high && high <= 1);
 * ```
 */
export function stratifiedBootstrap(
  strata: readonly (readonly number[])[],
  statistic: (strata: readonly (readonly number[])[]) => number,
  { key, resamples = 2000, level = 0.95 }: BootstrapOptions,
): Interval {
  for (const stratum of strata) checkValues("a bootstrap", stratum);
  if (!(Number.isSafeInteger(resamples) && resamples >= 1)) {
    refuseOption("resamples", "a whole number from 1", resamples);
  }
  if (!(level > 0 && level < 1)) {
    refuseOption("level", "between 0 and 1", level);
  }
  const mean = statistic(strata);
  const found = Array.from({ length: resamples }, (_, i) => {
    const draw = foldIn(key, i);
    return statistic(strata.map((stratum, j) => redraw(stratum, draw, j)));
  }).sort((a, b) => a - b);
  return {
    mean,
    low: Math.min(mean, quantile(found, (1 - level) / 2)),
    high: Math.max(mean, quantile(found, (1 + level) / 2)),
  };
}

/** A stratum drawn again with replacement. */
function redraw(
  stratum: readonly number[],
  draw: Key,
  index: number,
): readonly number[] {
  const key = foldIn(draw, index);
  return stratum.map((_, i) => stratum[integer(key, i, stratum.length)]);
}

/** The quantile of sorted values, between two of them on a straight line. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function checkValues(what: string, values: readonly number[]): void {
  if (values.length === 0) {
    throw new RangeError(
      `Cannot compute ${what} as there must be at least one value: there is none`,
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot compute ${what} as every value must be finite: value ${bad} is ${
        values[bad]
      }`,
    );
  }
}

function refuseOption(name: string, allowed: string, value: number): never {
  throw new RangeError(
    `Cannot compute a bootstrap as '${name}' must be ${allowed}: current value is ${value}`,
  );
}
