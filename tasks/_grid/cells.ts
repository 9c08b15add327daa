/**
 * The grid, task by arm by seed: which cells there are and what each types
 * after `deno task train`.
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import {
  type Arm,
  armNamed,
  baseOf,
  type GridTask,
  gridTask,
  takesPart,
} from "./arms.ts";
import type { Budget, Schedule } from "./budgets.ts";

/** One training run of the grid. */
export interface Cell {
  /** `task/arm-seedN`: its name, and its place in a folder. */
  readonly id: string;
  readonly task: GridTask;
  readonly arm: Arm;
  readonly seed: number;
  readonly schedule: Schedule;
  /** What follows `deno task train`; results depend on these words and the code alone. */
  readonly words: readonly string[];
}

/** What was asked for; all of the budget where nothing was. */
export interface Selection {
  readonly tasks?: readonly string[] | undefined;
  readonly arms?: readonly string[] | undefined;
  readonly seeds?: number | undefined;
}

/**
 * The cells in the order in which they run: seed by seed, so that an
 * interrupted grid has something of every arm.
 *
 * @throws {Refusal} Of a `ConfigError` if a name is unknown or nothing is left.
 */
export function gridCells(
  budget: Budget,
  { tasks, arms, seeds = budget.seeds }: Selection,
): readonly Cell[] {
  const chosenTasks = unique(tasks ?? budget.tasks).map(gridTask);
  const chosenArms = unique(arms ?? budget.arms).map(armNamed);
  const other = chosenArms.find(({ by }) => by !== undefined);
  if (other !== undefined) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot run arm '${other.id}' in the grid as it is no training run: record it with '${other.by}'`,
    });
  }
  const cells = chosenTasks.flatMap((task) =>
    chosenArms.filter((arm) => takesPart(arm, task)).flatMap((arm) =>
      seedsOf(arm, budget, seeds).map((seed) => cellOf(budget, task, arm, seed))
    )
  );
  if (cells.length === 0) {
    const [named] = chosenArms.filter((arm) => arm.tasks !== undefined);
    refuse({
      _tag: "ConfigError",
      message: `Cannot run arm '${named?.id}' on ${
        chosenTasks.map(({ id }) => id).join(", ")
      }: it takes part in ${named?.tasks?.join(", ")} only`,
    });
  }
  return cells.toSorted((a, b) => a.seed - b.seed);
}

/** A controller alone is judged on the same fresh episodes whatever the seed: once is enough. */
function seedsOf(arm: Arm, budget: Budget, seeds: number): readonly number[] {
  const count = arm.kind === "controller" ? Math.min(1, seeds) : seeds;
  return Array.from({ length: count }, (_, i) => budget.firstSeed + i);
}

/** The cell of these four. */
export function cellOf(
  budget: Budget,
  task: GridTask,
  arm: Arm,
  seed: number,
): Cell {
  const schedule = budget.schedule(arm, task);
  return {
    id: `${task.id}/${arm.id}-seed${seed}`,
    task,
    arm,
    seed,
    schedule,
    words: wordsOf(task, arm, seed, schedule),
  };
}

function wordsOf(
  task: GridTask,
  arm: Arm,
  seed: number,
  schedule: Schedule,
): readonly string[] {
  const scratch = arm.kind === "scratch";
  const base = scratch ? task.idle : baseOf(arm, task);
  const settings = [
    `evaluation.every=${schedule.every}`,
    `evaluation.episodes=${schedule.episodes}`,
    `evaluation.finalEpisodes=${schedule.finalEpisodes}`,
    `checkpointEvery=${schedule.checkpoint}`,
    ...schedule.settings ?? [],
    ...task.settings ?? [],
    ...arm.settings ?? [],
  ];
  return [
    task.id,
    ...["--preset", arm.preset],
    ...["--controller", base],
    ...["--seed", String(seed)],
    ...["--steps", String(schedule.steps)],
    ...settings.flatMap((setting) => ["--set", setting]),
  ];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
