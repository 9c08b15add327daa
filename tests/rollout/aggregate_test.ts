import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  improvementInterval,
  iqm,
  probabilityOfImprovement,
} from "../../lib/rollout/aggregate.ts";

const value = fc.double({ min: -1000, max: 1000, noNaN: true });
const sample = fc.array(value, { minLength: 1, maxLength: 30 });

Deno.test("iqm is SciPy's trim_mean of 25 % (scipy.stats, version 1.17.1)", () => {
  assertEquals(iqm([1, 2, 3, 4, 5, 6, 7, 8, 100]), 5);
  assertAlmostEquals(iqm([0.1, 0.5, 0.7, 0.2, 0.9]), 0.4666666666666666, 1e-15);
  assertEquals(iqm([3, 1, 2]), 2);
});

Deno.test("over runs of several tasks it is rliable's (aggregate_iqm, version 1.2.0), which pools them", () => {
  const runs = [
    [0.97, 0.62, 0.31],
    [0.99, 0.71, 0.05],
    [1, 0.55, 0.44],
    [0.93, 0.8, 0.52],
    [0.98, 0.66, 0.38],
  ];
  assertAlmostEquals(iqm(runs.flat()), 0.6888888888888889, 1e-15);
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

Deno.test("its mean over tasks is rliable's (probability_of_improvement, version 1.2.0)", () => {
  const ours = [
    [0.97, 0.99, 1, 0.93, 0.98],
    [0.62, 0.71, 0.55, 0.8, 0.66],
    [0.31, 0.05, 0.44, 0.52, 0.38],
  ];
  const theirs = [[0.9, 0.95, 0.97], [0.5, 0.7, 0.62], [0.2, 0.3, 0.31]];
  const each = ours.map((x, i) => probabilityOfImprovement(x, theirs[i]));
  // SciPy's U of each: 12.5, 10.5 and 11.5 of 15.
  assertEquals(each, [12.5 / 15, 10.5 / 15, 11.5 / 15]);
  const all = each.reduce((sum, p) => sum + p, 0) / each.length;
  assertAlmostEquals(all, 0.7666666666666666, 1e-15);
});

Deno.test("probability of improvement: either wins, or they share", () => {
  fc.assert(fc.property(sample, sample, (a, b) => {
    const sum = probabilityOfImprovement(a, b) + probabilityOfImprovement(b, a);
    assertAlmostEquals(sum, 1, 1e-12);
    assertAlmostEquals(probabilityOfImprovement(a, a), 0.5, 1e-12);
    assertEquals(probabilityOfImprovement(a.map((x) => x + 2001), b), 1);
  }));
});

Deno.test("nothing, or what is not a number, is refused by name", () => {
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => iqm([]), "at least one value"],
    [() => iqm([1, NaN]), "value 1 is NaN"],
    [() => probabilityOfImprovement([1], []), "at least one value"],
    [() => probabilityOfImprovement([NaN], [1]), "value 0 is NaN"],
    [() => improvementInterval([], [1]), "at least one value"],
    [() => improvementInterval([1], [Infinity]), "value 0 is Infinity"],
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

Deno.test("whatever finite numbers are compared, the answers are numbers in their range", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const data = fc.array(finite, { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(data, data, (a, b) => {
    const middle = iqm(a);
    const rounding = 1e-14 * Math.max(...a.map(Math.abs));
    assert(Math.min(...a) - rounding <= middle);
    assert(middle <= Math.max(...a) + rounding && Number.isFinite(middle));
    const { mean, low, high } = improvementInterval(a, b);
    assert(0 <= low && low <= mean && mean <= high && high <= 1);
  }));
  // Of one value and of constant ones it is that value, and nobody is better.
  fc.assert(fc.property(finite, fc.integer({ min: 1, max: 9 }), (x, n) => {
    const values = Array<number>(n).fill(x);
    assert(Math.abs(iqm(values) - x) <= 1e-15 * Math.abs(x));
    const { mean, low, high } = improvementInterval(values, values);
    assertEquals(mean, 0.5);
    assertAlmostEquals(low, 1 - high, 1e-9);
  }));
});
