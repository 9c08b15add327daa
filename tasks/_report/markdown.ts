/**
 * The ends of all arms as one Markdown table, for a README: the numbers are
 * those of the page.
 *
 * @module
 */

import { baseOf } from "../_grid/arms.ts";
import type { Results } from "../_grid/results.ts";
import { groupResults } from "./data.ts";
import { type ArmSummary, summariseTask } from "./summary.ts";
import {
  tellBase,
  tellFinal,
  tellMedian,
  tellSpread,
  tellSteps,
} from "./tell.ts";
import { layOut, wrap } from "./text_table.ts";

/** A column: its head and what stands under it. */
type Column = readonly [head: string, cell: (summary: ArmSummary) => string];

/**
 * One row per task and arm with a finished run, in the order of the grid, then
 * a sentence on what the brackets mean; `undefined` where no run is finished.
 * The table is laid out as `deno fmt` would.
 */
export function markdownTable(results: Results): string | undefined {
  const summaries = groupResults(results).flatMap(summariseTask)
    .filter(({ seeds }) => seeds > 0);
  if (summaries.length === 0) return undefined;
  const columns = columnsOf(summaries);
  const rows = summaries.map((summary) =>
    columns.map(([, cell]) => cell(summary) || "–")
  );
  const heads = columns.map(([head]) => head);
  return `${layOut([heads, ...rows])}\n\n${keyTo(summaries)}`;
}

function columnsOf(summaries: readonly ArmSummary[]): readonly Column[] {
  const returns = denseTasks(summaries);
  const spread =
    summaries.some(({ sustained }) => sustained?.spread.kind === "range")
      ? " (range over seeds)"
      : "";
  return [
    [
      "task (controller)",
      ({ task, arm }) => `${task.id} (${baseOf(arm, task)})`,
    ],
    ["arm", ({ arm }) => arm.label],
    ["seeds", ({ seeds }) => String(seeds)],
    ["steps", ({ steps }) => tellSteps(steps)],
    [
      returns.length === 0
        ? "final success"
        : `final success; ${returns.join(", ")}: return`,
      tellFinal,
    ],
    ["controller alone", tellBase],
    [`steps until 90 % is held${spread}`, timesOf],
  ];
}

function timesOf({ arm, sustained }: ArmSummary): string {
  if (sustained === undefined || arm.kind === "controller") return "";
  const spread = tellSpread(sustained);
  const [open, close] = sustained.spread.kind === "range" ? "()" : "[]";
  const known = spread === "" ? "" : ` ${open}${spread}${close}`;
  return `${tellMedian(sustained)}${known}`;
}

/** What the brackets mean. */
function keyTo(summaries: readonly ArmSummary[]): string {
  const kinds = summaries.flatMap(({ sustained }) =>
    sustained?.spread.kind ?? []
  );
  return wrap([
    "Ends are interquartile means over seeds on fresh episodes, with 95 % intervals in brackets.",
    ...kinds.length === 0 ? [] : [
      "Steps until 90 % is held are those of the median seed; `>` marks one that had not held it by then.",
    ],
    ...kinds.includes("range")
      ? [
        "Parentheses hold the range over seeds, from the last evaluation before the earliest: fewer than six seeds have no 95 % interval of a median.",
      ]
      : [],
  ].join(" "));
}

function denseTasks(summaries: readonly ArmSummary[]): readonly string[] {
  const dense = summaries.filter(({ task }) => task.dense === true);
  return [...new Set(dense.map(({ task }) => task.id))];
}
