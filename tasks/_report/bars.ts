/**
 * What this project asks of its learner, as data: a bar for each task, and how
 * it is decided from what is recorded.
 *
 * @module
 */

import type { Watched } from "../../lib/rollout/survival.ts";
import type { SeedData } from "./data.ts";
import { firstHeld } from "./summary.ts";
import { tellSteps } from "./tell.ts";

/** What is asked for of an arm on a task. */
export type Bar =
  & { readonly task: string; readonly arm: string }
  & (
    /** A level is held by then: three evaluations in a row, the first of which counts. */
    | {
      readonly kind: "held";
      readonly of: "median" | "worst";
      readonly level: number;
      readonly by: number;
    }
    /** No evaluation is below. */
    | { readonly kind: "floor"; readonly level: number }
    /** The evaluation there, of the median seed. */
    | { readonly kind: "at"; readonly level: number; readonly by: number }
    /** No evaluation lies further below the controller on the same episodes. */
    | { readonly kind: "dip"; readonly most: number }
  );

/** Whether a bar is met. */
export type BarVerdict = "met" | "missed" | "not yet";

/** Deepest that an evaluation may lie below the controller. */
const DIP = 0.05;

/** All bars but those of dips, which every arm has: see {@link barsOf}. */
const BARS: readonly Bar[] = [
  ...held("slippery-push", "default", 0.9, 5000, 7500),
  ...held("slippery-push", "default", 0.95, 7500, 12_500),
  ...held("pick-and-place", "default", 0.95, 7500, 10_000),
  ...held("pick-and-place", "default-tight", 0.9, 40_000),
  ...held("push", "default", 0.95, 20_000),
  ...worst("noisy-hook", "default", 0.7, 30_000),
  ...held("noisy-hook", "default", 0.8, 60_000),
  { task: "noisy-hook", arm: "default-filtered", kind: "floor", level: 0.85 },
  {
    task: "noisy-hook",
    arm: "default-filtered",
    kind: "at",
    level: 0.95,
    by: 20_000,
  },
  ...held("complex-hook", "default", 0.7, 20_000),
  ...held("complex-hook", "default", 0.8, 150_000),
  ...held("slide", "default", 0.8, 300_000),
];

/** The bars of an arm on a task. */
export function barsOf(task: string, arm: string): readonly Bar[] {
  const own = BARS.filter((bar) => bar.task === task && bar.arm === arm);
  return [...own, { task, arm, kind: "dip", most: DIP }];
}

/** The bar in words. */
export function tellBar(bar: Bar): string {
  switch (bar.kind) {
    case "held":
      return `${share(bar.level)} held by ${
        tellSteps(bar.by)
      } steps, ${bar.of} seed`;
    case "floor":
      return `no evaluation below ${share(bar.level)}`;
    case "at":
      return `${share(bar.level)} at ${tellSteps(bar.by)} steps, median seed`;
    case "dip":
      return `no evaluation more than ${share(bar.most)} below the controller`;
  }
}

/**
 * Whether finished runs meet the bar. Seeds that are not recorded yet, runs that
 * end before the bar, and last evaluations that may be the start of three leave
 * it open as long as they could tip it.
 *
 * @param asked Seeds that the budget has.
 */
export function decideBar(
  bar: Bar,
  runs: readonly SeedData[],
  asked: number,
): BarVerdict {
  const each = runs.map((run) => meets(bar, run));
  const met = each.filter((one) => one === true).length;
  const missed = each.filter((one) => one === false).length;
  const seeds = Math.max(asked, runs.length);
  if (bar.kind === "at" || bar.kind === "held" && bar.of === "median") {
    // Half of the seeds suffice, as for the median of survival times.
    if (2 * met >= seeds) return "met";
    return 2 * missed > seeds ? "missed" : "not yet";
  }
  if (missed > 0) return "missed";
  return met === seeds ? "met" : "not yet";
}

/** How far the deepest evaluation lies below the controller, on the same episodes, and where. */
export function deepest(
  { evaluations }: Pick<SeedData, "evaluations">,
): { readonly gap: number; readonly step: number } | undefined {
  const gaps = evaluations.map(({ step, success, baseSuccess }) => ({
    step,
    gap: success - baseSuccess,
  }));
  // Until the correction is released the policy is the controller, bit for bit.
  const released = gaps.findIndex(({ gap }) => gap !== 0);
  const after = gaps.slice(released < 0 ? gaps.length : released);
  if (after.length === 0) return undefined;
  return after.reduce((a, b) => b.gap < a.gap ? b : a);
}

/** `undefined` where the run does not tell. */
function meets(bar: Bar, run: SeedData): boolean | undefined {
  switch (bar.kind) {
    case "held":
      return heldBy(firstHeld(run, bar.level), bar.by);
    case "floor":
      return run.evaluations.every(({ success }) => success >= bar.level);
    case "at": {
      const there = run.evaluations.find(({ step }) => step >= bar.by);
      return there === undefined ? undefined : there.success >= bar.level;
    }
    case "dip":
      return (deepest(run)?.gap ?? 0) >= -bar.most - ROUNDING;
  }
}

/** A rate less another in steps of a hundredth is not exact. */
const ROUNDING = 1e-9;

function heldBy({ event, time }: Watched, by: number): boolean | undefined {
  if (event) return time <= by;
  return time >= by ? false : undefined;
}

function held(
  task: string,
  arm: string,
  level: number,
  median: number,
  last?: number,
): readonly Bar[] {
  const bar = { task, arm, kind: "held", level } as const;
  return [
    { ...bar, of: "median", by: median },
    ...last === undefined ? [] : worst(task, arm, level, last),
  ];
}

function worst(
  task: string,
  arm: string,
  level: number,
  by: number,
): readonly Bar[] {
  return [{ task, arm, kind: "held", of: "worst", level, by }];
}

function share(rate: number): string {
  return rate.toFixed(2);
}
