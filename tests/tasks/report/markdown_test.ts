import { assert, assertEquals } from "@std/assert";
import { armNamed, ARMS, GRID_TASKS } from "../../../tasks/_grid/arms.ts";
import type { Evaluation } from "../../../tasks/_grid/rows.ts";
import { groupResults } from "../../../tasks/_report/data.ts";
import { markdownTable } from "../../../tasks/_report/markdown.ts";
import { reportPage } from "../../../tasks/_report/page.ts";
import { summariseTask } from "../../../tasks/_report/summary.ts";
import { tellFinal } from "../../../tasks/_report/tell.ts";
import { run } from "../grid/sample.ts";
import { budget, nothing, resultsOf } from "./sample.ts";

const evaluations = ["push", "pusher"].flatMap((task) =>
  ["default", "ddpg", "controller"].flatMap((arm, i) =>
    [1, 2, 3].flatMap((seed) =>
      run({ task, arm, seed, baseReturn: -80, baseReturnError: 1 }, [
        0.4,
        0.5,
        0.92 - i * 0.3,
        0.93,
        0.98,
      ])
    )
  )
);
const some = resultsOf(evaluations);

/** The cells of a table, its rule left out. */
function cellsOf(text: string | undefined): readonly (readonly string[])[] {
  assert(text !== undefined);
  return text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter(([first]) => !/^-+$/.test(first));
}

Deno.test("one row per task and arm with a finished run, in the order of the grid", () => {
  const shuffled = { ...some, evaluations: evaluations.toReversed() };
  const [head, ...rows] = cellsOf(markdownTable(shuffled));
  assert(head.length <= 9);
  const names = ["push", "pusher"].flatMap((task) =>
    ["default", "ddpg", "controller"].map((arm) =>
      [task, armNamed(arm).label] as const
    )
  );
  assertEquals(
    rows.map(([task, arm]) => [task.replace(/ .*/, ""), arm] as const),
    names,
  );
  assert(rows.every((row) => row.length === head.length && row[2] === "3"));
  assertEquals(rows[0][0], "push (tree-mpc)");
  assertEquals(rows[1][0], "push (none)");
});

Deno.test("its numbers are those of the page", () => {
  const [, ...rows] = cellsOf(markdownTable(some));
  const page = reportPage(budget, some);
  const told = groupResults(some).flatMap(summariseTask).map(tellFinal);
  assertEquals(rows.map((row) => row[4]), told);
  for (const [, , , steps, end, base] of rows) {
    for (const number of [steps, end, base]) {
      assert(number === "–" || page.includes(`<td>${number}</td>`), number);
    }
  }
});

Deno.test("times to 90 %: median and range, what never came is censored, returns have none", () => {
  const rows = [0.95, 0.95, 0.5].flatMap((late, i) =>
    run({ seed: i + 1 }, [0.1, 0.2, late, late, late])
  );
  const never = run({ arm: "ddpg" }, [0, 0.1, 0.1]);
  const returns = run({ task: "pusher" }, [0.5]);
  const text = markdownTable(resultsOf([...rows, ...never, ...returns]));
  const [head, ...found] = cellsOf(text);
  assertEquals(head.at(-1), "steps until 90 % is held (range over seeds)");
  assertEquals(
    found.map((row) => row.at(-1)),
    ["2,000 (1,000 to > 4,000)", "> 2,000", "–"],
  );
  assert(text?.replaceAll("\n", " ").includes("the range over seeds,"), text);
});

Deno.test("from six seeds on, the times have an interval and the word range is gone", () => {
  const rows = [1, 2, 3, 4, 5, 6].flatMap((seed) =>
    run({ seed }, [0.1, 0.95, 0.95, 0.95])
  );
  const text = markdownTable(resultsOf(rows));
  const [head, row] = cellsOf(text);
  assertEquals(head.at(-1), "steps until 90 % is held");
  assertEquals(row.at(-1), "1,000 [0 to 1,000]");
  assert(!text?.includes("range"), text);
});

Deno.test("unfinished runs are not in it; without a finished one there is no table", () => {
  const open = run({ arm: "td3" }, [0.5]).slice(0, 1);
  assertEquals(
    markdownTable(resultsOf([...evaluations, ...open])),
    markdownTable(some),
  );
  assertEquals(markdownTable(resultsOf(open)), undefined);
  assertEquals(markdownTable(nothing), undefined);
});

Deno.test("columns are as wide as their widest cell, whatever is in them", () => {
  const all: readonly Evaluation[] = GRID_TASKS.flatMap((task) =>
    ARMS.flatMap((arm) => run({ task: task.id, arm: arm.id }, [0.5, 0.6]))
  );
  const lines = markdownTable(resultsOf(all))?.split("\n") ?? [];
  const table = lines.filter((line) => line.startsWith("|"));
  assertEquals(table.length, 2 + GRID_TASKS.length * ARMS.length);
  assertEquals(new Set(table.map((line) => line.length)).size, 1);
  const bars = (line: string) =>
    [...line.matchAll(/\|/g)].map(({ index }) => index);
  for (const line of table) assertEquals(bars(line), bars(table[0]));
});
