/** The cross-entropy method: bounds, optima, elites, warm starts. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  type CemOptions,
  drawPlans,
  makeCandidates,
  petsOptions,
  type Score,
  searchPlan,
  shifted,
  startDistribution,
} from "../../lib/control/cem.ts";
import { key } from "../../lib/rng/key.ts";

const LOW = [-1, -2, 0.5];
const HIGH = [1, 2, 0.75];
const ENTRIES = 6;
const OPTIONS: CemOptions = {
  ...petsOptions({ low: LOW, high: HIGH }),
  horizon: 2,
  population: 400,
  elites: 80,
  iterations: 40,
  tolerance: 1e-12,
};
const seeds = fc.nat(1_000_000);

/** Squared distance of a plan from `target`, in units of the bounds. */
function distance(target: readonly number[]): Score {
  return (_key, { plans, scores }, from, to) => {
    for (let c = from; c < to; c++) {
      const each = target.map((x, i) =>
        ((plans[c * ENTRIES + i] - x) / (HIGH[i % 3] - LOW[i % 3])) ** 2
      );
      scores[c] = each.reduce((sum, x) => sum + x);
    }
  };
}

function search(
  seed: number,
  score: Score,
  options: CemOptions = OPTIONS,
  mean?: Float64Array,
) {
  const start = startDistribution(options, mean);
  const candidates = makeCandidates(options);
  return searchPlan(key(seed), options, start, candidates, score);
}

Deno.test("the least of a quadratic within the bounds is found", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.array(fc.double({ min: 0.3, max: 0.7, noNaN: true }), {
        minLength: ENTRIES,
        maxLength: ENTRIES,
      }),
      (seed, shares) => {
        const target = shares.map((share, i) =>
          LOW[i % 3] + share * (HIGH[i % 3] - LOW[i % 3])
        );
        const middle = Float64Array.from([0, 0, 0.6, 0, 0, 0.6]);
        const { mean } = search(seed, distance(target), OPTIONS, middle);
        target.forEach((x, i) => {
          const range = HIGH[i % 3] - LOW[i % 3];
          assertAlmostEquals(mean[i], x, 0.05 * range);
        });
      },
    ),
    { numRuns: 10 },
  );
});

Deno.test("every candidate lies within the bounds and within two deviations of the mean", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: ENTRIES,
        maxLength: ENTRIES,
      }),
      fc.double({ min: 1e-6, max: 10, noNaN: true }),
      (seed, shares, variance) => {
        const mean = Float64Array.from(
          shares,
          (share, i) => LOW[i % 3] + share * (HIGH[i % 3] - LOW[i % 3]),
        );
        const spread = mean.map(() => variance);
        const { plans } = makeCandidates(OPTIONS);
        const all = { from: 0, to: OPTIONS.population };
        drawPlans(key(seed), OPTIONS, { mean, variance: spread }, plans, all);
        plans.forEach((x, at) => {
          const i = at % ENTRIES;
          const edge = 1e-6; // of rounding to 32 bits
          assert(x >= LOW[i % 3] - edge && x <= HIGH[i % 3] + edge);
          assert(Math.abs(x - mean[i]) <= 2 * Math.sqrt(variance) + edge);
        });
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("one iteration moves mean and variance to the elites by 1 - smoothing", () => {
  const options = { ...OPTIONS, iterations: 1, smoothing: 0.25 };
  const candidates = makeCandidates(options);
  const start = startDistribution(
    options,
    Float64Array.from([0, 0, 0.6, 0, 0, 0.6]),
  );
  // The candidates with the greatest numbers are the best.
  const byNumber: Score = (_key, { scores }, from, to) => {
    for (let c = from; c < to; c++) scores[c] = -c;
  };
  const found = searchPlan(key(3), options, start, candidates, byNumber);
  for (let i = 0; i < ENTRIES; i++) {
    const elite = Array.from(
      { length: 80 },
      (_, e) => candidates.plans[(320 + e) * ENTRIES + i],
    );
    const mean = elite.reduce((sum, x) => sum + x) / 80;
    const variance = elite.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 80;
    assertAlmostEquals(
      found.mean[i],
      0.25 * start.mean[i] + 0.75 * mean,
      1e-12,
    );
    assertAlmostEquals(
      found.variance[i],
      0.25 * start.variance[i] + 0.75 * variance,
      1e-12,
    );
  }
});

Deno.test("a candidate of score NaN is never an elite while others are left", () => {
  const score: Score = (_key, { plans, scores }, from, to) => {
    for (let c = from; c < to; c++) {
      scores[c] = plans[c * ENTRIES] > 0 ? NaN : 0;
    }
  };
  const { mean } = search(1, score, { ...OPTIONS, iterations: 1 });
  assert(mean[0] < 0);
});

Deno.test("the search ends once no variance is above the tolerance, and not before", () => {
  let calls = 0;
  const score: Score = (_key, { scores }, from, to) => {
    calls += 1;
    scores.fill(0, from, to);
  };
  search(1, score, { ...OPTIONS, iterations: 7, tolerance: 0 });
  assertEquals(calls, 7);
  search(1, score, { ...OPTIONS, iterations: 7, tolerance: 1 });
  assertEquals(calls, 7, "the widest variance at the start is 1");
});

Deno.test("a search starts with (range)^2 / 16 around zeros or around the plan moved on by a step", () => {
  const { mean, variance } = startDistribution(OPTIONS);
  assertEquals([...mean], new Array(ENTRIES).fill(0));
  assertEquals([...variance].slice(0, 3), [0.25, 1, 0.25 ** 2 / 16]);
  const narrow = startDistribution({ ...OPTIONS, spread: 1 / 8 });
  assertEquals([...narrow.variance].slice(0, 2), [0.0625, 0.25]);
  const moved = shifted(Float64Array.from([1, 2, 3, 4, 5, 6]), 3);
  assertEquals([...moved], [4, 5, 6, 0, 0, 0]);
});

Deno.test("a search is a function of its key", () => {
  const target = [0.5, 1, 0.6, -0.5, -1, 0.7];
  const [one, same, other] = [1, 1, 2].map((seed) =>
    search(seed, distance(target))
  );
  assertEquals(one, same);
  assert(one.mean.some((x, i) => x !== other.mean[i]));
});

Deno.test("elites must be candidates", () => {
  for (const elites of [0, 401, 1.5]) {
    const options = { ...OPTIONS, elites };
    assertThrows(() => search(1, distance([]), options), RangeError, "elites");
  }
});

Deno.test("noise correlates with that of the step before, and keeps its size and the bounds", () => {
  const options = {
    ...OPTIONS,
    low: [-1, -1],
    high: [1, 1],
    horizon: 50,
    population: 400,
    correlation: 0.7,
  };
  const start = startDistribution(options);
  start.variance.fill(0.01);
  const { plans } = makeCandidates(options);
  drawPlans(key(3), options, start, plans, { from: 0, to: 400 });
  const moment = (lag: number, side: number) => {
    let sum = 0;
    let count = 0;
    for (let c = 0; c < 400; c++) {
      // From the tenth step on the start is forgotten.
      for (let t = 10; t < 50 - lag; t++, count++) {
        const at = (c * 50 + t) * 2;
        sum += plans[at] * plans[at + 2 * lag + side];
      }
    }
    return sum / count / 0.01;
  };
  // The variance of a normal cut at two deviations is 0.7737.
  assertAlmostEquals(moment(0, 0), 0.7737, 0.04);
  assertAlmostEquals(moment(1, 0) / moment(0, 0), 0.7, 0.03);
  assertAlmostEquals(moment(2, 0) / moment(0, 0), 0.49, 0.04);
  assertAlmostEquals(moment(0, 1), 0, 0.04);
  start.variance.fill(1);
  drawPlans(key(3), options, start, plans, { from: 0, to: 400 });
  assert(plans.every((entry) => Math.abs(entry) <= 1));
});

Deno.test("correlation is from 0 to below 1", () => {
  for (const correlation of [-0.1, 1, NaN]) {
    const options = { ...OPTIONS, correlation };
    const start = startDistribution(options);
    const search = () =>
      searchPlan(key(1), options, start, makeCandidates(options), () => {});
    assertThrows(search, RangeError, "correlation");
  }
});
