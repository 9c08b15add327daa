/**
 * The budget `ablation`: the default learner beside itself with one factor
 * changed, on the same episodes.
 *
 * @module
 */

import type { Arm, GridTask } from "./arms.ts";
import type { Budget, Schedule } from "./budget.ts";
import { CHANGES } from "./changes.ts";

/** Seeds by task: those that are learnt with the default and no changes of their own. */
const SEEDS: Readonly<Record<string, number>> = {
  "slippery-push": 5,
  "pick-and-place": 3,
};

/** What the changed arms are compared with. */
export const UNCHANGED = "default";

/** Steps of training, at which areas and ends are compared. */
export const ABLATION_STEPS = 10_000;

const ABLATION_ARMS: readonly string[] = [
  UNCHANGED,
  ...CHANGES.map(({ id }) => id),
];

/** One change at a time, paired by seed. */
export const ABLATION: Budget = {
  id: "ablation",
  description:
    "10,000 steps, the default with one factor changed, five seeds on slippery-push and three elsewhere",
  firstSeed: 1,
  tasks: ["slippery-push", "pick-and-place"],
  arms: ABLATION_ARMS,
  seeds: seedsOf,
  schedule,
};

function seedsOf(arm: Arm, task: GridTask, asked = Infinity): number {
  if (!ABLATION_ARMS.includes(arm.id)) return 0;
  return Math.min(asked, SEEDS[task.id] ?? 0);
}

function schedule(): Schedule {
  return {
    steps: ABLATION_STEPS,
    every: 1000,
    episodes: 100,
    finalEpisodes: 400,
    checkpoint: 1000,
    // What is learnt is judged, whether or not it would be served.
    settings: ["evaluation.gatePairs=0"],
  };
}
