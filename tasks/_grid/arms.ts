/**
 * What is compared on what, as data: the six tasks of the paper with the
 * controller that each is learnt over, and the arms of the comparison
 * (Silver et al. 2018, section 5; the numbers are in `_report/claims.ts`).
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import { unknownName } from "../_cli.ts";
import { CHANGED_ARMS } from "./changes.ts";

/** A task of the grid. */
export interface GridTask {
  readonly id: string;
  /** The controller of all arms that name none of their own. */
  readonly base: string;
  /**
   * A controller that costs nothing, for arms that learn from scratch: they
   * never ask it, but a tree search beside the environment would run all the same.
   */
  readonly idle: string;
  /** The controller simulates, so that an episode with it takes seconds. */
  readonly dear?: boolean;
  /** Judged by its return and not by its success. */
  readonly dense?: boolean;
  /** Control steps in an episode. */
  readonly horizon: number;
  /**
   * Settings of all arms, `path=value`: presets that repeat the released code
   * would bring its defects of the scene with them, and arms could not be
   * compared.
   */
  readonly settings?: readonly string[];
}

/** Who takes part. */
export interface Arm {
  readonly id: string;
  /** As figures name it. */
  readonly label: string;
  readonly description: string;
  /** `--preset` of the training. */
  readonly preset: string;
  /** What the arm does with a controller: learns over it, explores with it, plays it alone, or has none. */
  readonly kind: "residual" | "explore" | "controller" | "scratch";
  /** The tasks it takes part in; all unless given. */
  readonly tasks?: readonly string[];
  /** A controller of its own in place of the task's. */
  readonly base?: string;
  /** Further settings, `path=value`. */
  readonly settings?: readonly string[];
  /** The command that records it, where it is no training run. */
  readonly by?: string;
}

/** The tasks in the order of the paper. */
export const GRID_TASKS: readonly GridTask[] = [
  {
    id: "push",
    base: "tree-mpc",
    idle: "reactive",
    dear: true,
    horizon: 50,
  },
  { id: "slippery-push", base: "reactive", idle: "reactive", horizon: 50 },
  {
    id: "pick-and-place",
    base: "miscalibrated",
    idle: "miscalibrated",
    horizon: 50,
  },
  {
    id: "noisy-hook",
    base: "raw",
    idle: "raw",
    horizon: 100,
    settings: ["env.overwrite=0"],
  },
  {
    id: "complex-hook",
    base: "reactive",
    idle: "reactive",
    horizon: 100,
    settings: ["env.bodyOffset=0"],
  },
  { id: "pusher", base: "cached", idle: "cached", dense: true, horizon: 150 },
];

/** Those, and what the paper does not have. */
export const ALL_TASKS: readonly GridTask[] = [
  ...GRID_TASKS,
  {
    id: "slide",
    base: "aim-and-strike",
    idle: "aim-and-strike",
    horizon: 50,
  },
];

/** The arms of the paper's tasks, in the order in which rows and figures show them. */
export const ARMS: readonly Arm[] = [
  {
    id: "default",
    label: "residual, our learner",
    description: "residual over the controller with the default recipe",
    preset: "default",
    kind: "residual",
  },
  {
    id: "paper",
    label: "residual, the paper's learner",
    description: "residual over the controller as the paper's code learns it",
    preset: "paper",
    kind: "residual",
  },
  {
    id: "td3",
    label: "from scratch, our learner",
    description: "TD3 with hindsight and no controller",
    preset: "td3",
    kind: "scratch",
  },
  {
    id: "ddpg",
    label: "from scratch, the paper's learner",
    description: "DDPG with hindsight and no controller, as in the paper",
    preset: "ddpg",
    kind: "scratch",
  },
  {
    id: "expert-explore",
    label: "expert explore",
    description:
      "from scratch, exploring with the controller (paper, baseline)",
    preset: "expert-explore",
    kind: "explore",
  },
  {
    id: "controller",
    label: "controller alone",
    description: "the controller that the others learn over",
    preset: "default",
    kind: "controller",
  },
  {
    id: "default-filtered",
    label: "residual over the filtered controller, our learner",
    description: "default over a controller that filters what it observes",
    preset: "default",
    kind: "residual",
    tasks: ["noisy-hook"],
    base: "filtered",
  },
  {
    id: "controller-filtered",
    label: "filtered controller alone",
    description: "the controller with the observation filter",
    preset: "default",
    kind: "controller",
    tasks: ["noisy-hook"],
    base: "filtered",
  },
  {
    id: "paper-concat",
    label: "residual, the paper's learner, frames concatenated",
    description: "paper, but its networks read two frames as one long vector",
    preset: "paper",
    kind: "residual",
    tasks: ["noisy-hook"],
    settings: ["recipe.frames=concat"],
  },
  {
    id: "controller-noiseless",
    label: "controller alone, without noise",
    description: "the hook controller where it sees what is",
    preset: "default",
    kind: "controller",
    tasks: ["noisy-hook"],
    settings: ["env.noise=0"],
  },
  {
    id: "controller-bumps",
    label: "controller alone, bumps but a plain cube",
    description: "the hook controller with one perturbation of two",
    preset: "default",
    kind: "controller",
    tasks: ["complex-hook"],
    settings: ["env.objects=0"],
  },
  {
    id: "controller-objects",
    label: "controller alone, objects but no bumps",
    description: "the hook controller with the other perturbation",
    preset: "default",
    kind: "controller",
    tasks: ["complex-hook"],
    settings: ["env.bumps=0"],
  },
  {
    id: "controller-reactive",
    label: "reactive controller alone",
    description: "reactivePush on the task it was written for",
    preset: "default",
    kind: "controller",
    tasks: ["push"],
    base: "reactive",
  },
  {
    id: "default-own-goals",
    label: "residual, our learner, without hindsight",
    description:
      "default over the tree search, which hindsight does not ask again: what the stored actions cost",
    preset: "default",
    kind: "residual",
    tasks: ["push"],
    settings: ["recipe.hindsight=0"],
  },
  {
    id: "pets",
    label: "PETS alone",
    description: "planning in a learnt ensemble, no residual",
    preset: "default",
    kind: "controller",
    tasks: ["pusher"],
    base: "pets",
    by: "deno task pets --episodes 50 --record DIR",
  },
];

/** Those, and the arms that only the budgets `solve` and `ablation` have. */
export const ALL_ARMS: readonly Arm[] = [
  ...ARMS,
  {
    id: "default-tight",
    label: "residual over the tight controller, our learner",
    description: "default over the paper's oscillating controller",
    preset: "default",
    kind: "residual",
    tasks: ["pick-and-place"],
    base: "tight",
  },
  ...CHANGED_ARMS,
];

/** The task of that id, or a refusal with the nearest. */
export function gridTask(id: string): GridTask {
  return named("task", id, ALL_TASKS);
}

/** The arm of that id, or a refusal with the nearest. */
export function armNamed(id: string): Arm {
  return named("arm", id, ALL_ARMS);
}

/** Whether the arm takes part in the task. */
export function takesPart(arm: Arm, task: GridTask): boolean {
  return arm.tasks === undefined || arm.tasks.includes(task.id);
}

/** Name of the controller that the arm has on the task; `none` where it has none. */
export function baseOf(arm: Arm, task: GridTask): string {
  return arm.kind === "scratch" ? "none" : arm.base ?? task.base;
}

/** Whether the controller of the arm simulates on the task. */
export function isDear(arm: Arm, task: GridTask): boolean {
  const base = baseOf(arm, task);
  return task.dear === true && base === task.base;
}

/** The entry of that id, or a refusal with the nearest. */
export function named<A extends { readonly id: string }>(
  kind: string,
  id: string,
  entries: readonly A[],
): A {
  const ids = entries.map((entry) => entry.id);
  return entries.find((entry) => entry.id === id) ??
    refuse(unknownName(kind, id, ids));
}
