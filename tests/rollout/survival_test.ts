import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  kaplanMeier,
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

Deno.test("kaplanMeier gives SciPy's curve and log-log bounds (scipy.stats.ecdf, version 1.17.1)", () => {
  const expected = [
    [6, 0.8571428571428571, 0.6197179552659838, 0.951551747646997],
    [7, 0.8067226890756302, 0.5631465646222333, 0.9228090192028804],
    [10, 0.7529411764705881, 0.5031995107999564, 0.8893618351692655],
    [13, 0.6901960784313724, 0.43161022248618397, 0.8490659633494507],
    [16, 0.6274509803921567, 0.36751085598750205, 0.8049121894718412],
    [22, 0.53781512605042, 0.26777893676713505, 0.7467907176353944],
    [23, 0.4481792717086834, 0.18805200595923235, 0.6801426284952414],
  ];
  const found = kaplanMeier(treated);
  assertEquals(found.length, expected.length);
  expected.forEach(([time, survival, low, high], i) => {
    assertEquals(found[i].time, time);
    assertAlmostEquals(found[i].survival, survival, 1e-12);
    assertAlmostEquals(found[i].low, low, 1e-9);
    assertAlmostEquals(found[i].high, high, 1e-9);
  });
});

Deno.test("the medians of the remission times are 23 and 8 weeks (Kleinbaum and Klein 2012, chapter 2)", () => {
  assertEquals(medianTime(placebo).median, 8);
  const { median, low, high, events, runs } = medianTime(treated);
  assertEquals([median, low, high], [23, 13, Infinity]);
  assertEquals([events, runs], [9, 21]);
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

Deno.test("the curve falls, within its bounds", () => {
  fc.assert(fc.property(runs, (some) => {
    let above = 1;
    for (const { survival, low, high } of kaplanMeier(some)) {
      assert(survival < above && survival >= 0);
      assert(low <= survival && survival <= high);
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
    low: Infinity,
    high: Infinity,
    events: 0,
    runs: 2,
  });
});

Deno.test("no runs and impossible times are refused", () => {
  assertThrows(() => kaplanMeier([]), RangeError, "at least one run");
  const bad = [{ time: -1, event: true }];
  assertThrows(() => kaplanMeier(bad), RangeError, "current value is -1");
});
