/**
 * How soon tasks are solved, as a person reads it: cells of the tables.
 *
 * @module
 */

import { baseOf } from "../_grid/arms.ts";
import { counted } from "../_count.ts";
import { type Bar, tellBar } from "./bars.ts";
import { PUBLISHED_KEY } from "./published.ts";
import {
  type Held,
  heldOf,
  LEAD,
  type Lead,
  LEAD_AT,
  type Solved,
} from "./solved.ts";
import {
  signed,
  tellInterval,
  tellMedian,
  tellSpread,
  tellSteps,
} from "./tell.ts";
import { layOut, wrap } from "./text_table.ts";

/** What stands where nothing is known. */
export const OPEN = "not recorded yet";

/** Heads of the table of times. */
export const SOLVED_HEADS: readonly string[] = [
  "task (controller)",
  "arm",
  "seeds",
  "controller alone",
  "0.90 held: median",
  "worst",
  "0.95 held: median",
  "worst",
  "lowest, less the controller",
  "model steps",
];

/** Heads of the table of what was asked for. */
export const BAR_HEADS: readonly string[] = [
  "task (controller)",
  "asked for",
  "found",
  "verdict",
];

/** What the numbers are. */
export const SOLVED_KEY =
  "Environment steps are all steps of training; what a controller simulates is told apart, as model steps. A level is held from the first of three evaluations in a row of 100 episodes each, the same for all arms of a seed. Medians are those of Kaplan and Meier with their exact interval in brackets, or, of fewer than six seeds, the range over seeds in parentheses, from the last evaluation before the earliest; `>` marks what had not come by then, and how many seeds that were. The lowest evaluation is that of any seed after the correction was released, less the controller on the same episodes. A bar is open (not yet) as long as seeds that are not recorded, steps that a run does not play, or last evaluations that may be the start of three, could tip it.";

/** The line of an arm on a task. */
export function solvedCells(solved: Solved): readonly string[] {
  const { arm, runs, asked, base, deepest, row, modelSteps } = solved;
  const name = nameOf(solved);
  if (runs.length === 0) {
    return [name, arm.id, `0 of ${asked}`, OPEN, ...Array(6).fill("")];
  }
  const levels = [0.9, 0.95].flatMap((level) =>
    heldCells(heldOf(runs, level) as Held)
  );
  return [
    name,
    arm.id,
    runs.length < asked ? `${runs.length} of ${asked}` : String(asked),
    base === undefined ? "" : base.toFixed(2),
    ...levels,
    deepest === undefined
      ? "never left it"
      : `${signed(deepest.gap, 2)} at ${
        tellSteps(deepest.step)
      } (judged every ${tellSteps(row.every)})`,
    modelSteps === 0 ? "" : tellSteps(Math.round(modelSteps)),
  ];
}

/** A line for each bar of an arm on a task. */
export function barCells(solved: Solved): readonly (readonly string[])[] {
  return solved.bars.map(({ bar, verdict }) => [
    nameOf(solved),
    tellBar(bar),
    solved.runs.length === 0 ? OPEN : tellFound(bar, solved),
    verdict,
  ]);
}

/** The line of a lead. */
export function leadCells(
  { task, arm, difference, verdict }: Lead,
): readonly string[] {
  const found = difference === undefined
    ? OPEN
    : `${tellInterval(difference, (value) => signed(value, 2))}, ${
      counted(difference.seeds, "seed")
    }`;
  return [
    nameOf({ task, arm }),
    `${signed(LEAD, 2)} or more over the paper's learner at ${
      tellSteps(LEAD_AT)
    } steps`,
    found,
    verdict,
  ];
}

function tellFound(bar: Bar, { runs, deepest }: Solved): string {
  switch (bar.kind) {
    case "held": {
      const [median, worst] = heldCells(heldOf(runs, bar.level) as Held);
      return bar.of === "median" ? median : worst;
    }
    case "floor":
      return Math.min(
        ...runs.flatMap(({ evaluations }) =>
          evaluations.map(({ success }) => success)
        ),
      ).toFixed(2);
    case "at":
      return runs.flatMap(({ evaluations }) =>
        evaluations.find(({ step }) => step >= bar.by)?.success.toFixed(2) ?? []
      ).join(", ");
    case "dip":
      return deepest === undefined ? "never left it" : signed(deepest.gap, 2);
  }
}

/** Both tables and what their numbers are; `undefined` where nothing is recorded whole. */
export function solvedMarkdown(
  all: readonly Solved[],
  leads: readonly Lead[],
): string | undefined {
  if (all.every(({ runs }) => runs.length === 0)) return undefined;
  const plain = (cells: readonly string[]) => cells.map((cell) => cell || "–");
  const bars = [...all.flatMap(barCells), ...leads.map(leadCells)];
  return [
    layOut([SOLVED_HEADS, ...all.map(solvedCells).map(plain)]),
    layOut([BAR_HEADS, ...bars]),
    wrap(SOLVED_KEY),
    wrap(PUBLISHED_KEY),
  ].join("\n\n");
}

/** A task and the controller of the arm there. */
export function nameOf({ task, arm }: Pick<Solved, "task" | "arm">): string {
  return `${task.id} (${baseOf(arm, task)})`;
}

/** The median time with its interval or range, for a person. */
export function tellHeld(held: Held): string {
  const spread = tellSpread(held);
  const [open, close] = held.spread.kind === "range" ? "()" : "[]";
  return spread === ""
    ? tellMedian(held)
    : `${tellMedian(held)} ${open}${spread}${close}`;
}

function heldCells(held: Held): readonly string[] {
  const { worst, events, runs } = held;
  return [
    tellHeld(held),
    worst < Infinity
      ? tellSteps(worst)
      : `not held by ${runs - events} of ${runs}`,
  ];
}
