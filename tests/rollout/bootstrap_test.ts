/** The bootstrap: recorded intervals of other software, what can be counted by hand, and what strata and pairs mean. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { key } from "../../lib/rng/key.ts";
import { iqm, probabilityOfImprovement } from "../../lib/rollout/aggregate.ts";
import {
  middleOf,
  pairedBootstrap,
  redraws,
  stratifiedBootstrap,
} from "../../lib/rollout/bootstrap.ts";
import { pair, pairedDifference } from "../../lib/rollout/statistics.ts";

const value = fc.double({ min: -1000, max: 1000, noNaN: true });
const sample = fc.array(value, { minLength: 1, maxLength: 30 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

function mean(values: readonly number[]): number {
  return values.reduce((total, x) => total + x / values.length, 0);
}

function gap(first: readonly number[], second: readonly number[]): number {
  return mean(first) - mean(second);
}

/** Final successes of one arm and of another, a pair per seed. */
const ours = [0.97, 0.99, 1, 0.93, 0.98, 0.96, 0.9, 0.99];
const theirs = [0.91, 0.95, 0.97, 0.95, 0.9, 0.93, 0.72, 0.98];

Deno.test("the bootstrap gives SciPy's percentile intervals within its own noise", () => {
  // scipy.stats.bootstrap, version 1.17.1, method percentile, 100,000 resamples or more.
  const x = [0.61, 0.72, 0.55, 0.9, 0.81, 0.77, 0.93, 0.66];
  const y = [0.5, 0.7, 0.6, 0.85, 0.4];
  const options = { key: key(3), resamples: 20000 };
  const plain = stratifiedBootstrap([x], ([a]) => mean(a), options);
  assertAlmostEquals(plain.low, 0.6575, 4e-3);
  assertAlmostEquals(plain.high, 0.83125, 4e-3);
  const trimmed = stratifiedBootstrap([x], ([a]) => iqm(a), options);
  assertAlmostEquals(trimmed.low, 0.635, 8e-3);
  assertAlmostEquals(trimmed.high, 0.8625, 8e-3);
  const better = stratifiedBootstrap(
    [x, y],
    ([a, b]) => probabilityOfImprovement(a, b),
    options,
  );
  assertEquals(better.mean, 0.75);
  assertAlmostEquals(better.low, 0.4, 0.026); // values lie 1/40 apart
  assertAlmostEquals(better.high, 1, 0.026);
});

Deno.test("over the runs of three tasks it gives rliable's stratified intervals (version 1.2.0, 200,000 resamples)", () => {
  const tasks = [
    [0.97, 0.99, 1, 0.93, 0.98],
    [0.62, 0.71, 0.55, 0.8, 0.66],
    [0.31, 0.05, 0.44, 0.52, 0.38],
  ];
  const options = { key: key(5), resamples: 20000 };
  const middle = stratifiedBootstrap(tasks, (all) => iqm(all.flat()), options);
  assertAlmostEquals(middle.mean, 0.6888888888888889, 1e-15);
  assertAlmostEquals(middle.low, 0.63777778, 4e-3);
  assertAlmostEquals(middle.high, 0.73222222, 4e-3);
  const plain = stratifiedBootstrap(tasks, (all) => mean(all.flat()), options);
  assertAlmostEquals(plain.low, 0.604, 3e-3);
  assertAlmostEquals(plain.high, 0.71, 3e-3);
});

Deno.test("pairs give SciPy's intervals of paired samples, far narrower than of unpaired ones", () => {
  // scipy.stats.bootstrap, version 1.17.1, paired, percentile, 400,000 resamples.
  const options = { key: key(4), resamples: 20000 };
  const paired = pairedBootstrap(ours, theirs, gap, options);
  assertAlmostEquals(paired.mean, 0.05125, 1e-12);
  assertAlmostEquals(paired.low, 0.0175, 2e-3);
  assertAlmostEquals(paired.high, 0.09375, 3e-3);
  const trimmed = (a: readonly number[], b: readonly number[]) =>
    iqm(a) - iqm(b);
  const middle = pairedBootstrap(ours, theirs, trimmed, options);
  assertAlmostEquals(middle.low, 0.005, 3e-3);
  assertAlmostEquals(middle.high, 0.0825, 3e-3);
  const apart = stratifiedBootstrap(
    [ours, theirs],
    ([a, b]) => gap(a, b),
    options,
  );
  assertAlmostEquals(apart.low, 0.00125, 3e-3);
  assertAlmostEquals(apart.high, 0.11625, 4e-3);
});

Deno.test("of pairs only their differences count where the statistic is a difference of means", () => {
  const pairs = fc.array(fc.tuple(value, value), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(pairs, fc.nat(), (some, seed) => {
      const options = { key: key(seed), resamples: 40 };
      const [first, second] = [some.map(([a]) => a), some.map(([, b]) => b)];
      const paired = pairedBootstrap(first, second, gap, options);
      const differences = some.map(([a, b]) => a - b);
      const single = stratifiedBootstrap(
        [differences],
        ([d]) => mean(d),
        options,
      );
      for (const name of ["mean", "low", "high"] as const) {
        assertAlmostEquals(paired[name], single[name], 1e-9);
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("of three pairs the interval reaches from the worst to the best, which one resample in 27 is made of alone", () => {
  const options = { key: key(2), resamples: 20000 };
  const [first, second] = [[3, 5, 9], [1, 4, 2]];
  const { low, high } = pairedBootstrap(first, second, gap, options);
  assertAlmostEquals(low, 1, 1e-12);
  assertAlmostEquals(high, 7, 1e-12);
  // 1/27 is more than the 2.5 % that are cut off, and less than 5 %.
  const narrow = pairedBootstrap(first, second, gap, {
    ...options,
    level: 0.9,
  });
  assert(narrow.low > 1 && narrow.high < 7);
});

Deno.test("over many pairs of successes it agrees with Newcombe's interval of a paired difference", () => {
  const outcomes = (counts: readonly number[]) =>
    counts.flatMap((count, i) => Array<number>(count).fill(1 - i % 2));
  const first = outcomes([100, 0, 60, 0, 0, 240]);
  const second = outcomes([100, 0, 0, 60, 20, 220]);
  const formula = pairedDifference(pair(first, second));
  const drawn = pairedBootstrap(first, second, gap, { key: key(6) });
  assertAlmostEquals(drawn.mean, formula.mean, 1e-12);
  assertAlmostEquals(drawn.low, formula.low, 0.006);
  assertAlmostEquals(drawn.high, formula.high, 0.006);
});

Deno.test("a bootstrap holds its estimate and repeats with its key", () => {
  fc.assert(
    fc.property(sample, fc.nat(), (values, seed) => {
      const options = { key: key(seed), resamples: 50 };
      const once = () =>
        stratifiedBootstrap([values], ([a]) => iqm(a), options);
      const found = once();
      assert(found.low <= found.mean && found.mean <= found.high);
      assertEquals(once(), found);
      const twice = () =>
        pairedBootstrap(values, values.toReversed(), gap, options);
      assertEquals(twice(), twice());
    }),
    { numRuns: 30 },
  );
});

Deno.test("another key draws other resamples", () => {
  const [one, other] = [1, 2].map((seed) =>
    pairedBootstrap(ours, theirs, gap, { key: key(seed), resamples: 99 })
  );
  assert(one.low !== other.low && one.high !== other.high);
});

Deno.test("each value is drawn about as often as another, each stratum on its own", () => {
  const strata = [[0, 1, 2, 3], [10, 11]];
  const options = { key: key(8), resamples: 4000 };
  const drawn = redraws(strata, options);
  assertEquals(drawn.length, 4000);
  const counts = new Map<number, number>();
  for (const both of drawn) {
    assertEquals(both.map(({ length }) => length), [4, 2]);
    both.forEach((values, i) => {
      for (const value of values) {
        assert(strata[i].includes(value));
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    });
  }
  // 4000 times each; five standard deviations are below 300.
  for (const count of counts.values()) assertAlmostEquals(count, 4000, 300);
});

Deno.test("strata are drawn apart: one that is constant adds nothing", () => {
  const sum = (strata: readonly (readonly number[])[]) =>
    strata.map(iqm).reduce((a, b) => a + b);
  const options = { key: key(1) };
  const { low, mean, high } = stratifiedBootstrap(
    [[5, 5, 5], [7], [1, 1]],
    sum,
    options,
  );
  assertEquals([low, mean, high], [13, 13, 13]);
});

Deno.test("the middle of what was found is NumPy's quantiles (version 2.4.6, method linear)", () => {
  const found = [0.3, 0.1, 0.4, 0.15, 0.9, 0.26, 0.5, 0.35];
  const { low, high } = middleOf(0.3, found, { level: 0.8 });
  assertAlmostEquals(low, 0.135, 1e-15);
  assertAlmostEquals(high, 0.62, 1e-15);
});

Deno.test("the mean of the largest numbers there are is one of them", () => {
  for (const most of [Number.MAX_VALUE, -Number.MAX_VALUE]) {
    for (const n of [2, 3, 5, 7]) {
      assertEquals(iqm(Array(n).fill(most)), most);
    }
  }
});

Deno.test("whatever finite numbers are seen, an interval is made of finite numbers", () => {
  const data = fc.array(finite, { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(data, fc.nat(), (values, seed) => {
    const options = { key: key(seed), resamples: 20 };
    const one = stratifiedBootstrap([values], ([a]) => iqm(a), options);
    const two = pairedBootstrap(values, values, (a) => iqm(a), options);
    for (const { low, mean, high } of [one, two]) {
      assert([low, mean, high].every(Number.isFinite));
      assert(low <= mean && mean <= high);
    }
  }));
  fc.assert(fc.property(finite, fc.integer({ min: 1, max: 5 }), (x, n) => {
    const values = Array(n).fill(x);
    const options = { key: key(1), resamples: 20 };
    const { low, high } = stratifiedBootstrap(
      [values],
      ([a]) => Math.max(...a),
      options,
    );
    assertEquals([low + 0, high + 0], [x + 0, x + 0]); // -0 is 0
  }));
});

Deno.test("nothing, what is not a number, and pairs without a partner are refused by name", () => {
  const options = { key: key(1) };
  const one = (more: object) => () =>
    stratifiedBootstrap([[1]], () => 0, { ...options, ...more });
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => stratifiedBootstrap([], () => 0, options), "at least one stratum"],
    [() => stratifiedBootstrap([[1], []], () => 0, options), "one value"],
    [() => stratifiedBootstrap([[1, NaN]], () => 0, options), "value 1 is NaN"],
    [() => stratifiedBootstrap([[1]], () => NaN, options), "'statistic'"],
    [() => stratifiedBootstrap([[1]], () => Infinity, options), "Infinity"],
    [one({ resamples: 0 }), "'resamples'"],
    [one({ resamples: 1.5 }), "current value is 1.5"],
    [one({ level: 1 }), "'level'"],
    [one({ level: NaN }), "'level'"],
    [() => pairedBootstrap([], [], gap, options), "at least one value"],
    [() => pairedBootstrap([1], [1, 2], gap, options), "they have 1 and 2"],
    [() => pairedBootstrap([1], [-Infinity], gap, options), "value 0"],
  ];
  for (const [use, part] of refused) assertThrows(use, RangeError, part);
});
