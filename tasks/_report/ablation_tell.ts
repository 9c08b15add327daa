/**
 * An ablation as a person reads it: cells of its table, and in one sentence for
 * each task what helped, what hurt and what cannot be told.
 *
 * @module
 */

import { counted } from "../_count.ts";
import { ABLATION, UNCHANGED } from "../_grid/ablation.ts";
import { armNamed } from "../_grid/arms.ts";
import type { Change } from "../_grid/changes.ts";
import {
  type Comparison,
  type Measure,
  MEASURES,
  type TaskAblation,
} from "./ablation.ts";
import { FEWEST_SEEDS, type PairedDifference } from "./paired.ts";
import { signed, tellInterval, tellSteps } from "./tell.ts";
import { layOut, wrap } from "./text_table.ts";

/** Heads of the table of all tasks. */
export const ABLATION_HEADS: readonly string[] = [
  "task",
  "change",
  "verdict on the piece",
  "seeds",
  ...MEASURES.map(({ head }) => head),
];

/** What the numbers are. */
export const ABLATION_KEY =
  "Each run differs from the default in one factor and meets the same episodes, training and judging, as the default's run of its seed. The lines of the default are its own means; all others are differences to it, change minus default, mean over seeds, with paired bootstrap intervals of 95 % over seeds; success in points, of 100. Success along the way is the mean over the evaluations up to 10,000 steps and alone decides: a piece helps where taking it away lowers that beyond its interval, hurts where it raises it. Success at the end is on fresh episodes. A run that was not seen to hold 90 % (three evaluations in a row) counts as 10,000 steps. Bootstraps of few seeds are narrow: where nothing differs at all, one interval in four of three seeds leaves out 0, one in six of five and one in ten of ten, so that a verdict is told with its seeds.";

/** The cells of a task, the line of the default first. */
export function ablationCells(
  { task, levels, seeds, comparisons }: TaskAblation,
): readonly (readonly string[])[] {
  const head = [
    task.id,
    "default",
    "",
    seeds === 0 ? "not recorded yet" : String(seeds),
    ...MEASURES.map((measure, i) => tellLevel(measure, levels[i])),
  ];
  return [head, ...comparisons.map(cellsOf)];
}

/** The table, and what its numbers are; `undefined` where nothing is recorded whole. */
export function ablationMarkdown(
  tasks: readonly TaskAblation[],
): string | undefined {
  if (tasks.every(({ seeds }) => seeds === 0)) return undefined;
  const rows = tasks.flatMap(ablationCells).map((cells) =>
    cells.map((cell) => cell || "–")
  );
  const sentences = tasks.map((task) => wrap(tellPieces(task)));
  return [layOut([ABLATION_HEADS, ...rows]), ...sentences, wrap(ABLATION_KEY)]
    .join("\n\n");
}

/** What helped on a task, what did not, and what cannot be told. */
export function tellPieces(
  { task, comparisons, seeds }: TaskAblation,
): string {
  const named = (among: (line: Comparison) => boolean) =>
    comparisons.filter(among).map(({ change }) => change.piece).join("; ");
  const few = (line: Comparison) => line.seeds > 0 && line.seeds < FEWEST_SEEDS;
  const helps = named(({ verdict }) => verdict === "helps");
  const hurts = named(({ verdict }) => verdict === "hurts");
  const idle = named((line) => line.verdict === "not decided" && !few(line));
  const open = named(({ verdict }) => verdict === "not recorded yet");
  return [
    `${task.id}, ${counted(seeds, "seed")}:`,
    `intervals support ${helps || "nothing"}.`,
    `They speak against ${hurts || "nothing"}.`,
    ...idle === "" ? [] : [`Did not help, as far as these runs tell: ${idle}.`],
    ...named(few) === "" ? [] : [
      `Fewer than ${FEWEST_SEEDS} seeds, which decide nothing: ${named(few)}.`,
    ],
    ...open === "" ? [] : [`Not recorded yet: ${open}.`],
  ].join(" ");
}

/** A change as the table and the figure name it. */
export function tellChange({ kind, label }: Change): string {
  return kind === "addition" ? `with ${label}` : label;
}

/** Seeds of the budget on a task. */
export function seedsAsked({ task }: TaskAblation): number {
  return ABLATION.seeds(armNamed(UNCHANGED), task);
}

function cellsOf(line: Comparison): readonly string[] {
  const { task, change, seeds, differences, censored, verdict } = line;
  return [
    task.id,
    tellChange(change),
    decided(line) ? `${verdict} (${counted(seeds, "seed")})` : verdict,
    seeds === 0 ? "" : String(seeds),
    ...MEASURES.map((measure, i) =>
      tellDifference(measure, differences[i], censored, seeds)
    ),
  ];
}

function decided({ verdict }: Comparison): boolean {
  return verdict === "helps" || verdict === "hurts";
}

function tellLevel({ steps }: Measure, level: number | undefined): string {
  if (level === undefined) return "";
  return steps === true
    ? tellSteps(Math.round(level))
    : (100 * level).toFixed(1);
}

function tellDifference(
  { steps }: Measure,
  difference: PairedDifference | undefined,
  [changed, unchanged]: readonly [number, number],
  seeds: number,
): string {
  if (difference === undefined) return "";
  if (steps === true && changed === seeds && unchanged === seeds) {
    return "no run held it";
  }
  const tell = (value: number) =>
    steps === true ? signedSteps(value) : signed(100 * value, 1);
  const text = tellInterval(difference, tell);
  return steps === true && changed + unchanged > 0
    ? `${text}; not held by ${changed}, default ${unchanged}`
    : text;
}

function signedSteps(value: number): string {
  const whole = Math.round(Math.abs(value));
  return whole === 0 ? "0" : `${value > 0 ? "+" : "−"}${tellSteps(whole)}`;
}
