/**
 * How soon each task is solved: when each seed came to hold a level, how deep
 * learning fell below the controller, and what was asked for.
 *
 * @module
 */

import { type MedianTime, medianTime } from "../../lib/rollout/survival.ts";
import { mean } from "../../lib/train/judging.ts";
import { type Arm, armNamed, type GridTask, gridTask } from "../_grid/arms.ts";
import type { Results } from "../_grid/results.ts";
import { SOLVE, SOLVE_ROWS, type SolveRow } from "../_grid/solve.ts";
import {
  type Bar,
  barsOf,
  type BarVerdict,
  decideBar,
  deepest,
} from "./bars.ts";
import {
  type ArmData,
  EVERYTHING,
  finished,
  groupResults,
  type SeedData,
} from "./data.ts";
import {
  differenceOf,
  FEWEST_SEEDS,
  type PairedDifference,
  pairsOf,
} from "./paired.ts";
import { firstHeld } from "./summary.ts";

/** Steps until a level is held. */
export interface Held extends MedianTime {
  /** Of the last seed that came to hold it; `Infinity` where one never did. */
  readonly worst: number;
}

/** An arm on a task. */
export interface Solved {
  readonly row: SolveRow;
  readonly task: GridTask;
  readonly arm: Arm;
  /** Finished runs. */
  readonly runs: readonly SeedData[];
  /** Seeds that the budget has. */
  readonly asked: number;
  /** The controller alone on the episodes of training's evaluations, mean over seeds. */
  readonly base: number | undefined;
  /** The deepest of all seeds. */
  readonly deepest: { readonly gap: number; readonly step: number } | undefined;
  /** Steps that the controller simulated in training, mean over seeds. */
  readonly modelSteps: number;
  readonly bars: readonly {
    readonly bar: Bar;
    readonly verdict: BarVerdict;
  }[];
}

/** The lead over the paper's learner under the same seeds. */
export interface Lead {
  readonly task: GridTask;
  readonly arm: Arm;
  readonly difference: PairedDifference | undefined;
  readonly verdict: BarVerdict | "no room";
}

/** Where the lead is measured, and how large it is to be. */
export const LEAD_AT = 10_000;
export const LEAD = 0.4;

/** Every cell of the budget, recorded or not. */
export function solvedOf(results: Results): readonly Solved[] {
  const armData = lookup(results);
  return SOLVE_ROWS.map((row) => {
    const [task, arm] = [gridTask(row.task), armNamed(row.arm)];
    const data = armData(row.task, row.arm);
    const runs = data === undefined ? [] : finished(data);
    const asked = SOLVE.seeds(arm, task);
    const dips = runs.flatMap((run) => deepest(run) ?? []);
    // The bars are for our learner.
    const bars = arm.preset === "paper" ? [] : barsOf(task.id, arm.id);
    return {
      row,
      task,
      arm,
      runs,
      asked,
      base: runs.length === 0 ? undefined : mean(runs.map(baseOf)),
      deepest: dips.length === 0
        ? undefined
        : dips.reduce((a, b) => b.gap < a.gap ? b : a),
      modelSteps: runs.length === 0
        ? 0
        : mean(runs.map(({ final }) => final?.modelSteps ?? 0)),
      bars: bars.map((bar) => ({ bar, verdict: decideBar(bar, runs, asked) })),
    };
  });
}

/** When runs came to hold a level; `undefined` of no runs. */
export function heldOf(
  runs: readonly SeedData[],
  level: number,
): Held | undefined {
  if (runs.length === 0) return undefined;
  const times = runs.map((run) => firstHeld(run, level));
  const worst = Math.max(
    ...times.map(({ event, time }) => event ? time : Infinity),
  );
  return { ...medianTime(times), worst };
}

/** The paired leads of the default over the paper's learner, where both are of the budget. */
export function leadsOf(results: Results): readonly Lead[] {
  const armData = lookup(results);
  const tasks = SOLVE_ROWS.filter(({ arm }) => arm === "paper");
  return tasks.map(({ task }) => {
    const [ours, theirs] = [armData(task, "default"), armData(task, "paper")];
    const pairs = ours === undefined || theirs === undefined
      ? []
      : pairsOf(ours, theirs);
    const difference = differenceOf(pairs, successThere, `lead ${task}`);
    const base = mean(pairs.map(([run]) => baseOf(run)));
    return {
      task: gridTask(task),
      arm: armNamed("default"),
      difference,
      verdict: leadVerdict(difference, base),
    };
  });
}

/** The finished runs of an arm among other results. */
export function runsOf(
  results: Results,
  task: string,
  arm: string,
): readonly SeedData[] {
  const data = lookup(results)(task, arm);
  return data === undefined ? [] : finished(data);
}

function leadVerdict(
  difference: PairedDifference | undefined,
  base: number,
): Lead["verdict"] {
  if (difference === undefined || difference.seeds < FEWEST_SEEDS) {
    return "not yet";
  }
  if (1 - base < LEAD) return "no room";
  return difference.mean >= LEAD ? "met" : "missed";
}

function lookup(
  results: Results,
): (task: string, arm: string) => ArmData | undefined {
  const tasks = groupResults(results, EVERYTHING);
  return (task, arm) =>
    tasks.find((data) => data.task.id === task)?.arms
      .find((data) => data.arm.id === arm);
}

function successThere({ evaluations }: SeedData): number | undefined {
  return evaluations.find(({ step }) => step >= LEAD_AT)?.success;
}

function baseOf({ evaluations }: SeedData): number {
  return evaluations[0]?.baseSuccess ?? 0;
}
