/**
 * Intervals for what an evaluation measures: Wilson's score interval for a
 * success rate, Newcombe's for the paired difference of two rates, and the
 * normal interval for a mean.
 *
 * All are two-sided; `z` is the standard normal quantile, 1.96 for 95 %.
 *
 * There is one kind of interval for each purpose:
 *
 * | of | over | is |
 * |---|---|---|
 * | a success rate, in reports and figures | episodes | {@link wilson}: covers as often as it says on average, and at no rate far less |
 * | a success rate, as a bound that must hold | episodes | `clopper_pearson.ts`: covers at least as often as it says, so it is wider |
 * | the difference of two rates | the same episodes | {@link pairedDifference} |
 * | the difference of two estimates | samples of their own | {@link difference} |
 * | a mean return or difference of returns | episodes | {@link meanInterval} |
 * | an interquartile mean, a point of a profile | seeds, within each task | the stratified bootstrap, `bootstrap.ts` |
 * | any statistic of two arms | seeds in common | the paired bootstrap, `bootstrap.ts` |
 * | the probability of improvement | seeds of either arm | Newcombe's score interval, `aggregate.ts` |
 * | a median time | seeds, some censored | order statistics, `survival.ts` |
 * | whether a policy may be served | pairs, looked at one by one | none of these: the gate, `gate.ts` |
 *
 * @module
 */

/** An estimate and the bounds of its interval. */
export interface Interval {
  /** The estimate itself. */
  readonly mean: number;
  /** Lower bound, at most `mean`. */
  readonly low: number;
  /** Upper bound, at least `mean`. */
  readonly high: number;
}

/** How two policies did on the same episodes: the 2 x 2 table of paired outcomes. */
export interface PairedTable {
  /** Episodes in which both succeeded. */
  readonly both: number;
  /** Episodes in which only the first succeeded. */
  readonly onlyFirst: number;
  /** Episodes in which only the second succeeded. */
  readonly onlySecond: number;
  /** Episodes in which neither succeeded. */
  readonly neither: number;
}

/** The standard normal quantile at 0.975: intervals of 95 %. */
export const Z95 = 1.959963984540054;

/**
 * Wilson's score interval for a rate (Wilson 1927; Newcombe 1998a, method 3):
 *
 * (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n),  p = successes/n
 *
 * It stays within [0, 1] and has a width above zero even at 0 or n successes.
 *
 * @param successes Whole number from 0 to `trials`.
 * @param trials Whole number from 1.
 * @throws {RangeError} If the counts are not such numbers, or `z` is no number from 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const { mean, low, high } = wilson(81, 263); // Newcombe 1998a, table I
 * assertAlmostEquals(mean, 0.308, 5e-4);
 * assertAlmostEquals(low, 0.2553, 5e-5);
 * assertAlmostEquals(high, 0.3662, 5e-5);
 * ```
 */
export function wilson(
  successes: number,
  trials: number,
  z: number = Z95,
): Interval {
  checkCount("trials", trials, 1);
  checkCount("successes", successes, 0);
  checkQuantile(z);
  if (successes > trials) {
    throw new RangeError(
      `Cannot compute an interval as 'successes' must be at most 'trials': they are ${successes} and ${trials}`,
    );
  }
  const p = successes / trials;
  const share = (z * z) / trials;
  const centre = p + share / 2;
  const spread = z * Math.sqrt((p * (1 - p)) / trials + share / (4 * trials));
  return {
    mean: p,
    // Exact at the ends, where rounding could leave the interval beside p.
    low: successes === 0 ? 0 : (centre - spread) / (1 + share),
    high: successes === trials ? 1 : (centre + spread) / (1 + share),
  };
}

/**
 * Counts paired outcomes, one entry per episode; non-zero and `true` are success.
 *
 * @throws {RangeError} If there are no pairs or the two differ in length.
 */
export function pair(
  first: ArrayLike<boolean | number>,
  second: ArrayLike<boolean | number>,
): PairedTable {
  if (first.length !== second.length) {
    throw new RangeError(
      `Cannot pair outcomes as both must have one entry per episode: they have ${first.length} and ${second.length}`,
    );
  }
  checkCount("episodes", first.length, 1);
  let [both, onlyFirst, onlySecond, neither] = [0, 0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    if (first[i] && second[i]) both++;
    else if (first[i]) onlyFirst++;
    else if (second[i]) onlySecond++;
    else neither++;
  }
  return { both, onlyFirst, onlySecond, neither };
}

/**
 * Interval for the difference of two rates over the same episodes, first minus
 * second (Newcombe 1998b, method 10: squares of Wilson's half-widths added,
 * with the correlation of the pairs). With Wilson bounds l, u of each rate p:
 *
 * low  = d - sqrt((p1-l1)^2 - 2 phi (p1-l1)(u2-p2) + (u2-p2)^2)
 * high = d + sqrt((u1-p1)^2 - 2 phi (u1-p1)(p2-l2) + (p2-l2)^2)
 *
 * Method 10 shrinks a positive phi by the continuity correction n/2 and sets it
 * to 0 where a margin is empty, so the answer is defined for every table.
 *
 * @throws {RangeError} If the counts are not whole numbers from 0 or their sum is 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const table = { both: 59, onlyFirst: 6, onlySecond: 16, neither: 80 };
 * const { mean, low, high } = pairedDifference(table);
 * assertAlmostEquals(mean, -0.0621, 5e-5);
 * assertAlmostEquals(low, -0.1186, 5e-5);
 * assertAlmostEquals(high, -0.0046, 5e-5);
 * ```
 */
export function pairedDifference(
  table: PairedTable,
  z: number = Z95,
): Interval {
  const { both, onlyFirst, onlySecond, neither } = table;
  for (const [name, count] of Object.entries(table)) checkCount(name, count, 0);
  const n = both + onlyFirst + onlySecond + neither;
  const first = wilson(both + onlyFirst, n, z);
  const second = wilson(both + onlySecond, n, z);
  const phi = correlation(table, n);
  const mean = (onlyFirst - onlySecond) / n;
  const below = add(first.mean - first.low, second.high - second.mean, phi);
  const above = add(first.high - first.mean, second.mean - second.low, phi);
  return { mean, low: mean - below, high: mean + above };
}

/**
 * Interval for the difference of two estimates that know nothing of each other,
 * first minus second, from their own intervals (Newcombe 1998c, Stat Med
 * 17:873, method 10; for any two estimates, Zou and Donner 2008):
 *
 * low  = d - sqrt((m1-l1)^2 + (u2-m2)^2)
 * high = d + sqrt((u1-m1)^2 + (m2-l2)^2)
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const { mean, low, high } = difference(wilson(56, 70), wilson(48, 80));
 * assertAlmostEquals(mean, 0.2, 1e-12);
 * assertAlmostEquals(low, 0.0524, 5e-5);
 * assertAlmostEquals(high, 0.3339, 5e-5);
 * ```
 */
export function difference(first: Interval, second: Interval): Interval {
  const mean = first.mean - second.mean;
  return {
    mean,
    low: mean - add(first.mean - first.low, second.high - second.mean, 0),
    high: mean + add(first.high - first.mean, second.mean - second.low, 0),
  };
}

/** Largest size of a value whose squares can be summed. */
const LARGEST = 1e150;

/**
 * The normal interval of a mean, mean -+ z s / sqrt(n), with the sample
 * standard deviation s. Constant data have an interval of width zero; one
 * value alone says nothing of the spread and gets infinite bounds.
 *
 * @param values Finite numbers up to 1e150 in size, whose squares can be summed.
 * @throws {RangeError} If there are no values, one is not finite, their squares overflow, or `z` is no number from 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * const { mean, low, high } = meanInterval([1, 2, 3]);
 * assertEquals(mean, 2);
 * assertAlmostEquals(high - mean, 1.959964 / Math.sqrt(3), 1e-6);
 * assertAlmostEquals(mean - low, high - mean);
 * ```
 */
export function meanInterval(
  values: ArrayLike<number>,
  z: number = Z95,
): Interval {
  const n = values.length;
  checkCount("values", n, 1);
  checkQuantile(z);
  // Shifted by the first value: exact for constant data, stable for the rest.
  const origin = values[0];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(
        `Cannot compute a mean as every value must be finite: value ${i} is ${
          values[i]
        }`,
      );
    }
    sum += values[i] - origin;
  }
  const shift = sum / n;
  const mean = origin + shift;
  if (n === 1) return { mean, low: -Infinity, high: Infinity };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - origin - shift) ** 2;
  const half = z * Math.sqrt(squares / (n - 1) / n);
  if (!Number.isFinite(half)) {
    throw new RangeError(
      `Cannot compute the interval of a mean as values differ too much for their squares to be summed: give numbers up to ${LARGEST} in size`,
    );
  }
  return { mean, low: mean - half, high: mean + half };
}

/**
 * The standard error behind an interval of {@link meanInterval}; 0 where one
 * value alone says nothing of it.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(standardError(meanInterval([1, 2, 3])), 1 / Math.sqrt(3));
 * ```
 */
export function standardError({ mean, high }: Interval): number {
  return Number.isFinite(high) ? (high - mean) / Z95 : 0;
}

/** Length of the third side of a triangle with cosine `phi` between `a` and `b`. */
function add(a: number, b: number, phi: number): number {
  return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
}

function correlation(table: PairedTable, n: number): number {
  const { both, onlyFirst, onlySecond, neither } = table;
  const margins = (both + onlyFirst) * (onlySecond + neither) *
    (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const excess = both * neither - onlyFirst * onlySecond;
  const corrected = excess > 0 ? Math.max(0, excess - n / 2) : excess;
  return corrected / Math.sqrt(margins);
}

function checkCount(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(
      `Cannot compute an interval as '${name}' must be a whole number from ${least}: current value is ${value}`,
    );
  }
}

function checkQuantile(z: number): void {
  if (!(Number.isFinite(z) && z >= 0)) {
    throw new RangeError(
      `Cannot compute an interval as 'z' must be a finite number from 0, such as 1.96 for 95 %: current value is ${z}`,
    );
  }
}
