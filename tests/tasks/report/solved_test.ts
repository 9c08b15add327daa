/** Steps-to-solved: three evaluations in a row, censored seeds, bars, and pages that are only begun. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Evaluation } from "../../../tasks/_grid/rows.ts";
import { SOLVE, SOLVE_ROWS } from "../../../tasks/_grid/solve.ts";
import {
  type Bar,
  barsOf,
  decideBar,
  deepest,
} from "../../../tasks/_report/bars.ts";
import { PUBLISHED } from "../../../tasks/_report/published.ts";
import { heldOf, leadsOf, runsOf } from "../../../tasks/_report/solved.ts";
import { groupsOf } from "../../../tasks/_report/solved_lines.ts";
import { SOLVED_REPORT } from "../../../tasks/_report/solved_page.ts";
import { run } from "../grid/sample.ts";
import { nothing, resultsOf } from "./sample.ts";

const task = "slippery-push";

/** Rows of the default on slippery-push, a seed for each list of successes. */
function seedsOf(
  ...successes: readonly (readonly number[])[]
): readonly Evaluation[] {
  return successes.flatMap((own, i) => run({ task, seed: i + 1 }, own));
}

function recorded(...successes: readonly (readonly number[])[]) {
  return runsOf(resultsOf(seedsOf(...successes)), task, "default");
}

const soon = [0.5, 0.5, 0.96, 0.96, 0.96];
const late = [0.5, 0.5, 0.5, 0.96, 0.96, 0.96];
const twice = [0.5, 0.96, 0.96, 0.5, 0.96, 0.96];

Deno.test("a level is held from the first of three evaluations in a row at it", () => {
  assertEquals(heldOf(recorded(soon), 0.9)?.median, 2000);
  assertEquals(heldOf(recorded(soon), 0.97)?.median, Infinity);
  const two = heldOf(recorded(twice), 0.9);
  assertEquals([two?.median, two?.worst, two?.events], [Infinity, Infinity, 0]);
});

Deno.test("a censored seed is the worst, and never a time", () => {
  const held = heldOf(recorded(soon, soon, twice), 0.9);
  assertEquals([held?.median, held?.worst], [2000, Infinity]);
  assertEquals([held?.events, held?.runs], [2, 3]);
  const text = SOLVED_REPORT.markdown(resultsOf(seedsOf(soon, soon, twice)));
  assert(text?.includes("not held by 1 of 3"), text);
});

Deno.test("a bar is open as long as seeds or last evaluations could tip it", () => {
  const median: Bar = {
    task,
    arm: "default",
    kind: "held",
    of: "median",
    level: 0.9,
    by: 2000,
  };
  const worst: Bar = { ...median, of: "worst" };
  const cases = [
    [[soon, soon, late], 3, "met", "missed"],
    [[soon, late, late], 3, "missed", "missed"],
    [[soon, soon, soon], 3, "met", "met"],
    [[soon], 3, "not yet", "not yet"],
    [[late], 3, "not yet", "missed"],
    [[late, late], 3, "missed", "missed"],
    [[soon, late], 2, "met", "missed"],
    // What came after its last evaluation below might have held it.
    [[[0.5, 0.5, 0.96]], 1, "not yet", "not yet"],
    [[[0.5, 0.5, 0.5]], 1, "missed", "missed"],
    [[], 3, "not yet", "not yet"],
  ] as const;
  for (const [successes, asked, ofMedian, ofWorst] of cases) {
    const runs = recorded(...successes);
    assertEquals(decideBar(median, runs, asked), ofMedian);
    assertEquals(decideBar(worst, runs, asked), ofWorst);
  }
});

Deno.test("floors, ends and dips", () => {
  const place = { task, arm: "default" };
  const decide = (
    bar: Bar,
    ...successes: readonly (readonly number[])[]
  ) => decideBar(bar, recorded(...successes), successes.length);
  const floor: Bar = { ...place, kind: "floor", level: 0.5 };
  assertEquals(decide(floor, soon, late), "met");
  assertEquals(decide(floor, soon, [0.6, 0.49, 0.9]), "missed");
  const at: Bar = { ...place, kind: "at", level: 0.95, by: 3000 };
  assertEquals(decide(at, soon, [0.5, 0.5, 0.5, 0.5]), "met");
  assertEquals(decide(at, [0.5, 0.5, 0.5, 0.5]), "missed");
  assertEquals(decide(at, [0.5]), "not yet");
  const dip: Bar = { ...place, kind: "dip", most: 0.05 };
  assertEquals(decide(dip, [0.5, 0.45, 0.9]), "met");
  assertEquals(decide(dip, [0.5, 0.44, 0.9]), "missed");
});

Deno.test("the deepest evaluation is looked for once the policy has left its controller", () => {
  const [rising, falling, still] = recorded(
    [0.5, 0.5, 0.7, 0.6, 0.9],
    [0.5, 0.5, 0.46, 0.6],
    [0.5, 0.5],
  ).map(deepest);
  assertAlmostEquals(rising?.gap ?? NaN, 0.1, 1e-12);
  assertEquals([rising?.step, falling?.step], [3000, 2000]);
  assertAlmostEquals(falling?.gap ?? NaN, -0.04, 1e-12);
  assertEquals(still, undefined);
});

Deno.test("the lead over the paper's learner is paired, and undecided of few seeds", () => {
  const ends = [0.9, 0.95, 1];
  const rows = (arm: string, deficit: number, seeds = 3) =>
    ends.slice(0, seeds).flatMap((end, i) =>
      run({ task, arm, seed: i + 1 }, Array(11).fill(end - deficit))
    );
  const lead = (...rows: readonly (readonly Evaluation[])[]) =>
    leadsOf(resultsOf(rows.flat()))[0];
  const same = lead(rows("default", 0), rows("paper", 0));
  assertEquals(same.difference, { mean: 0, low: 0, high: 0, seeds: 3 });
  assertEquals(same.verdict, "missed");
  const far = lead(rows("default", 0), rows("paper", 0.45));
  assertAlmostEquals(far.difference?.low ?? NaN, 0.45, 1e-12);
  assertEquals(far.verdict, "met");
  const few = lead(rows("default", 0), rows("paper", 0.45, 2));
  assertEquals(few.verdict, "not yet");
  assertEquals(lead(rows("default", 0)).difference, undefined);
});

Deno.test("a page or a table that is only begun says what is not recorded yet", () => {
  const few = resultsOf(seedsOf(soon));
  for (const results of [few, nothing]) {
    const page = SOLVED_REPORT.page(SOLVE, results, () => nothing);
    assert(page.includes("not recorded yet"));
    assert(page.includes("slide/default (0 of 3)"));
    assert(!/NaN|Infinity|undefined|\[object/.test(page));
    assert(!/https?:|url\(|@import/.test(page), "a URL");
  }
  const text = SOLVED_REPORT.markdown(few) ?? "";
  for (const { task, arm } of SOLVE_ROWS) {
    assert(text.includes(`| ${task} (`), `${task} ${arm}`);
  }
  assertEquals(SOLVED_REPORT.markdown(nothing), undefined);
});

Deno.test("every bar is of a cell of the budget, and every cell of ours has one", () => {
  for (const { task, arm } of SOLVE_ROWS.filter((row) => row.arm !== "paper")) {
    const own = barsOf(task, arm);
    assert(own.length >= 2, `${task}/${arm}`);
    assertEquals(own.filter(({ kind }) => kind === "dip").length, 1);
  }
});

Deno.test("the figure has ours, the paper's, from scratch and what others published, each as what it is", () => {
  const rows = [
    ...seedsOf(soon, late, soon),
    ...run({ task, arm: "paper" }, Array(6).fill(0.4)),
  ];
  const scratch = resultsOf(run({ task, arm: "td3" }, Array(6).fill(0.1)));
  const [first] = groupsOf(resultsOf(rows), scratch);
  assertEquals(
    first.lines.map(({ whose, time, event }) => [whose, time, event]),
    [
      ["ours", 2000, true],
      ["paper", 5000, false],
      ["scratch", 5000, false],
      ["published", 42_500, true],
      ["published", 197_000, true],
      ["published", 1_090_000, true],
    ],
  );
  const file = SOLVED_REPORT.figure?.(resultsOf(rows), () => scratch) ?? "";
  assert(file.startsWith("<svg ") && file.includes("2000/svg"));
  assert(!/NaN|Infinity|undefined|var\(/.test(file));
  for (const { steps, on } of PUBLISHED) {
    assert(file.includes(`${steps.toLocaleString("en-GB")} on ${on}`), on);
  }
  assertEquals(SOLVED_REPORT.figure?.(resultsOf(rows), () => scratch), file);
});
