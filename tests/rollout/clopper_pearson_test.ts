/** The exact interval: published and recorded values, and the two tails that define it. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { clopperPearson } from "../../lib/rollout/clopper_pearson.ts";
import { wilson } from "../../lib/rollout/statistics.ts";

const counts = fc.integer({ min: 1, max: 300 }).chain((n) =>
  fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))
);
const levels = fc.double({ min: 0.01, max: 0.999, noNaN: true });

/** The probabilities of 0 to `trials` successes. */
function binomial(trials: number, rate: number): readonly number[] {
  if (rate === 0 || rate === 1) {
    return Array.from(
      { length: trials + 1 },
      (_, k) => Number(k === trials * rate),
    );
  }
  let logarithm = trials * Math.log1p(-rate);
  return Array.from({ length: trials + 1 }, (_, k) => {
    const chance = Math.exp(logarithm);
    logarithm += Math.log((trials - k) / (k + 1) * rate / (1 - rate));
    return chance;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

Deno.test("clopperPearson gives the values of Newcombe 1998 (Stat Med 17:857, table I, method 5)", () => {
  const published = [
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ];
  for (const [k, n, low, high] of published) {
    const found = clopperPearson(k, n);
    assertAlmostEquals(found.low, low, 5.1e-5, `${k}/${n}`);
    assertAlmostEquals(found.high, high, 5.1e-5, `${k}/${n}`);
    assertEquals(found.mean, k / n);
  }
});

Deno.test("it gives statsmodels' intervals (proportion_confint, method beta, version 0.15.0)", () => {
  const recorded = [
    [81, 263, 0.95, 0.25273674558527126, 0.36762192260135135],
    [15, 148, 0.95, 0.057844010083448576, 0.161650490349479],
    [0, 20, 0.95, 0, 0.1684334709830853],
    [1, 29, 0.95, 0.0008726468835799228, 0.1776442954887229],
    [7, 10, 0.99, 0.26488601471286927, 0.9629927789037679],
    [388, 400, 0.95, 0.9481827845694164, 0.9844044470001057],
    [400, 400, 0.95, 0.9908201954163347, 1],
    [0, 1, 0.5, 0, 0.75],
    [30000, 100000, 0.999999, 0.29293934806019445, 0.3071258559494589],
    [123456, 1000000, 0.95, 0.12281184162962973, 0.12410234027680268],
    [50000000, 100000000, 0.95, 0.4999019968019593, 0.5000980031980407],
    [3, 100000000, 0.9, 8.17691451997771e-09, 7.753656350827921e-08],
  ];
  for (const [k, n, level, low, high] of recorded) {
    const found = clopperPearson(k, n, level);
    assertAlmostEquals(found.low, low, 1e-12, `${k}/${n}`);
    assertAlmostEquals(found.high, high, 1e-12, `${k}/${n}`);
  }
  // A bound near 0 is right in its own digits, too.
  const { low } = clopperPearson(3, 100000000, 0.9);
  assertAlmostEquals(low / 8.17691451997771e-09, 1, 1e-12);
});

Deno.test("under either bound the tail at what was seen has half of what the level leaves", () => {
  fc.assert(fc.property(counts, levels, ([k, n], level) => {
    const { mean, low, high } = clopperPearson(k, n, level);
    assert(0 <= low && low <= mean && mean <= high && high <= 1);
    assert(low < high);
    const tail = (1 - level) / 2;
    if (k === 0) assertEquals(low, 0);
    else assertAlmostEquals(sum(binomial(n, low).slice(k)), tail, 1e-11);
    if (k === n) assertEquals(high, 1);
    else {assertAlmostEquals(
        sum(binomial(n, high).slice(0, k + 1)),
        tail,
        1e-11,
      );}
  }));
});

Deno.test("of none or all of n the open bound is a root of alpha/2, in closed form", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), levels, (n, level) => {
      const root = Math.pow((1 - level) / 2, 1 / n);
      assertAlmostEquals(clopperPearson(n, n, level).low, root, 1e-12);
      assertAlmostEquals(clopperPearson(0, n, level).high, 1 - root, 1e-12);
    }),
  );
});

Deno.test("the interval of the failures mirrors that of the successes", () => {
  fc.assert(fc.property(counts, levels, ([k, n], level) => {
    const [won, lost] = [k, n - k].map((x) => clopperPearson(x, n, level));
    assertAlmostEquals(lost.low, 1 - won.high, 1e-12);
    assertAlmostEquals(lost.high, 1 - won.low, 1e-12);
  }));
});

Deno.test("it covers every rate at least 95 times in a hundred, where Wilson's does not", () => {
  const n = 50;
  const successes = Array.from({ length: n + 1 }, (_, k) => k);
  const exact = successes.map((k) => clopperPearson(k, n));
  const score = successes.map((k) => wilson(k, n));
  const covered = (intervals: typeof exact, rate: number) =>
    sum(
      binomial(n, rate).filter((_, k) =>
        intervals[k].low <= rate && rate <= intervals[k].high
      ),
    );
  const rates = Array.from({ length: 1999 }, (_, i) => (i + 1) / 2000);
  const least = (intervals: typeof exact) =>
    Math.min(...rates.map((rate) => covered(intervals, rate)));
  assert(least(exact) >= 0.95);
  assert(least(score) < 0.9);
});

Deno.test("counts that are none, too many trials and a level outside (0, 1) are refused with their value", () => {
  const refused: readonly (readonly [readonly number[], string])[] = [
    [[0, 0], "'trials' must be a whole number from 1 to 10^8"],
    [[1, 2e8], "current value is 200000000"],
    [[1, NaN], "'trials'"],
    [[-1, 5], "'successes' must be a whole number from 0 to 5"],
    [[6, 5], "current value is 6"],
    [[0.5, 5], "current value is 0.5"],
    [[NaN, 5], "'successes'"],
    [[1, 5, 0], "'level' must be between 0 and 1"],
    [[1, 5, 1], "'level'"],
    [[1, 5, NaN], "current value is NaN"],
  ];
  for (const [[k, n, level], part] of refused) {
    assertThrows(() => clopperPearson(k, n, level), RangeError, part);
  }
});
