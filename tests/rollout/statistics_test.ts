import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  difference,
  type Interval,
  meanInterval,
  pair,
  pairedDifference,
  type PairedTable,
  standardError,
  wilson,
  Z95,
} from "../../lib/rollout/statistics.ts";

const counts = fc.integer({ min: 1, max: 500 }).chain((n) =>
  fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))
);
const cell = fc.integer({ min: 0, max: 60 });
const tables: fc.Arbitrary<PairedTable> = fc
  .record({ both: cell, onlyFirst: cell, onlySecond: cell, neither: cell })
  .filter((t) => t.both + t.onlyFirst + t.onlySecond + t.neither > 0);

function table(
  [both, onlyFirst, onlySecond, neither]: readonly number[],
): PairedTable {
  return { both, onlyFirst, onlySecond, neither };
}

function assertOrdered({ mean, low, high }: Interval): void {
  assert(low <= mean && mean <= high, `${low} <= ${mean} <= ${high}`);
}

Deno.test("wilson gives the values of Newcombe 1998 (Stat Med 17:857, table I, method 3)", () => {
  const published = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [r, n, low, high] of published) {
    const found = wilson(r, n);
    assertAlmostEquals(found.low, low, 5.1e-5, `${r}/${n}`);
    assertAlmostEquals(found.high, high, 5.1e-5, `${r}/${n}`);
    assertEquals(found.mean, r / n);
  }
});

Deno.test("wilson gives statsmodels' intervals (proportion_confint, method wilson, version 0.15.0)", () => {
  const Z99 = 2.5758293035489004; // scipy.stats.norm.ppf(0.995), version 1.17.1
  const recorded = [
    [81, 263, Z95, 0.2552885198782742, 0.36620957698280004],
    [388, 400, Z95, 0.9483014642909042, 0.9827569790348569],
    [400, 400, Z95, 0.9904877056657034, 1],
    [1, 1, Z95, 0.20654931437723745, 1],
    [7, 10, Z99, 0.32002467920110245, 0.9204336834769341],
    [123456, 1000000, Z95, 0.12281269653142285, 0.12410219641400438],
  ];
  for (const [r, n, z, low, high] of recorded) {
    const found = wilson(r, n, z);
    assertAlmostEquals(found.low, low, 1e-14, `${r}/${n}`);
    assertAlmostEquals(found.high, high, 1e-14, `${r}/${n}`);
  }
});

Deno.test("a bound of wilson is a rate that the data lie z standard errors from", () => {
  fc.assert(
    fc.property(
      counts,
      fc.double({ min: 0.5, max: 4, noNaN: true }),
      ([r, n], z) => {
        const { mean, low, high } = wilson(r, n, z);
        assertOrdered({ mean, low, high });
        assert(low >= 0 && high <= 1 && low < high);
        for (const p of [low, high]) {
          const error = Math.sqrt(p * (1 - p) / n);
          // At the ends one bound is the estimate itself, with no error at all.
          if (error > 0) {
            assertAlmostEquals(
              Math.abs(mean - p),
              z * error,
              1e-12,
            );
          }
        }
      },
    ),
  );
});

Deno.test("wilson of the failures mirrors wilson of the successes", () => {
  fc.assert(fc.property(counts, ([r, n]) => {
    const [won, lost] = [wilson(r, n), wilson(n - r, n)];
    assertAlmostEquals(lost.low, 1 - won.high, 1e-12);
    assertAlmostEquals(lost.high, 1 - won.low, 1e-12);
  }));
});

Deno.test("wilson of 95 % covers the true rate 95 times in a hundred", () => {
  const n = 50;
  const intervals = Array.from({ length: n + 1 }, (_, r) => wilson(r, n));
  const rates = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
  const coverage = rates.map((p) => {
    let [chance, covered] = [(1 - p) ** n, 0];
    for (let r = 0; r <= n; r++) {
      const { low, high } = intervals[r];
      if (low <= p && p <= high) covered += chance;
      chance *= (n - r) / (r + 1) * p / (1 - p);
    }
    return covered;
  });
  const average = coverage.reduce((a, b) => a + b) / rates.length;
  assertAlmostEquals(average, 0.95, 0.005);
  assert(Math.min(...coverage) > 0.83);
});

Deno.test("pairedDifference gives published values of Newcombe's method 10", () => {
  const published = [
    // Newcombe 1998 (Stat Med 17:2635), table II, to four digits.
    [36, 12, 2, 0, 0.2, 0.0569, 0.3404, 5.1e-5],
    // Fagerland, Lydersen and Laake 2017, Statistical Analysis of Contingency
    // Tables, chapter 8: the example of Cavo et al. 2012, to four digits.
    [59, 6, 16, 80, -0.0621, -0.1186, -0.0046, 5.1e-5],
    // The example of Bentur et al. 2009 there, to three digits.
    [1, 1, 7, 12, -0.286, -0.507, -0.026, 5.1e-4],
  ];
  for (const [a, b, c, d, mean, low, high, tolerance] of published) {
    const found = pairedDifference(table([a, b, c, d]));
    assertAlmostEquals(found.mean, mean, tolerance);
    assertAlmostEquals(found.low, low, tolerance);
    assertAlmostEquals(found.high, high, tolerance);
  }
});

Deno.test("pairedDifference swaps sign with the order of the pair", () => {
  fc.assert(fc.property(tables, (t) => {
    const swapped = table([t.both, t.onlySecond, t.onlyFirst, t.neither]);
    const [one, other] = [pairedDifference(t), pairedDifference(swapped)];
    assertAlmostEquals(other.mean, -one.mean, 1e-12);
    assertAlmostEquals(other.low, -one.high, 1e-12);
    assertAlmostEquals(other.high, -one.low, 1e-12);
  }));
});

Deno.test("pairedDifference is defined for every table of up to six episodes, within [-1, 1]", () => {
  for (let n = 1; n <= 6; n++) {
    for (let a = 0; a <= n; a++) {
      for (let b = 0; a + b <= n; b++) {
        for (let c = 0; a + b + c <= n; c++) {
          const found = pairedDifference(table([a, b, c, n - a - b - c]));
          assertOrdered(found);
          assert(found.low >= -1 && found.high <= 1, `${a} ${b} ${c} of ${n}`);
          assert(found.low < found.high);
        }
      }
    }
  }
});

Deno.test("pairs that agree narrow the interval; unrelated ones give the unpaired interval", () => {
  const width = ({ low, high }: Interval) => high - low;
  const [first, second] = [wilson(40, 100), wilson(50, 100)];
  // 20 = 40 * 50 / 100 successes in common: no correlation.
  const unrelated = pairedDifference(table([20, 20, 30, 30]));
  const below = Math.hypot(first.mean - first.low, second.high - second.mean);
  assertAlmostEquals(unrelated.low, -0.1 - below, 1e-12);
  assert(width(pairedDifference(table([35, 5, 15, 45]))) < width(unrelated));
  assert(width(pairedDifference(table([5, 35, 45, 15]))) > width(unrelated));
});

Deno.test("difference gives the values of Newcombe 1998 (Stat Med 17:873, table II, method 10)", () => {
  const published = [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [10, 10, 0, 20, 0.6791, 1],
  ];
  for (const [a, m, b, n, low, high] of published) {
    const found = difference(wilson(a, m), wilson(b, n));
    assertAlmostEquals(found.mean, a / m - b / n, 1e-12);
    assertAlmostEquals(found.low, low, 5.1e-5);
    assertAlmostEquals(found.high, high, 5.1e-5);
  }
});

Deno.test("difference gives statsmodels' intervals (confint_proportions_2indep, method newcomb, version 0.15.0)", () => {
  const recorded = [
    [56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614],
    [9, 10, 3, 10, 0.1705227239345029, 0.809017973535488],
    [10, 10, 0, 20, 0.6790860371419145, 1],
    [388, 400, 300, 400, 0.17456310358034408, 0.2664627455172518],
  ];
  for (const [a, m, b, n, low, high] of recorded) {
    const found = difference(wilson(a, m), wilson(b, n));
    assertAlmostEquals(found.low, low, 1e-14);
    assertAlmostEquals(found.high, high, 1e-14);
  }
});

Deno.test("difference is that of pairs without correlation, and turns with its order", () => {
  fc.assert(fc.property(counts, counts, ([a, m], [b, n]) => {
    const [one, other] = [wilson(a, m), wilson(b, n)];
    const [there, back] = [difference(one, other), difference(other, one)];
    assertOrdered(there);
    assertAlmostEquals(back.low, -there.high, 1e-12);
    assertAlmostEquals(back.high, -there.low, 1e-12);
  }));
  const unrelated = pairedDifference(table([20, 20, 30, 30]));
  const found = difference(wilson(40, 100), wilson(50, 100));
  assertAlmostEquals(found.low, unrelated.low, 1e-12);
  assertAlmostEquals(found.high, unrelated.high, 1e-12);
});

Deno.test("pair counts what happened to each episode", () => {
  const outcome = fc.tuple(fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 1 }), (pairs) => {
      const found = pair(pairs.map(([a]) => a), pairs.map(([, b]) => b));
      const count = (a: boolean, b: boolean) =>
        pairs.filter(([x, y]) => x === a && y === b).length;
      assertEquals(found, {
        both: count(true, true),
        onlyFirst: count(true, false),
        onlySecond: count(false, true),
        neither: count(false, false),
      });
    }),
  );
  const bytes = pair(Uint8Array.of(1, 0, 1), Uint8Array.of(1, 1, 0));
  assertEquals(bytes, table([1, 1, 1, 0]));
});

Deno.test("meanInterval gives SciPy's normal interval (stats.norm.interval about stats.sem, version 1.17.1)", () => {
  const { mean, low, high } = meanInterval([0.61, 0.72, 0.55, 0.9, 0.81]);
  assertAlmostEquals(mean, 0.7180000000000001, 1e-15);
  assertAlmostEquals(low, 0.5928996273566387, 1e-14);
  assertAlmostEquals(high, 0.8431003726433615, 1e-14);
});

Deno.test("meanInterval of two values x and y is their mean -+ z |x - y| / 2", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(fc.property(value, value, (x, y) => {
    const { mean, low, high } = meanInterval([x, y]);
    const half = Z95 * Math.abs(x - y) / 2;
    assertAlmostEquals(mean, (x + y) / 2, 1e-9);
    assertAlmostEquals(low, mean - half, 1e-6);
    assertAlmostEquals(high, mean + half, 1e-6);
  }));
});

Deno.test("meanInterval of constant data has width zero, of one value infinite width", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(value, fc.integer({ min: 2, max: 20 }), (x, n) => {
    const found = meanInterval(Array(n).fill(x));
    // `x + 0` turns -0 into 0.
    assertEquals(found, { mean: x + 0, low: x + 0, high: x + 0 });
  }));
  assertEquals(meanInterval([3]), { mean: 3, low: -Infinity, high: Infinity });
});

Deno.test("meanInterval moves with the data and shrinks with their number", () => {
  const data = [1, 5, 2, 8, 4];
  const here = meanInterval(data);
  const there = meanInterval(data.map((x) => x + 1e9));
  assertAlmostEquals(there.high - there.low, here.high - here.low, 1e-5);
  const many = meanInterval(Array(100).fill(data).flat());
  assertEquals(many.mean, here.mean);
  // s^2 has n - 1 below: 4 for one copy, 499 for a hundred.
  const ratio = (here.high - here.low) / (many.high - many.low);
  assertAlmostEquals(ratio, Math.sqrt(499 / 4), 1e-9);
});

Deno.test("means of finite values up to 1e150, constant ones and one alone too, have bounds that are no NaN", () => {
  const size = 1e150;
  const data = fc.array(fc.double({ min: -size, max: size, noNaN: true }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(fc.property(data, (values) => {
    const found = meanInterval(values);
    assertOrdered(found);
    assertEquals(Number.isFinite(found.low), values.length > 1);
    assert(standardError(found) >= 0 && standardError(found) < Infinity);
  }));
});

Deno.test("empty or impossible data are refused, naming the value", () => {
  const refused: readonly (readonly [() => unknown, string])[] = [
    [() => wilson(0, 0), "'trials' must be a whole number from 1"],
    [() => wilson(-1, 5), "'successes' must be a whole number from 0"],
    [() => wilson(0.5, 5), "current value is 0.5"],
    [() => wilson(6, 5), "they are 6 and 5"],
    [() => wilson(NaN, 5), "current value is NaN"],
    [() => pair([], []), "'episodes'"],
    [() => pair([1], [1, 0]), "they have 1 and 2"],
    [() => pairedDifference(table([0, 0, 0, 0])), "'trials'"],
    [() => pairedDifference(table([1, -1, 0, 0])), "'onlyFirst'"],
    [() => meanInterval([]), "'values'"],
    [() => meanInterval([1, NaN]), "value 1 is NaN"],
    [() => meanInterval([1, -1e200]), "differ too much"],
    [() => meanInterval([1, 2], NaN), "'z'"],
    [() => wilson(1, 2, NaN), "'z'"],
    [() => wilson(1, 2, -1), "'z'"],
    [() => wilson(1, 2, Infinity), "'z'"],
    [() => meanInterval([Infinity, 1]), "value 0 is Infinity"],
  ];
  for (const [use, part] of refused) assertThrows(use, RangeError, part);
});
