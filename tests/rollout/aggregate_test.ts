import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { key } from "../../lib/rng/key.ts";
import {
  improvementInterval,
  iqm,
  probabilityOfImprovement,
  stratifiedBootstrap,
} from "../../lib/rollout/aggregate.ts";

const value = fc.double({ min: -1000, max: 1000, noNaN: true });
const sample = fc.array(value, { minLength: 1, maxLength: 30 });

Deno.test("iqm is SciPy's trim_mean of 25 % (scipy.stats, version 1.17.1)", () => {
  assertEquals(iqm([1, 2, 3, 4, 5, 6, 7, 8, 100]), 5);
  assertAlmostEquals(iqm([0.1, 0.5, 0.7, 0.2, 0.9]), 0.4666666666666666, 1e-15);
  assertEquals(iqm([3, 1, 2]), 2);
});

Deno.test("iqm does not care for order or for one wild value in four", () => {
  fc.assert(fc.property(sample, (values) => {
    assertEquals(iqm(values.toReversed()), iqm(values));
    const middle = iqm(values);
    assert(Math.min(...values) <= middle + 1e-9);
    assert(middle - 1e-9 <= Math.max(...values));
  }));
  assertEquals(iqm([1, 1, 1, 1e9]), 1);
});

Deno.test("probability of improvement is Mann and Whitney's U / nm", () => {
  // scipy.stats.mannwhitneyu, version 1.17.1: U = 9 for n m = 12.
  const first = [0.9, 0.95, 0.99, 1];
  const second = [0.9, 0.85, 0.99];
  assertEquals(probabilityOfImprovement(first, second), 9 / 12);
});

Deno.test("probability of improvement: either wins, or they share", () => {
  fc.assert(fc.property(sample, sample, (a, b) => {
    const sum = probabilityOfImprovement(a, b) + probabilityOfImprovement(b, a);
    assertAlmostEquals(sum, 1, 1e-12);
    assertAlmostEquals(probabilityOfImprovement(a, a), 0.5, 1e-12);
    assertEquals(probabilityOfImprovement(a.map((x) => x + 2001), b), 1);
  }));
});

Deno.test("the bootstrap gives SciPy's percentile intervals within its own noise", () => {
  // scipy.stats.bootstrap, version 1.17.1, method percentile, 100,000 resamples or more.
  const x = [0.61, 0.72, 0.55, 0.9, 0.81, 0.77, 0.93, 0.66];
  const y = [0.5, 0.7, 0.6, 0.85, 0.4];
  const options = { key: key(3), resamples: 20000 };
  const mean = ([a]: readonly (readonly number[])[]) =>
    a.reduce((p, q) => p + q, 0) / a.length;
  const plain = stratifiedBootstrap([x], mean, options);
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

Deno.test("a bootstrap holds its estimate and repeats with its key", () => {
  fc.assert(
    fc.property(sample, fc.nat(), (values, seed) => {
      const options = { key: key(seed), resamples: 50 };
      const found = stratifiedBootstrap([values], ([a]) => iqm(a), options);
      assert(found.low <= found.mean && found.mean <= found.high);
      assertEquals(
        stratifiedBootstrap([values], ([a]) => iqm(a), options),
        found,
      );
    }),
    { numRuns: 30 },
  );
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

Deno.test("nothing, or what is not a number, is refused by name", () => {
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => iqm([]), "at least one value"],
    [() => iqm([1, NaN]), "value 1 is NaN"],
    [() => probabilityOfImprovement([1], []), "at least one value"],
    [() => stratifiedBootstrap([[]], () => 0, { key: key(1) }), "bootstrap"],
    [
      () => stratifiedBootstrap([[1]], () => 0, { key: key(1), resamples: 0 }),
      "'resamples'",
    ],
    [
      () => stratifiedBootstrap([[1]], () => 0, { key: key(1), level: 1 }),
      "'level'",
    ],
  ];
  for (const [use, part] of refused) assertThrows(use, RangeError, part);
});

Deno.test("the interval of a probability of improvement is that of the R package SingleCaseES", () => {
  // Its example of NAP with Newcombe's interval, 6 and 7 values.
  const before = [20, 20, 26, 25, 22, 23];
  const after = [28, 25, 24, 27, 30, 30, 29];
  const { mean, low, high } = improvementInterval(after, before);
  assertAlmostEquals(mean, 11 / 12, 1e-12);
  assertAlmostEquals(low, 0.5973193600384168, 1e-9);
  assertAlmostEquals(high, 0.9859976893703788, 1e-9);
});

Deno.test("it holds its estimate, turns with its arms, and never shrinks to a point", () => {
  const values = fc.array(fc.integer({ min: 0, max: 9 }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(fc.property(values, values, (a, b) => {
    const { mean, low, high } = improvementInterval(a, b);
    assert(0 <= low && low <= mean && mean <= high && high <= 1);
    assert(high - low > 0.1, `${low} to ${high}`);
    const turned = improvementInterval(b, a);
    assertAlmostEquals(turned.low, 1 - high, 1e-9);
    assertAlmostEquals(turned.high, 1 - low, 1e-9);
  }));
});
