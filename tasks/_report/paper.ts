/**
 * Numbers of the paper (Silver et al. 2018, text and appendix), and the levels
 * that stand for them here. Lengths are in the environment steps of its released
 * configuration; half of its results it tells as figures only, so levels are
 * those of its text.
 *
 * @module
 */

/** Lengths of the paper's runs by task, environment steps. */
export const LENGTHS: Readonly<Record<string, number>> = {
  "push": 50 * 95_000,
  "slippery-push": 50 * 95_000,
  "pick-and-place": 50 * 95_000,
  "noisy-hook": 300 * 20_000,
  "complex-hook": 300 * 20_000,
  "pusher": 300 * 15_000,
};

/** The six tasks. */
export const TASKS = Object.keys(LENGTHS);

/** Tasks that learning from scratch solves, too. */
export const SOLVABLE = ["push", "slippery-push", "pick-and-place"];

/** Tasks that it does not. */
export const HOOKS = ["noisy-hook", "complex-hook"];

/** Where the paper's residual ends; the pusher is compared with PETS instead. */
export const ENDS: Readonly<
  Record<string, readonly [level: number, said: string]>
> = {
  "push": [0.97, "1.0"],
  "slippery-push": [0.97, "1.0"],
  "pick-and-place": [0.97, "1.0"],
  "noisy-hook": [0.78, "about 0.8"],
  "complex-hook": [0.75, "just below 0.8"],
};

/** Where a controller alone should be. */
export interface ControllerLevel {
  readonly task: string;
  readonly arm: string;
  /** Bounds of its success on this engine, both included. */
  readonly low: number;
  readonly high: number;
  /** What the paper says. */
  readonly said: string;
}

/** Controllers alone. */
export const CONTROLLERS: readonly ControllerLevel[] = [
  {
    task: "push",
    arm: "controller",
    low: 0.42,
    high: 0.57,
    said: "tree search succeeds in about 0.5",
  },
  {
    task: "push",
    arm: "controller-reactive",
    low: 0.98,
    high: 1,
    said: "the reactive controller is nearly perfect",
  },
  {
    task: "slippery-push",
    arm: "controller",
    low: 0.33,
    high: 0.42,
    said:
      "the reactive controller succeeds in about 0.45 (0.37 on this engine)",
  },
  {
    task: "pick-and-place",
    arm: "controller",
    low: 0.36,
    high: 0.47,
    said:
      "the miscalibrated controller succeeds in about half (0.41 with ours)",
  },
  {
    task: "noisy-hook",
    arm: "controller",
    low: 0.1,
    high: 0.18,
    said: "noise leaves the controller about 0.15",
  },
  {
    task: "complex-hook",
    arm: "controller",
    low: 0.45,
    high: 0.65,
    said: "obstacles and objects leave the controller 0.55",
  },
  {
    task: "noisy-hook",
    arm: "controller-noiseless",
    low: 0.99,
    high: 1,
    said: "the controller is nearly perfect without noise",
  },
  {
    task: "complex-hook",
    arm: "controller-bumps",
    low: 0.7,
    high: 0.9,
    said: "bumps alone cost about 20 points (here: 10 to 30)",
  },
  {
    task: "complex-hook",
    arm: "controller-objects",
    low: 0.7,
    high: 0.9,
    said: "objects alone cost about 20 points (here: 10 to 30)",
  },
];
