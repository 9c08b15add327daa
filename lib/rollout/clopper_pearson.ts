/**
 * The exact interval of a success rate (Clopper and Pearson 1934): every p under
 * which neither tail of Bin(n, p) at the k successes seen is below alpha/2. Its
 * bounds solve
 *
 *   I_low(k, n - k + 1) = alpha/2,   I_high(k + 1, n - k) = 1 - alpha/2
 *
 * with the regularised incomplete beta function I_x(a, b), here by bisection
 * over its continued fraction (DLMF 8.17.22).
 *
 * It covers the true rate with a probability of at least 1 - alpha whatever that
 * rate is, and is wider for it than Wilson's interval, which covers it so often
 * on average. Reports give Wilson's; this one is for a bound that must hold.
 *
 * @module
 */

import type { Interval } from "./statistics.ts";

/**
 * The interval of Clopper and Pearson.
 *
 * @param successes Whole number from 0 to `trials`.
 * @param trials Whole number from 1 to 10^8.
 * @param level Least probability that the interval holds the rate, in (0, 1).
 * @throws {RangeError} If an argument is no such number.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const { mean, low, high } = clopperPearson(81, 263); // Newcombe 1998a, table I
 * assertAlmostEquals(mean, 0.308, 5e-4);
 * assertAlmostEquals(low, 0.2527, 5e-5);
 * assertAlmostEquals(high, 0.3676, 5e-5);
 * ```
 */
export function clopperPearson(
  successes: number,
  trials: number,
  level = 0.95,
): Interval {
  check("trials", trials, "a whole number from 1 to 10^8", isTrials(trials));
  const counted = Number.isSafeInteger(successes) && successes >= 0 &&
    successes <= trials;
  check("successes", successes, `a whole number from 0 to ${trials}`, counted);
  check("level", level, "between 0 and 1", level > 0 && level < 1);
  const mean = successes / trials;
  const tail = (1 - level) / 2;
  // The upper bound of successes is the lower one of failures.
  const above = 1 - lowerBound(trials - successes, trials, tail);
  return {
    mean,
    low: lowerBound(successes, trials, tail),
    high: Math.max(mean, above),
  };
}

/** The rate under which `successes` or more have the probability `tail`. */
function lowerBound(successes: number, trials: number, tail: number): number {
  if (successes === 0) return 0;
  let [low, high] = [0, successes / trials];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return low;
    if (incompleteBeta(middle, successes, trials - successes + 1) > tail) {
      high = middle;
    } else low = middle;
  }
}

/** I_x(a, b) for whole a and b from 1 and x in (0, 1). */
function incompleteBeta(x: number, a: number, b: number): number {
  const weight = density(x, a, b);
  // The fraction converges fast on the near side of the mean.
  return x < (a + 1) / (a + b + 2)
    ? weight * fraction(x, a, b) / a
    : 1 - weight * fraction(1 - x, b, a) / b;
}

/**
 * x^a (1 - x)^b / B(a, b), with the large parts of Stirling's formula cancelled
 * by hand: what is left to round grows as the distance from the mean does.
 */
function density(x: number, a: number, b: number): number {
  const distance = a * (Math.log(x) + Math.log1p(b / a)) +
    b * (Math.log1p(-x) + Math.log1p(a / b));
  const rest = stirlingRest(a + b) - stirlingRest(a) - stirlingRest(b);
  const peak = Math.sqrt(a / (a + b) * b / (2 * Math.PI));
  return peak * Math.exp(distance + rest);
}

/** The continued fraction of I_x(a, b), from its head down (Lentz 1976, as modified by Thompson and Barnett 1986); it ends by itself after b steps. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - (a + b) * x / (a + 1));
  let value = d;
  let change = 0;
  for (let m = 1; m <= b && Math.abs(change - 1) > 1e-14; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    change = d * c;
    value *= change;
  }
  return value;
}

/** ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi)/2) of a whole x from 1. */
function stirlingRest(x: number): number {
  if (x < 15) {
    let factorial = 1;
    for (let i = 2; i < x; i++) factorial *= i;
    return Math.log(factorial / Math.sqrt(2 * Math.PI)) -
      (x - 0.5) * Math.log(x) + x;
  }
  const s = 1 / (x * x);
  const inner = 1 / 1260 - s * (1 / 1680 - s / 1188);
  return (1 / 12 - s * (1 / 360 - s * inner)) / x;
}

/** Up to where a bound takes well below a second. */
function isTrials(trials: number): boolean {
  return Number.isSafeInteger(trials) && trials >= 1 && trials <= 1e8;
}

function check(
  name: string,
  value: number,
  allowed: string,
  holds: boolean,
): void {
  if (holds) return;
  throw new RangeError(
    `Cannot compute an interval as '${name}' must be ${allowed}: current value is ${value}`,
  );
}
