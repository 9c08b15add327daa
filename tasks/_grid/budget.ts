/**
 * What a budget is: which cells it has, for how many seeds, and how long each
 * may learn.
 *
 * @module
 */

import type { Arm, GridTask } from "./arms.ts";

/** The lengths of one cell. */
export interface Schedule {
  /** Environment steps of training. */
  readonly steps: number;
  /** Environment steps between evaluations. */
  readonly every: number;
  /** Episodes of an evaluation. */
  readonly episodes: number;
  /** Fresh episodes of the last one. */
  readonly finalEpisodes: number;
  /** Environment steps between checkpoints. */
  readonly checkpoint: number;
  /** Further settings, `path=value`. */
  readonly settings?: readonly string[];
}

/** A budget. */
export interface Budget {
  readonly id: string;
  readonly description: string;
  readonly firstSeed: number;
  /** The tasks where none are named. */
  readonly tasks: readonly string[];
  /** The arms where none are named. */
  readonly arms: readonly string[];
  /**
   * Seeds of the arm on the task, 0 where the budget has no such cell; `asked`
   * is what a person asked for.
   */
  readonly seeds: (arm: Arm, task: GridTask, asked?: number) => number;
  /** Of a cell that the budget has. */
  readonly schedule: (arm: Arm, task: GridTask) => Schedule;
}
