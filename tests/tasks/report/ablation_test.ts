/** The ablation: differences are paired, verdicts follow intervals, what is not there is said. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import { ABLATION } from "../../../tasks/_grid/ablation.ts";
import { CHANGES } from "../../../tasks/_grid/changes.ts";
import type { Evaluation } from "../../../tasks/_grid/rows.ts";
import {
  ablationOf,
  type Comparison,
  verdictOf,
} from "../../../tasks/_report/ablation.ts";
import { ABLATION_REPORT } from "../../../tasks/_report/ablation_page.ts";
import { ablationCells } from "../../../tasks/_report/ablation_tell.ts";
import { run } from "../grid/sample.ts";
import { nothing, resultsOf } from "./sample.ts";

const task = "slippery-push";

/** How well each seed does from 2,000 steps on; seeds differ by more than arms do. */
const LEVELS = [0.91, 0.97, 0.93, 0.99, 0.95];

/** Runs of an arm that reaches these levels, less a deficit, late after `late` evaluations. */
function runsOf(
  arm: string,
  deficit: number,
  seeds = LEVELS.length,
  late = 1,
): readonly Evaluation[] {
  return LEVELS.slice(0, seeds).flatMap((level, i) => {
    const before = Array(1 + late).fill(0.4);
    const after = Array(10 - late).fill(level - deficit);
    return run({ task, arm, seed: i + 1 }, [...before, ...after]);
  });
}

function compared(
  rows: readonly Evaluation[],
  change: string,
): Comparison {
  const [found] = ablationOf(resultsOf(rows)).filter((data) =>
    data.task.id === task
  );
  const line = found.comparisons.find((line) => line.change.id === change);
  assert(line !== undefined);
  return line;
}

const same = [...runsOf("default", 0), ...runsOf("no-selection", 0)];

Deno.test("arms that are equal differ by nothing", () => {
  const { differences, verdict, seeds } = compared(same, "no-selection");
  assertEquals([seeds, verdict], [5, "not decided"]);
  for (const difference of differences) {
    assertEquals(difference, { mean: 0, low: 0, high: 0, seeds: 5 });
  }
});

Deno.test("a difference is paired: what seeds have in common does not widen it", () => {
  const rows = [...runsOf("default", 0), ...runsOf("no-selection", 0.02)];
  const { differences: [area, , end], verdict } = compared(
    rows,
    "no-selection",
  );
  for (const bound of [end?.mean, end?.low, end?.high]) {
    assertAlmostEquals(bound ?? NaN, -0.02, 1e-12);
  }
  assertAlmostEquals(area?.high ?? NaN, -0.018, 1e-12); // nine of ten evaluations
  assertEquals(verdict, "helps");
});

Deno.test("the verdict follows the interval, and turns round for what is added", () => {
  const cases = [
    [-0.3, -0.1, 5, "helps", "hurts"],
    [0.1, 0.3, 5, "hurts", "helps"],
    [-0.1, 0.1, 5, "not decided", "not decided"],
    [0, 0.1, 5, "not decided", "not decided"],
    [-0.3, -0.1, 3, "helps", "hurts"],
    [-0.3, -0.1, 2, "not decided", "not decided"],
    [-0.3, -0.1, 1, "not decided", "not decided"],
  ] as const;
  for (const [low, high, seeds, removal, addition] of cases) {
    const difference = { mean: (low + high) / 2, low, high, seeds };
    assertEquals(verdictOf("removal", difference), removal);
    assertEquals(verdictOf("addition", difference), addition);
  }
  assertEquals(verdictOf("removal", undefined), "not recorded yet");
});

Deno.test("only seeds that both arms have finished are compared", () => {
  const rows = [
    ...runsOf("default", 0, 4),
    ...runsOf("no-selection", 0.02),
    ...runsOf("two-critics", 0.02).filter(({ kind }) => kind !== "final"),
  ];
  assertEquals(compared(rows, "no-selection").seeds, 4);
  const open = compared(rows, "two-critics");
  assertEquals([open.seeds, open.verdict], [0, "not recorded yet"]);
});

Deno.test("a run that did not hold 90 % counts as the length of the run, and is told of", () => {
  const rows = [
    ...runsOf("default", 0, 3),
    ...runsOf("no-selection", 0, 2, 4),
    ...run({ task, arm: "no-selection", seed: 3 }, Array(11).fill(0.4)),
  ];
  const line = compared(rows, "no-selection");
  assertEquals(line.censored, [1, 0]);
  // 2,000 steps each without the change; 5,000 twice and 10,000 once with it.
  const [, , , held] = line.differences;
  assertAlmostEquals(held?.mean ?? NaN, (3000 + 3000 + 8000) / 3, 1e-9);
  const [data] = ablationOf(resultsOf(rows)).filter((d) => d.task.id === task);
  const cells = ablationCells(data).find(([, name]) => name === "no selection");
  const told = "+4,667 [+3,000, +8,000]; not held by 1, default 0";
  assertEquals(cells?.[7], told);
});

Deno.test("the page has one figure and one table with a line for every change", () => {
  const page = ABLATION_REPORT.page(ABLATION, resultsOf(same), () => nothing);
  const { document } = parseHTML(page) as unknown as {
    document: {
      querySelectorAll: (selector: string) => Iterable<{ textContent: string }>;
    };
  };
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  assertEquals(all("figure svg").length, 1);
  const lines = all("table.wrap tbody tr").map(({ textContent }) =>
    textContent
  );
  const shown = ABLATION.tasks.flatMap((task) =>
    CHANGES.filter(({ tasks }) => tasks?.includes(task) ?? true)
  );
  assertEquals(lines.length, ABLATION.tasks.length + shown.length);
  for (const { label } of shown) {
    assert(lines.some((line) => line.includes(label)), label);
  }
  assert(!/NaN|Infinity|undefined|\[object/.test(page));
  assert(!/https?:|url\(|@import/.test(page), "a URL");
  assertEquals(
    ABLATION_REPORT.page(ABLATION, resultsOf(same), () => nothing),
    page,
  );
});

Deno.test("what is not recorded yet is said, on a page with few rows and on one with none", () => {
  const few = resultsOf(runsOf("default", 0, 1));
  for (const results of [few, nothing]) {
    const page = ABLATION_REPORT.page(ABLATION, results, () => nothing);
    assert(page.includes("No change is recorded beside the default yet"));
    assert(page.includes("not recorded yet"));
    assert(page.includes("pick-and-place (0 of 3)"));
    assert(!/NaN|Infinity|undefined/.test(page));
    assertEquals(ABLATION_REPORT.figure?.(results, () => nothing), undefined);
  }
  assertEquals(ABLATION_REPORT.markdown(nothing), undefined);
  assert(ABLATION_REPORT.markdown(few)?.includes("not recorded yet"));
});

Deno.test("what did not help is named as plainly as what did", () => {
  const rows = [
    ...same,
    ...runsOf("no-hindsight", 0.1),
    ...runsOf("few-updates", -0.005),
    ...runsOf("two-critics", 0.1, 2),
  ];
  const text = ABLATION_REPORT.markdown(resultsOf(rows))
    ?.replaceAll(/\s+/g, " ") ?? "";
  for (
    const says of [
      "intervals support hindsight.",
      "They speak against 2 updates per step.",
      "Did not help, as far as these runs tell: selection.",
      "which decide nothing: five critics.",
      "helps (5 seeds)",
    ]
  ) assert(text.includes(says), says);
});

Deno.test("one seed tells a difference and nothing of its spread", () => {
  const rows = [...runsOf("default", 0, 1), ...runsOf("no-hindsight", 0.1, 1)];
  const line = ABLATION_REPORT.markdown(resultsOf(rows))?.split("\n")
    .find((text) => text.includes("no hindsight")) ?? "";
  assert(line.includes(" −10.0 "), line);
  assert(!line.includes("["), line);
});
