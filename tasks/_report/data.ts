/**
 * Rows of a results folder, put in order: tasks, arms, seeds.
 *
 * @module
 */

import {
  ALL_ARMS,
  ALL_TASKS,
  type Arm,
  ARMS,
  GRID_TASKS,
  type GridTask,
} from "../_grid/arms.ts";
import type { Results } from "../_grid/results.ts";
import { type Evaluation, samePlace, type Timing } from "../_grid/rows.ts";

/** One run. */
export interface SeedData {
  readonly seed: number;
  /** Evaluations during training, in order of step. */
  readonly evaluations: readonly Evaluation[];
  /** The last evaluation, on fresh episodes; absent where the run is not recorded whole. */
  readonly final: Evaluation | undefined;
  /** Wall-clock at the evaluations; empty where it was not recorded. */
  readonly timings: readonly Timing[];
}

/** The runs of an arm on a task. */
export interface ArmData {
  readonly arm: Arm;
  readonly seeds: readonly SeedData[];
}

/** What is known of a task. */
export interface TaskData {
  readonly task: GridTask;
  /** Arms that have rows, in the order of the grid. */
  readonly arms: readonly ArmData[];
  /** Arms that take part but have no finished run. */
  readonly missing: readonly Arm[];
  /** Versions of the code that the rows come from. */
  readonly code: readonly string[];
}

/** Tasks and arms that rows are looked for of. */
export interface Grid {
  readonly tasks: readonly GridTask[];
  readonly arms: readonly Arm[];
}

/** All that there are. */
export const EVERYTHING: Grid = { tasks: ALL_TASKS, arms: ALL_ARMS };

/** The rows by task, of the paper's tasks and arms unless told; a task without rows has no arms. */
export function groupResults(
  results: Results,
  grid: Grid = { tasks: GRID_TASKS, arms: ARMS },
): readonly TaskData[] {
  return grid.tasks.map((task) => {
    const rows = results.evaluations.filter((row) => row.task === task.id);
    const arms = grid.arms.flatMap((arm) => {
      const seeds = seedsOf(rows.filter((row) => row.arm === arm.id), results);
      return seeds.length === 0 ? [] : [{ arm, seeds }];
    });
    const missing = grid.arms.filter((arm) =>
      (arm.tasks?.includes(task.id) ?? true) &&
      !arms.some((data) => data.arm === arm && finished(data).length > 0)
    );
    return { task, arms, missing, code: [...new Set(rows.map((r) => r.code))] };
  });
}

/** The runs of an arm that are done. */
export function finished({ seeds }: ArmData): readonly SeedData[] {
  return seeds.filter(({ final }) => final !== undefined);
}

/** The runs of an arm that are not. */
export function unfinished({ seeds }: ArmData): readonly SeedData[] {
  return seeds.filter(({ final }) => final === undefined);
}

/** What a task is judged by: its return where it is dense, else its success. */
export function measure(
  { dense }: Pick<GridTask, "dense">,
  row: Evaluation,
): number | undefined {
  return dense === true ? row.return ?? undefined : row.success;
}

/** {@link measure} of the controller alone, on the same episodes. */
export function baseMeasure(
  { dense }: Pick<GridTask, "dense">,
  row: Evaluation,
): number | undefined {
  return dense === true ? row.baseReturn ?? undefined : row.baseSuccess;
}

function seedsOf(
  rows: readonly Evaluation[],
  { timings, recorded }: Results,
): readonly SeedData[] {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  return seeds.sort((a, b) => a - b).map((seed) => {
    const own = rows.filter((row) => row.seed === seed);
    return {
      seed,
      evaluations: own.filter(({ kind }) => kind === "evaluation")
        .toSorted((a, b) => a.step - b.step),
      final: isWhole(own, recorded)
        ? own.find(({ kind }) => kind === "final")
        : undefined,
      timings: timings.filter((row) => samePlace(row, own[0])),
    };
  });
}

/** The entry of a run makes it count, and says how many rows it has. */
function isWhole(
  own: readonly Evaluation[],
  recorded: Results["recorded"],
): boolean {
  const entries = recorded.filter((entry) => samePlace(entry, own[0]));
  return entries.length === 1 && entries[0].rows === own.length;
}
