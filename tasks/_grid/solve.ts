/**
 * The budget `solve`: how soon each task is solved, as a table of cells that
 * are watched closely.
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import type { Arm, GridTask } from "./arms.ts";
import type { Budget, Schedule } from "./budget.ts";

/** An arm on a task. */
export interface SolveRow {
  readonly task: string;
  readonly arm: string;
  readonly seeds: number;
  /** Environment steps of training. */
  readonly steps: number;
  /** Environment steps between two evaluations. */
  readonly every: number;
  /** Fresh episodes of the end; 400 unless given. */
  readonly finalEpisodes?: number;
}

/** The cells, task by task. Some end before their bar: what they hold by then decides it, the rest leaves it open. */
export const SOLVE_ROWS: readonly SolveRow[] = [
  row("slippery-push", "default", 10, 12_500, 500),
  row("slippery-push", "paper", 3, 12_500, 500),
  row("pick-and-place", "default", 10, 10_000, 500),
  row("pick-and-place", "paper", 3, 10_000, 500),
  row("pick-and-place", "default-tight", 3, 40_000, 500),
  // Its controller searches: an episode takes seconds.
  { ...row("push", "default", 3, 20_000, 2500), finalEpisodes: 100 },
  row("noisy-hook", "default", 3, 60_000, 2500),
  row("noisy-hook", "default-filtered", 3, 20_000, 1000),
  row("complex-hook", "default", 3, 75_000, 2500),
  row("slide", "default", 3, 150_000, 5000),
];

/** How soon each task is solved. */
export const SOLVE: Budget = {
  id: "solve",
  description:
    "how soon each task is solved: 10,000 to 150,000 steps, judged every 500 where that is soon, ten seeds on slippery-push and pick-and-place",
  firstSeed: 1,
  tasks: [...new Set(SOLVE_ROWS.map(({ task }) => task))],
  arms: [...new Set(SOLVE_ROWS.map(({ arm }) => arm))],
  seeds: (arm, task, asked = Infinity) =>
    Math.min(asked, rowOf(arm, task)?.seeds ?? 0),
  schedule,
};

function row(
  task: string,
  arm: string,
  seeds: number,
  steps: number,
  every: number,
): SolveRow {
  return { task, arm, seeds, steps, every };
}

function rowOf(arm: Arm, task: GridTask): SolveRow | undefined {
  return SOLVE_ROWS.find((row) => row.task === task.id && row.arm === arm.id);
}

function schedule(arm: Arm, task: GridTask): Schedule {
  const { steps, every, finalEpisodes = 400 } = rowOf(arm, task) ??
    refuseCell(arm, task);
  return {
    steps,
    every,
    episodes: 100,
    finalEpisodes,
    checkpoint: Math.max(1000, steps / 20),
    // What is learnt is judged; looks of the gate would cost more than that.
    settings: ["evaluation.gatePairs=0"],
  };
}

function refuseCell(arm: Arm, task: GridTask): never {
  const cells = SOLVE_ROWS.map(({ task, arm }) => `${task}/${arm}`);
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot run '${task.id}/${arm.id}' as budget 'solve' has no such cell. Allowed: ${
        cells.join(", ")
      }`,
  });
}
