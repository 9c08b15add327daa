/**
 * Bootstrap intervals: what was seen is drawn again with replacement, many
 * times, and the interval holds the middle of what a statistic then says (the
 * percentile method, Efron 1979).
 *
 * Strata are drawn again each on its own, pairs together; a key decides every
 * draw, so that the same data give the same interval. As nothing is drawn that
 * was not seen, few values make intervals that are too narrow: of three seeds
 * none reaches beyond the best and the worst of them.
 *
 * @module
 */

import { integer } from "../rng/distributions.ts";
import { foldIn } from "../rng/key.ts";
import type { Key } from "../types.ts";
import type { Interval } from "./statistics.ts";

/** How a bootstrap is done. */
export interface BootstrapOptions {
  /** Decides every draw. */
  readonly key: Key;
  /** Resamples, from 1; 2000 unless given. */
  readonly resamples?: number;
  /** Share of resamples inside the interval, in (0, 1); 0.95 unless given. */
  readonly level?: number;
}

/** Values by stratum, such as scores of seeds by task. */
export type Strata = readonly (readonly number[])[];

/**
 * The stratified bootstrap: each stratum, such as the seeds of one task or of
 * one arm, is drawn again with replacement on its own; the interval holds the
 * middle `level` of the statistic over the resamples.
 *
 * The bounds are quantiles of the resamples, widened where that is needed so
 * that the estimate itself lies inside. Of one seed a stratum, nothing varies
 * and the interval has width zero: it says nothing of other seeds.
 *
 * @param strata One or more of at least one finite value each.
 * @param statistic Finite for every resample.
 * @throws {RangeError} If there is no stratum, a stratum is empty, a value or the
 * statistic is not finite, or an option is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * import { iqm } from "./aggregate.ts";
 * const successes = [0.97, 0.99, 1];
 * const { low, mean, high } = stratifiedBootstrap(
 *   [successes], ([seeds]) => iqm(seeds), { key: key(1) },
 * );
 * assert(0.97 <= low && low < mean && mean < high && high <= 1);
 * ```
 */
export function stratifiedBootstrap(
  strata: Strata,
  statistic: (strata: Strata) => number,
  options: BootstrapOptions,
): Interval {
  const found = redraws(strata, options).map((redrawn) => statistic(redrawn));
  return middleOf(statistic(strata), found, options);
}

/**
 * The bootstrap of paired values, such as two arms under the same seeds: pairs
 * are drawn again as pairs, so that what both have in common does not widen the
 * interval of their difference.
 *
 * @param first At least one finite value.
 * @param second As many, in the same order.
 * @param statistic Finite for every resample of both.
 * @throws {RangeError} As {@link stratifiedBootstrap}, or if the two differ in length.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * import { iqm } from "./aggregate.ts";
 * const [ours, theirs] = [[0.9, 0.4, 0.7], [0.8, 0.3, 0.6]];
 * const { low, high } = pairedBootstrap(
 *   ours, theirs, (a, b) => iqm(a) - iqm(b), { key: key(1) },
 * );
 * assertAlmostEquals(low, 0.1); // seeds differ, the arms by 0.1 on each
 * assertAlmostEquals(high, 0.1);
 * ```
 */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  statistic: (first: readonly number[], second: readonly number[]) => number,
  options: BootstrapOptions,
): Interval {
  if (first.length !== second.length) {
    throw new RangeError(
      `Cannot compute a bootstrap as both must have one value per pair: they have ${first.length} and ${second.length}`,
    );
  }
  for (const values of [first, second]) checkValues("a bootstrap", values);
  return stratifiedBootstrap(
    [first.map((_, pair) => pair)],
    ([pairs]) =>
      statistic(pairs.map((i) => first[i]), pairs.map((i) => second[i])),
    options,
  );
}

/**
 * The resamples of {@link stratifiedBootstrap}, for what needs several numbers
 * of each.
 *
 * @throws {RangeError} As {@link stratifiedBootstrap}.
 */
export function redraws(
  strata: Strata,
  { key, resamples = 2000 }: BootstrapOptions,
): readonly Strata[] {
  if (strata.length === 0) {
    throw new RangeError(
      "Cannot compute a bootstrap as there must be at least one stratum: there is none",
    );
  }
  for (const stratum of strata) checkValues("a bootstrap", stratum);
  if (!(Number.isSafeInteger(resamples) && resamples >= 1)) {
    refuseOption("resamples", "a whole number from 1", resamples);
  }
  return Array.from({ length: resamples }, (_, i) => {
    const draw = foldIn(key, i);
    return strata.map((stratum, j) => redraw(stratum, foldIn(draw, j)));
  });
}

/**
 * The middle `level` of the numbers found in resamples, and the estimate.
 *
 * @param found At least one number.
 * @throws {RangeError} If a number is not finite or `level` is not in (0, 1).
 */
export function middleOf(
  mean: number,
  found: readonly number[],
  { level = 0.95 }: Pick<BootstrapOptions, "level">,
): Interval {
  if (!(level > 0 && level < 1)) {
    refuseOption("level", "between 0 and 1", level);
  }
  const wild = [mean, ...found].find((value) => !Number.isFinite(value));
  if (wild !== undefined) {
    refuseOption("statistic", "finite for every resample", wild);
  }
  const sorted = found.toSorted((a, b) => a - b);
  return {
    mean,
    low: Math.min(mean, quantile(sorted, (1 - level) / 2)),
    high: Math.max(mean, quantile(sorted, (1 + level) / 2)),
  };
}

/**
 * Refuses values of which nothing can be said.
 *
 * @param what Completes "Cannot compute ...".
 * @throws {RangeError} If there are no values or one is not finite.
 */
export function checkValues(what: string, values: readonly number[]): void {
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

/** A stratum drawn again with replacement. */
function redraw(stratum: readonly number[], key: Key): readonly number[] {
  return stratum.map((_, i) => stratum[integer(key, i, stratum.length)]);
}

/** The quantile of sorted values, between two of them on a straight line. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [
    sorted[below],
    sorted[Math.min(below + 1, sorted.length - 1)],
  ];
  const part = place - below;
  // The difference of two large values may overflow.
  return Number.isFinite(b - a)
    ? a + part * (b - a)
    : (1 - part) * a + part * b;
}

function refuseOption(name: string, allowed: string, value: number): never {
  throw new RangeError(
    `Cannot compute a bootstrap as '${name}' must be ${allowed}: current value is ${value}`,
  );
}
