/**
 * How long each arm may learn and how closely it is watched, as data.
 *
 * | budget | steps | seeds | for |
 * |---|---|---|---|
 * | `smoke` | hundreds | 1 | does the machinery work |
 * | `short` | 20,000 to 100,000 | 3 | the table of the README |
 * | `long` | 300,000 | 5 | hooks, and baselines that need more |
 * | `paper` | 4.5 to 6 million | 5 | the paper's own protocol (its appendix) |
 * | `solve` | 10,000 to 150,000 | 3 or 10 | how soon each task is solved (`solve.ts`) |
 * | `ablation` | 10,000 | 3 or 5 | what each piece of the default is worth (`ablation.ts`) |
 *
 * @module
 */

import {
  type Arm,
  ARMS,
  GRID_TASKS,
  type GridTask,
  isDear,
  named,
} from "./arms.ts";
import { ABLATION } from "./ablation.ts";
import type { Budget, Schedule } from "./budget.ts";
import { SOLVE } from "./solve.ts";

const PAPER_TASKS = GRID_TASKS.map(({ id }) => id);
const PAPER_ARMS = ARMS.filter(({ by }) => by === undefined)
  .map(({ id }) => id);

/** Fresh episodes of a controller alone: as many as its decisions allow. */
const ALONE = 1000;
const ALONE_DEAR = 200;

/** Transitions that the paper's replay holds. */
const CAPACITY = 1_000_000;

/** All budgets. */
export const BUDGETS: readonly Budget[] = [
  {
    id: "smoke",
    description: "does the machinery work: hundreds of steps, one seed",
    firstSeed: 1,
    seeds: ofPaper(1),
    tasks: PAPER_TASKS,
    arms: ["default", "paper", "controller"],
    schedule: smoke,
  },
  {
    id: "short",
    description: "20,000 to 100,000 steps, three seeds",
    firstSeed: 1,
    seeds: ofPaper(3),
    tasks: PAPER_TASKS,
    arms: PAPER_ARMS,
    schedule: (arm, task) => watched(arm, task, shortSteps(arm, task)),
  },
  {
    id: "long",
    description: "300,000 steps, five seeds",
    firstSeed: 1,
    seeds: ofPaper(5),
    tasks: PAPER_TASKS,
    arms: PAPER_ARMS,
    schedule: (arm, task) =>
      watched(arm, task, arm.kind === "controller" ? 0 : 300_000),
  },
  {
    id: "paper",
    description: "the paper's protocol: 50 or 300 epochs, seeds 0 to 4",
    firstSeed: 0,
    seeds: ofPaper(5),
    tasks: PAPER_TASKS,
    arms: PAPER_ARMS,
    schedule: paper,
  },
  SOLVE,
  ABLATION,
];

/** The budget of that name, or a refusal with the nearest. */
export function budgetNamed(id: string): Budget {
  return named("budget", id, BUDGETS);
}

/** The same seeds, or as many as asked for, for each arm of the paper's grid on each of its tasks. */
function ofPaper(count: number): Budget["seeds"] {
  return (arm, task, asked = count) =>
    ARMS.includes(arm) && GRID_TASKS.includes(task) ? asked : 0;
}

function shortSteps(arm: Arm, task: GridTask): number {
  if (arm.kind === "controller") return 0;
  if (isDear(arm, task)) return 20_000;
  const solvedEarly = ["slippery-push", "pick-and-place"].includes(task.id) ||
    arm.base === "filtered";
  return arm.preset === "default" && solvedEarly ? 30_000 : 100_000;
}

/** An evaluation at every 5000 steps, 2500 where a run is short; as many episodes as the controller allows. */
function watched(arm: Arm, task: GridTask, steps: number): Schedule {
  const dear = isDear(arm, task);
  const [episodes, finalEpisodes] = dear ? [50, 100] : [100, 400];
  const alone = arm.kind === "controller";
  return {
    steps,
    every: steps > 50_000 ? 5000 : 2500,
    episodes: alone ? 1 : episodes,
    finalEpisodes: alone ? aloneEpisodes(arm, task) : finalEpisodes,
    checkpoint: Math.max(1000, steps / 20),
    // Two episodes of a tree search take five seconds.
    settings: dear && !alone ? ["evaluation.gatePairs=100"] : [],
  };
}

function aloneEpisodes(arm: Arm, task: GridTask): number {
  return isDear(arm, task) ? ALONE_DEAR : ALONE;
}

/** Rounds after a warm-up of one: every stage of a run, at its smallest. */
function smoke(arm: Arm, task: GridTask): Schedule {
  const alone = arm.kind === "controller";
  const dear = isDear(arm, task);
  const round = 2 * task.horizon;
  const few = dear ? 1 : 4;
  return {
    steps: alone ? 0 : dear ? 2 * round : 3 * round,
    every: round,
    episodes: few,
    finalEpisodes: dear ? few : 5 * few,
    checkpoint: round,
    settings: alone ? [] : [
      `recipe.warmup=${round}`,
      "recipe.burnIn=20",
      "recipe.updatesPerStep=0.4",
      "recipe.roundEpisodes=2",
      "recipe.hidden=[32,32]",
      "recipe.batch=64",
      "evaluation.gatePairs=2",
    ],
  };
}

/** Epochs and their lengths in environment steps, after the released configurations and run script. */
function paper(arm: Arm, task: GridTask): Schedule {
  const hook = task.id.endsWith("-hook");
  const [epochs, epoch] = hook
    ? [300, 20_000]
    : task.id === "pusher"
    ? [300, 15_000]
    : [50, 95_000];
  const steps = arm.kind === "controller" ? 0 : epochs * epoch;
  return {
    ...watched(arm, task, steps),
    every: epoch,
    checkpoint: epoch,
    settings: [
      `recipe.capacityEpisodes=${Math.floor(CAPACITY / task.horizon)}`,
    ],
  };
}
