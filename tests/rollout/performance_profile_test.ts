/** Profiles: rliable's values, and what the curve is as a distribution. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { key } from "../../lib/rng/key.ts";
import {
  performanceProfile,
  profileBand,
} from "../../lib/rollout/performance_profile.ts";

/** Three tasks, five runs each. */
const tasks = [
  [0.97, 0.99, 1, 0.93, 0.98],
  [0.62, 0.71, 0.55, 0.8, 0.66],
  [0.31, 0.05, 0.44, 0.52, 0.38],
];

const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 1,
  maxLength: 8,
});
const suites = fc.array(scores, { minLength: 1, maxLength: 5 });

/** Where a profile changes, from the bottom of the scores to their top. */
function breaks(suite: readonly (readonly number[])[]): readonly number[] {
  return [...new Set([0, ...suite.flat(), 1])].sort((a, b) => a - b);
}

function mean(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0) / values.length;
}

/** Threshold, share, and its band. */
const recorded = [
  [0, 1, 1, 1],
  [0.05, 14 / 15, 12 / 15, 1],
  [0.3, 14 / 15, 12 / 15, 1],
  [0.38, 12 / 15, 10 / 15, 14 / 15],
  [0.5, 11 / 15, 10 / 15, 13 / 15],
  [0.6, 9 / 15, 7 / 15, 10 / 15],
  [0.62, 8 / 15, 6 / 15, 10 / 15],
  [0.7, 7 / 15, 5 / 15, 9 / 15],
  [0.95, 4 / 15, 2 / 15, 5 / 15],
  [0.97, 3 / 15, 1 / 15, 5 / 15],
  [0.99, 1 / 15, 0, 3 / 15],
  [1, 0, 0, 0],
];

Deno.test("profile and band are rliable's (create_performance_profile, version 1.2.0, 200,000 resamples)", () => {
  const thresholds = recorded.map(([threshold]) => threshold);
  const band = profileBand(tasks, thresholds, { key: key(1) });
  recorded.forEach(([threshold, share, low, high], i) => {
    assertEquals(band[i].threshold, threshold);
    assertAlmostEquals(band[i].mean, share, 1e-12);
    assertAlmostEquals(band[i].low, low, 1e-12, `low at ${threshold}`);
    assertAlmostEquals(band[i].high, high, 1e-12, `high at ${threshold}`);
  });
});

Deno.test("of scores in [0, 1] the area under the profile is the mean over tasks", () => {
  fc.assert(fc.property(suites, (suite) => {
    const at = breaks(suite);
    const shares = performanceProfile(suite, at);
    const area = at.slice(1).reduce(
      (sum, right, i) => sum + shares[i] * (right - at[i]),
      0,
    );
    assertAlmostEquals(area, mean(suite.map(mean)), 1e-12);
  }));
});

Deno.test("it falls from one below the lowest score to none at the highest", () => {
  fc.assert(fc.property(suites, (suite) => {
    const at = breaks(suite);
    const shares = performanceProfile(suite, [-1, ...at]);
    shares.forEach((share, i) =>
      assert(share >= 0 && share <= (shares[i - 1] ?? share))
    );
    assertAlmostEquals(shares[0], 1, 1e-12);
    assertEquals(shares.at(-1), 0);
  }));
});

Deno.test("one task is the share of its runs, and every task weighs the same however many runs it has", () => {
  assertEquals(performanceProfile([[1, 2, 2, 3]], [2]), [0.25]);
  const few = performanceProfile([[0, 1], [1, 1]], [0.5]);
  const many = performanceProfile([[0, 0, 1, 1], [1, 1]], [0.5]);
  assertEquals([few, many], [[0.75], [0.75]]);
});

Deno.test("the band holds the profile, lies in [0, 1] and repeats with its key", () => {
  fc.assert(
    fc.property(suites, fc.nat(), (suite, seed) => {
      const options = { key: key(seed), resamples: 30 };
      const once = () => profileBand(suite, [0, 0.3, 0.5, 0.9], options);
      const band = once();
      for (const { low, mean, high } of band) {
        assert(0 <= low && low <= mean && mean <= high && high <= 1 + 1e-12);
      }
      assertEquals(once(), band);
    }),
    { numRuns: 30 },
  );
});

Deno.test("runs that agree have a band of no width", () => {
  const same = [[0.4, 0.4, 0.4], [0.9]];
  for (
    const { low, mean, high } of profileBand(same, [0, 0.4, 0.5], {
      key: key(3),
    })
  ) {
    assertEquals([low, high], [mean, mean]);
  }
});

Deno.test("whatever finite scores and thresholds there are, shares are numbers", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const some = fc.array(finite, { minLength: 1, maxLength: 6 });
  const suite = fc.array(some, { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(suite, some, (scores, thresholds) => {
    const options = { key: key(1), resamples: 10 };
    for (
      const { low, mean, high } of profileBand(scores, thresholds, options)
    ) {
      assert([low, mean, high].every(Number.isFinite));
    }
  }));
});

Deno.test("no tasks, a task without runs, no thresholds and what is no number are refused", () => {
  const options = { key: key(1) };
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => performanceProfile([], [0]), "at least one task"],
    [() => performanceProfile([[1], []], [0]), "at least one value"],
    [() => performanceProfile([[1, NaN]], [0]), "value 1 is NaN"],
    [() => performanceProfile([[1]], []), "at least one value"],
    [() => performanceProfile([[1]], [Infinity]), "value 0 is Infinity"],
    [() => profileBand([], [0], options), "at least one task"],
    [() => profileBand([[1]], [0], { ...options, level: 2 }), "'level'"],
  ];
  for (const [use, part] of refused) assertThrows(use, RangeError, part);
});
