/** The profile of the page: when it is there, whom it draws, and that its lines are the shares. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import type { Evaluation } from "../../../tasks/_grid/rows.ts";
import { reportPage } from "../../../tasks/_report/page.ts";
import { run } from "../grid/sample.ts";
import { budget, resultsOf } from "./sample.ts";

interface Element {
  readonly textContent: string;
  readonly getAttribute: (name: string) => string | null;
  readonly querySelector: (selector: string) => Element | null;
  readonly querySelectorAll: (selector: string) => Iterable<Element>;
}

/** Final successes by task, then by arm, a run each. */
type Ends = Readonly<
  Record<string, Readonly<Record<string, readonly number[]>>>
>;

const ends: Ends = {
  "push": { default: [0.98, 0.96, 1], ddpg: [0.1, 0.95, 0.4] },
  "slippery-push": { default: [0.97, 0.9, 0.99], ddpg: [0.7, 0] },
  "pusher": { default: [0.2, 0.3], ddpg: [0.1, 0.2] },
};

function rowsOf(all: Ends): readonly Evaluation[] {
  return Object.entries(all).flatMap(([task, arms]) =>
    Object.entries(arms).flatMap(([arm, successes]) =>
      successes.flatMap((success, i) =>
        run({ task, arm, seed: i + 1 }, [0.5, success])
      )
    )
  );
}

/** The section of the page of these results; `null` where there is none. */
function sectionOf(all: Ends): Element | null {
  const page = reportPage(budget, resultsOf(rowsOf(all)));
  const { document } = parseHTML(page) as unknown as { document: Element };
  const links = [...document.querySelectorAll("nav a")].map((link) =>
    link.getAttribute("href")
  );
  const section = document.querySelector("#profile");
  assertEquals(links.includes("#profile"), section !== null);
  return section;
}

/** Corners of the lines, left to right and from 0 to 1 either way. */
function linesOf(section: Element): readonly (readonly number[][])[] {
  const paths = [...section.querySelectorAll("[aria-label=line] path")];
  return paths.map((path) => {
    const corners = (path.getAttribute("d") ?? "").slice(1).split("L")
      .map((corner) => corner.split(",").map(Number));
    const [left, right] = [corners[0][0], corners[corners.length - 1][0]];
    const [top, bottom] = [20, 318]; // margins of the figure
    return corners.map(([x, y]) => [
      (x - left) / (right - left),
      (bottom - y) / (bottom - top),
    ]);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("a line for each arm, falling in steps, with the mean over tasks as the area under it", () => {
  const section = sectionOf(ends);
  assert(section !== null);
  const lines = linesOf(section);
  assertEquals(lines.length, 2);
  assertEquals(
    [...section.querySelectorAll("[aria-label=area] path")].length,
    2,
  );
  ["default", "ddpg"].forEach((arm, i) => {
    const corners = lines[i];
    const area = corners.slice(1).reduce((sum, [x, y], j) => {
      const [before, above] = corners[j];
      // Steps: to the right at one height, or down at one place.
      assert(Math.abs(x - before) < 1e-9 || Math.abs(y - above) < 1e-9);
      assert(y <= above + 1e-9);
      return sum + above * (x - before);
    }, 0);
    const means = ["push", "slippery-push"].map((task) =>
      mean(ends[task][arm])
    );
    assertAlmostEquals(area, mean(means), 2e-3, arm);
  });
});

Deno.test("it names its tasks, its runs and the arms that it lacks; returns are no part of it", () => {
  const text = sectionOf(ends)?.textContent.replace(/\s+/g, " ") ?? "";
  assert(text.includes("over push, slippery-push:"), text);
  assert(text.includes("Runs: default 6, ddpg 5."), text);
  const lacks = "Not drawn, as they have fewer than 2 runs on one of these " +
    "tasks: paper, td3, expert-explore, controller.";
  assert(text.includes(lacks), text);
});

Deno.test("an arm is drawn only where it has runs on all of the tasks", () => {
  const paper = { ...ends.push, paper: [0.9, 0.9, 0.9] };
  const section = sectionOf({ ...ends, push: paper });
  assert(section !== null);
  assertEquals(linesOf(section).length, 2);
  assert(section.textContent.includes("tasks: paper, td3"));
});

Deno.test("where it would repeat the tables it is not there: one task, one arm, one run of each", () => {
  const { push, pusher } = ends;
  const one = { default: [0.9], ddpg: [0.5] };
  const alone = { default: [0.9, 0.8] };
  const poor: readonly Ends[] = [
    { push },
    { push, pusher },
    { "push": one, "slippery-push": one },
    { "push": alone, "slippery-push": alone },
    { "push": push, "slippery-push": { ddpg: [0.5, 0.4] } },
  ];
  for (const some of poor) assertEquals(sectionOf(some), null);
});
