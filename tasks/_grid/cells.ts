/**
 * The grid, task by arm by seed: which cells there are and what each types
 * after `deno task train`.
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import {
  ALL_ARMS,
  ALL_TASKS,
  type Arm,
  armNamed,
  baseOf,
  type GridTask,
  gridTask,
  takesPart,
} from "./arms.ts";
import type { Budget, Schedule } from "./budget.ts";

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
 * @throws {Refusal} Of a `ConfigError` if a name is unknown or not of this
 * budget, or nothing is left.
 */
export function gridCells(
  budget: Budget,
  { tasks, arms, seeds }: Selection,
): readonly Cell[] {
  const chosenTasks = unique(tasks ?? budget.tasks).map(gridTask);
  const chosenArms = unique(arms ?? budget.arms).map(armNamed);
  refuseStrangers(budget, chosenTasks, chosenArms);
  const cells = chosenTasks.flatMap((task) =>
    chosenArms.filter((arm) => takesPart(arm, task)).flatMap((arm) =>
      seedsOf(budget, arm, task, seeds).map((seed) =>
        cellOf(budget, task, arm, seed)
      )
    )
  );
  if (cells.length === 0) refuseNothing(budget, chosenTasks, chosenArms);
  return cells.toSorted((a, b) => a.seed - b.seed);
}

/** A controller alone is judged on the same fresh episodes whatever the seed: once is enough. */
function seedsOf(
  budget: Budget,
  arm: Arm,
  task: GridTask,
  asked: number | undefined,
): readonly number[] {
  const seeds = budget.seeds(arm, task, asked);
  const count = arm.kind === "controller" ? Math.min(1, seeds) : seeds;
  return Array.from({ length: count }, (_, i) => budget.firstSeed + i);
}

/** Refuses tasks and arms that the budget has nowhere, and arms that are no training runs. */
function refuseStrangers(
  budget: Budget,
  tasks: readonly GridTask[],
  arms: readonly Arm[],
): void {
  const refuseOne = (kind: string, id: string, has: readonly string[]) =>
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot run ${kind} '${id}' as budget '${budget.id}' does not have it. Allowed: ${
          has.join(", ")
        }. Other budgets are told of by deno task reproduce --help`,
    });
  const other = arms.find(({ by }) => by !== undefined);
  if (other !== undefined) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot run arm '${other.id}' in the grid as it is no training run: record it with '${other.by}'`,
    });
  }
  const has = (arm: Arm, task: GridTask) => budget.seeds(arm, task) > 0;
  const itsTasks = ALL_TASKS.filter((t) => ALL_ARMS.some((a) => has(a, t)));
  const itsArms = ALL_ARMS.filter((a) =>
    a.by === undefined && ALL_TASKS.some((t) => has(a, t))
  );
  const task = tasks.find((task) => !itsTasks.includes(task));
  if (task !== undefined) refuseOne("task", task.id, itsTasks.map(idOf));
  const arm = arms.find((arm) => !itsArms.includes(arm));
  if (arm !== undefined) refuseOne("arm", arm.id, itsArms.map(idOf));
}

function refuseNothing(
  budget: Budget,
  tasks: readonly GridTask[],
  arms: readonly Arm[],
): never {
  const where = tasks.map(idOf).join(", ");
  const limited = arms.find((arm) => arm.tasks !== undefined);
  const message = limited === undefined
    ? `Cannot run ${arms.map(idOf).join(", ")} on ${where}: budget ` +
      `'${budget.id}' has no such cell. See those it has with: deno task ` +
      `reproduce --budget ${budget.id} --list`
    : `Cannot run arm '${limited.id}' on ${where}: it takes part in ${
      limited.tasks?.join(", ")
    } only`;
  return refuse({ _tag: "ConfigError", message });
}

function idOf({ id }: { readonly id: string }): string {
  return id;
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
