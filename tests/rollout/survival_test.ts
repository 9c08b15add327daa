import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  kaplanMeier,
  medianRank,
  medianTime,
  type Watched,
} from "../../lib/rollout/survival.ts";

/** Weeks in remission of 21 patients under 6-MP; minus is censored (Freireich et al. 1963, Blood 21:699). */
const treated: readonly Watched[] = [
  ...[6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16],
  ...[-17, -19, -20, 22, 23, -25, -32, -32, -34, -35],
].map((week) => ({ time: Math.abs(week), event: week > 0 }));

/** The same under placebo: nobody is censored. */
const placebo: readonly Watched[] = [
  ...[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
].map((time) => ({ time, event: true }));

const runs = fc.array(
  fc.record({ time: fc.integer({ min: 0, max: 20 }), event: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

Deno.test("kaplanMeier gives SciPy's curve (scipy.stats.ecdf, version 1.17.1)", () => {
  const expected = [
    [6, 0.8571428571428571],
    [7, 0.8067226890756302],
    [10, 0.7529411764705881],
    [13, 0.6901960784313724],
    [16, 0.6274509803921567],
    [22, 0.53781512605042],
    [23, 0.4481792717086834],
  ];
  const found = kaplanMeier(treated);
  assertEquals(found.length, expected.length);
  expected.forEach(([time, survival], i) => {
    assertEquals(found[i].time, time);
    assertAlmostEquals(found[i].survival, survival, 1e-12);
  });
});

Deno.test("kaplanMeier gives lifelines' curves and medians of steps to a threshold (KaplanMeierFitter, version 0.30.3)", () => {
  // Minus is censored; a run that is censored when another gets there is still watched.
  const recorded: readonly (readonly [
    steps: readonly number[],
    curve: Readonly<Record<number, number>>,
    median: number,
  ])[] = [
    [
      [
        ...[5000, 7500, 7500, -7500, 10000, -10000, 12500],
        ...[-30000, -30000, 2500],
      ],
      { 2500: 0.9, 5000: 0.8, 7500: 0.6, 10000: 0.48, 12500: 0.32 },
      10000,
    ],
    [[5000, -30000, 7500, -30000], { 5000: 0.75, 7500: 0.5 }, 7500],
    [[5000, -30000, -7500, -30000], { 5000: 0.75 }, Infinity],
  ];
  for (const [steps, curve, median] of recorded) {
    const runs = steps.map((step) => ({
      time: Math.abs(step),
      event: step > 0,
    }));
    const found = kaplanMeier(runs);
    assertEquals(found.map(({ time }) => time), Object.keys(curve).map(Number));
    for (const { time, survival } of found) {
      assertAlmostEquals(survival, curve[time], 1e-12);
    }
    assertEquals(medianTime(runs).median, median);
  }
});

Deno.test("the interval of a median is SciPy's (quantile_test, version 1.17.1)", () => {
  const recorded = [[0.9, 4, 11], [0.95, 4, 12], [0.99, 3, 12]];
  for (const [level, low, high] of recorded) {
    const { spread } = medianTime(placebo, level);
    assertEquals(spread, { kind: "interval", low, high, open: false });
  }
  const ranks = [[5, 0, 6], [6, 1, 6], [10, 2, 9], [20, 6, 15], [50, 18, 33]];
  for (const [count, low, high] of ranks) {
    const rank = medianRank(count, 0.95);
    assertEquals([rank, count + 1 - rank], [low, high]);
  }
});

Deno.test("the medians of the remission times are 23 and 8 weeks (Kleinbaum and Klein 2012, chapter 2)", () => {
  const { median, events, runs } = medianTime(treated);
  assertEquals([median, events, runs], [23, 9, 21]);
  // Of 21 values the 6th and the 16th (David and Nagaraja 2003, section 7.1).
  const spread = { kind: "interval", low: 4, high: 12, open: false } as const;
  const all = medianTime(placebo);
  assertEquals([all.median, all.after, all.spread], [8, 8, spread]);
});

/** The probability that the median lies between the k-th values from either end: the middle of Pascal's row. */
function covered(count: number, rank: number): number {
  let row = [1];
  for (let n = 0; n < count; n++) {
    row = [...row, 0].map((right, i) => (right + (row[i - 1] ?? 0)) / 2);
  }
  return row.slice(rank, count + 1 - rank).reduce((sum, p) => sum + p, 0);
}

Deno.test("the interval of the median covers it as often as asked, and no narrower one does", () => {
  for (let count = 1; count <= 200; count++) {
    for (const level of [0.5, 0.9, 0.95, 0.99]) {
      const rank = medianRank(count, level);
      assert(covered(count, rank) >= level - 1e-12, `${count} ${level}`);
      assert(covered(count, rank + 1) < level, `${count} ${level}`);
    }
  }
});

Deno.test("fewer than six runs have a range and no interval at 95 %", () => {
  const of = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      after: 10 * i,
      time: 10 * (i + 1),
      event: true,
    }));
  for (let count = 1; count <= 12; count++) {
    const { spread } = medianTime(of(count));
    assertEquals(spread.kind, count < 6 ? "range" : "interval");
  }
  const range = { kind: "range", low: 0, high: 30, open: false } as const;
  assertEquals(medianTime(of(3)).spread, range);
});

Deno.test("runs that agree are known no closer than looks lie apart", () => {
  for (const count of [1, 3, 6, 20]) {
    const run = { after: 5000, time: 7500, event: true };
    const { median, after, spread } = medianTime(Array(count).fill(run));
    assertEquals([after, median], [5000, 7500]);
    assertEquals([spread.low, spread.high], [5000, 7500]);
  }
});

Deno.test("wherever between two looks the events came, the spread holds those of their median", () => {
  const seen = fc.record({
    after: fc.integer({ min: 0, max: 20 }),
    gap: fc.integer({ min: 0, max: 5 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    event: fc.boolean(),
  });
  fc.assert(fc.property(
    fc.array(seen, { minLength: 1, maxLength: 30 }),
    (some) => {
      const { spread, after, median } = medianTime(some.map((run) => ({
        after: run.after,
        time: run.after + (run.event ? run.gap : 0),
        event: run.event,
      })));
      const truth = some.map((run) =>
        run.after + run.share * (run.event ? run.gap : 1000)
      ).sort((a, b) => a - b);
      const rank = Math.max(1, medianRank(truth.length, 0.95));
      assert(spread.low <= truth[rank - 1]);
      const last = truth[truth.length - rank];
      assert(spread.open ? last >= spread.high : last <= spread.high);
      assert(after <= truth[Math.ceil(truth.length / 2) - 1]);
      assert(after <= median);
      assert(spread.low <= after);
    },
  ));
});

Deno.test("without censoring the curve is the share that is left", () => {
  fc.assert(fc.property(runs, (some) => {
    const all = some.map(({ time }) => ({ time, event: true }));
    for (const { time, survival } of kaplanMeier(all)) {
      const left = all.filter((run) => run.time > time).length;
      assertAlmostEquals(survival, left / all.length, 1e-12);
    }
  }));
});

Deno.test("the curve falls from one towards zero", () => {
  fc.assert(fc.property(runs, (some) => {
    let above = 1;
    for (const { survival } of kaplanMeier(some)) {
      assert(survival < above && survival >= 0);
      above = survival;
    }
  }));
});

Deno.test("where fewer than half had the event there is no median", () => {
  const some = [{ time: 3, event: true }, { time: 9, event: false }];
  const none = some.map(({ time }) => ({ time, event: false }));
  assertEquals(medianTime([...some, ...none]).median, Infinity);
  assertEquals(medianTime(none), {
    median: Infinity,
    after: 3,
    spread: { kind: "range", low: 3, high: 9, open: true },
    events: 0,
    runs: 2,
  });
});

Deno.test("no runs and impossible times are refused", () => {
  assertThrows(() => kaplanMeier([]), RangeError, "at least one run");
  const bad = [{ time: -1, event: true }];
  assertThrows(() => kaplanMeier(bad), RangeError, "current value is -1");
  const late = [{ after: 3, time: 2, event: true }];
  assertThrows(() => medianTime(late), RangeError, "'after' must be from 0");
  assertThrows(() => medianRank(0, 0.95), RangeError, "'count'");
  assertThrows(() => medianRank(3, 1), RangeError, "'level'");
});

Deno.test("whatever runs there are, curve and median are numbers, or infinite where nothing came", () => {
  const time = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
  const some = fc.array(fc.record({ time, event: fc.boolean() }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(some, (runs) => {
    for (const step of kaplanMeier(runs)) {
      assert(step.survival >= 0 && step.survival < 1);
    }
    const { median, after, spread } = medianTime(runs);
    assert(median >= 0 && after >= 0 && after < Infinity);
    assert(spread.low <= spread.high && spread.high < Infinity);
  }));
});
