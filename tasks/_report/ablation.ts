/**
 * What a change of the default recipe does, task by task: paired differences to
 * the default, and what they say of the piece that was taken away or added.
 *
 * @module
 */

import { mean } from "../../lib/train/judging.ts";
import { ABLATION, ABLATION_STEPS, UNCHANGED } from "../_grid/ablation.ts";
import type { GridTask } from "../_grid/arms.ts";
import { type Change, CHANGES } from "../_grid/changes.ts";
import type { Results } from "../_grid/results.ts";
import {
  type ArmData,
  EVERYTHING,
  finished,
  groupResults,
  type SeedData,
  type TaskData,
} from "./data.ts";
import {
  differenceOf,
  FEWEST_SEEDS,
  type PairedDifference,
  pairsOf,
  type Reading,
} from "./paired.ts";
import { firstHeld } from "./summary.ts";

/** What the interval says of a piece of the recipe: it helps or hurts where it is in. */
export type PieceVerdict =
  | "helps"
  | "hurts"
  | "not decided"
  | "not recorded yet";

/** What is compared of two runs. */
export interface Measure {
  readonly id: "area" | "early" | "end" | "held";
  readonly head: string;
  /** In steps, of which fewer are better; else a success rate. */
  readonly steps?: boolean;
  readonly read: Reading;
}

/** A change on a task. */
export interface Comparison {
  readonly task: GridTask;
  readonly change: Change;
  /** Seeds that it has in common with the default. */
  readonly seeds: number;
  /** In the order of {@link MEASURES}; change minus default. */
  readonly differences: readonly (PairedDifference | undefined)[];
  /** Runs of those seeds that never held 90 %: with the change, and without. */
  readonly censored: readonly [changed: number, unchanged: number];
  readonly verdict: PieceVerdict;
}

/** A task of the ablation. */
export interface TaskAblation {
  readonly task: GridTask;
  /** What the default itself reaches, in the order of {@link MEASURES}; mean over its seeds. */
  readonly levels: readonly (number | undefined)[];
  /** Finished runs of the default. */
  readonly seeds: number;
  readonly comparisons: readonly Comparison[];
}

/** Where along the way success is compared. */
const EARLY = 5000;

/** What is compared; the first decides. */
export const MEASURES: readonly Measure[] = [
  { id: "area", head: "success along the way", read: areaOf },
  { id: "early", head: "success at 5,000 steps", read: earlyOf },
  {
    id: "end",
    head: "success at the end",
    read: ({ final }) => final?.success,
  },
  {
    id: "held",
    head: "steps until 90 % is held",
    steps: true,
    read: restrictedTime,
  },
];

/** Every task that the budget compares on, and others that have rows. */
export function ablationOf(results: Results): readonly TaskAblation[] {
  const tasks = groupResults(results, EVERYTHING);
  return tasks.filter(({ task, arms }) =>
    ABLATION.tasks.includes(task.id) || arms.length > 0
  ).map(taskAblation);
}

/**
 * What a difference says of the piece: a removal with less success speaks for
 * it, an addition with less against it. An interval that holds 0, or one of too
 * few seeds, says nothing.
 */
export function verdictOf(
  kind: Change["kind"],
  difference: PairedDifference | undefined,
): PieceVerdict {
  if (difference === undefined) return "not recorded yet";
  const { low, high, seeds } = difference;
  if (seeds < FEWEST_SEEDS || low <= 0 && high >= 0) return "not decided";
  const better = low > 0;
  return better === (kind === "addition") ? "helps" : "hurts";
}

function taskAblation({ task, arms }: TaskData): TaskAblation {
  const armOf = (id: string) => arms.find(({ arm }) => arm.id === id);
  const unchanged = armOf(UNCHANGED);
  const runs = unchanged === undefined ? [] : finished(unchanged);
  return {
    task,
    levels: MEASURES.map(({ read }) => meanOf(runs.map(read))),
    seeds: runs.length,
    comparisons: CHANGES.filter(({ tasks }) =>
      tasks === undefined || tasks.includes(task.id)
    ).map((change) => compare(task, change, armOf(change.id), unchanged)),
  };
}

function compare(
  task: GridTask,
  change: Change,
  changed: ArmData | undefined,
  unchanged: ArmData | undefined,
): Comparison {
  const pairs = changed === undefined || unchanged === undefined
    ? []
    : pairsOf(changed, unchanged);
  const label = `ablation ${task.id} ${change.id}`;
  const differences = MEASURES.map(({ id, read }) =>
    differenceOf(pairs, read, `${label} ${id}`)
  );
  return {
    task,
    change,
    seeds: pairs.length,
    differences,
    censored: [censoredOf(pairs.map(first)), censoredOf(pairs.map(second))],
    verdict: verdictOf(change.kind, differences[0]),
  };
}

/** Mean success over the evaluations of training; that before it is the controller's. */
function areaOf({ evaluations }: SeedData): number | undefined {
  const found = evaluations.filter(({ step }) =>
    step > 0 && step <= ABLATION_STEPS
  );
  return meanOf(found.map(({ success }) => success));
}

function earlyOf({ evaluations }: SeedData): number | undefined {
  return evaluations.find(({ step }) => step >= EARLY)?.success;
}

/** Where it was not seen to hold 90 %, the length of the run, which is the least it took. */
function restrictedTime(run: SeedData): number {
  const { event, time } = firstHeld(run);
  return event ? Math.min(time, ABLATION_STEPS) : ABLATION_STEPS;
}

function censoredOf(runs: readonly SeedData[]): number {
  return runs.filter((run) => !firstHeld(run).event).length;
}

function meanOf(
  values: readonly (number | undefined)[],
): number | undefined {
  const found = values.flatMap((value) => value ?? []);
  return found.length === 0 ? undefined : mean(found);
}

function first<A>([one]: readonly [A, A]): A {
  return one;
}

function second<A>([, other]: readonly [A, A]): A {
  return other;
}
