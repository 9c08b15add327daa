/**
 * What is said of an arm on a task: its learning curve, where it ends, when it
 * got good for good, and how much its controller simulated.
 *
 * @module
 */

import { derive, key } from "../../lib/rng/key.ts";
import { improvementInterval, iqm } from "../../lib/rollout/aggregate.ts";
import { stratifiedBootstrap } from "../../lib/rollout/bootstrap.ts";
import {
  difference,
  type Interval,
  wilson,
  Z95,
} from "../../lib/rollout/statistics.ts";
import {
  type MedianTime,
  medianTime,
  type Watched,
} from "../../lib/rollout/survival.ts";
import type { Arm, GridTask } from "../_grid/arms.ts";
import type { Evaluation } from "../_grid/rows.ts";
import {
  type ArmData,
  baseMeasure,
  finished,
  measure,
  type SeedData,
  type TaskData,
} from "./data.ts";

/** The seeds of an arm together at one evaluation. */
export interface CurvePoint extends Interval {
  readonly step: number;
  /** Hours of playing and learning until then, mean over seeds; `undefined` where not recorded. */
  readonly hours: number | undefined;
}

/** An arm on a task, as tables and claims need it. */
export interface ArmSummary {
  readonly task: GridTask;
  readonly arm: Arm;
  /** Runs that are done. */
  readonly seeds: number;
  /** Steps of training. */
  readonly steps: number;
  /** Interquartile mean over seeds with its bootstrap band, evaluation by evaluation. */
  readonly curve: readonly CurvePoint[];
  /** What each seed has learnt, on fresh episodes. */
  readonly finals: readonly number[];
  /** Their interquartile mean, with the wider of two intervals; see {@link endInterval}. */
  readonly final: Interval | undefined;
  /** Seeds whose policy passed the gate. */
  readonly served: number;
  /** The controller alone on the same episodes. */
  readonly base: Interval | undefined;
  /** When each seed first held 90 % for three evaluations; empty for a return. */
  readonly held: readonly Watched[];
  /** Median of those times and its interval, or their range; absent where there are none. */
  readonly sustained: MedianTime | undefined;
  /** How far the worst evaluation lies below the first, each seed, with the interval of that difference. */
  readonly dips: readonly Interval[];
  /** Steps that its controller simulated in training, mean over seeds. */
  readonly modelSteps: number;
}

/** The level that counts as solved, and evaluations in a row that it must hold. */
export const SOLVED = 0.9;
export const IN_A_ROW = 3;

/** One key for all intervals: a page is the same each time. */
const root = key(0);

/** Everything that is said of an arm. */
export function summarise(task: GridTask, data: ArmData): ArmSummary {
  const done = finished(data);
  const last = done.flatMap(({ final }) => final ?? []);
  const finals = last.flatMap((row) => measure(task, row) ?? []);
  const held = task.dense === true ? [] : done.map((seed) => firstHeld(seed));
  const name = `${task.id} ${data.arm.id}`;
  return {
    task,
    arm: data.arm,
    seeds: done.length,
    steps: Math.max(0, ...done.map(({ final }) => final?.step ?? 0)),
    curve: curveOf(task, data, name),
    finals,
    final: endInterval(last, task, measure, `final ${name}`),
    served: done.filter(({ final }) => final?.served === "policy").length,
    base: endInterval(last, task, baseMeasure, `base ${name}`),
    held,
    sustained: held.length === 0 ? undefined : medianTime(held),
    dips: done.flatMap((seed) => dipOf(task, seed)),
    modelSteps: mean(done.map(({ final }) => final?.modelSteps ?? 0)),
  };
}

/** Every arm of a task that has rows. */
export function summariseTask(data: TaskData): readonly ArmSummary[] {
  return data.arms.map((arm) => summarise(data.task, arm));
}

/**
 * The interquartile mean over seeds of what `read` finds in their last rows.
 * Its interval is the wider, at either end, of two: the bootstrap over seeds,
 * which knows how seeds differ, and that of one seed's episodes (Wilson's for
 * a rate, the normal one for a return), as all seeds are judged on the same
 * ones. A single return of unknown error has no bounds.
 */
export function endInterval(
  last: readonly Evaluation[],
  task: GridTask,
  read: typeof measure,
  label: string,
): Interval | undefined {
  const found = last.flatMap((row) => read(task, row) ?? []);
  if (found.length === 0) return undefined;
  const seeds = bootstrapped(found, label);
  const one = task.dense === true
    ? returnInterval(last, seeds.mean, read === baseMeasure)
    : rateInterval(last, seeds.mean);
  return {
    mean: seeds.mean,
    low: Math.min(seeds.low, one.low),
    high: Math.max(seeds.high, one.high),
  };
}

function rateInterval(last: readonly Evaluation[], mean: number): Interval {
  const episodes = Math.min(...last.map((row) => row.episodes));
  return wilson(Math.round(mean * episodes), episodes);
}

function returnInterval(
  last: readonly Evaluation[],
  mean: number,
  base: boolean,
): Interval {
  const errors = last.flatMap((row) =>
    (base ? row.baseReturnError : row.returnError) ?? []
  );
  const none = errors.length === 0;
  const half = none ? last.length > 1 ? 0 : Infinity : Z95 * iqm(errors);
  return { mean, low: mean - half, high: mean + half };
}

/** How probable it is that a run of the first arm ends better than one of the second. */
export function improvement(
  first: ArmSummary,
  second: ArmSummary,
): Interval | undefined {
  if (first.finals.length === 0 || second.finals.length === 0) return undefined;
  return improvementInterval(first.finals, second.finals);
}

/** The interquartile mean with its bootstrap interval over seeds. */
export function bootstrapped(
  values: readonly number[],
  label: string,
): Interval {
  return stratifiedBootstrap([values], ([seeds]) => iqm(seeds), {
    key: derive(root, label),
  });
}

/**
 * The first of three evaluations in a row at the level, 90 % unless given, or
 * more. Where there is none, the last evaluation below: what came after it may
 * be the start of three.
 */
export function firstHeld(
  { evaluations }: SeedData,
  level = SOLVED,
): Watched {
  const good = evaluations.map(({ success }) => success >= level);
  const at = evaluations.findIndex((_, i) =>
    i + IN_A_ROW <= good.length &&
    good.slice(i, i + IN_A_ROW).every((held) => held)
  );
  if (at < 0) {
    const below = evaluations[good.lastIndexOf(false)];
    return { time: below?.step ?? 0, event: false };
  }
  const after = at === 0 ? 0 : evaluations[at - 1].step;
  return { time: evaluations[at].step, event: true, after };
}

/** Points at the steps that every seed has reached. */
function curveOf(
  task: GridTask,
  data: ArmData,
  name: string,
): readonly CurvePoint[] {
  const done = finished(data);
  const seeds = done.length > 0 ? done : data.seeds;
  const steps = seeds[0].evaluations.map(({ step }) => step);
  return steps.flatMap((step) => {
    const found = seeds.flatMap(({ evaluations }) => {
      const row = evaluations.find((other) => other.step === step);
      return row === undefined ? [] : measure(task, row) ?? [];
    });
    if (found.length < seeds.length) return [];
    const interval = bootstrapped(found, `curve ${name} ${step}`);
    return [{ step, hours: hoursAt(seeds, step), ...interval }];
  });
}

function hoursAt(
  seeds: readonly SeedData[],
  step: number,
): number | undefined {
  const found = seeds.flatMap(({ timings }) => {
    const row = timings.find((other) =>
      other.kind === "evaluation" && other.step === step
    );
    return row === undefined ? [] : row.training / 3600;
  });
  return found.length < seeds.length ? undefined : mean(found);
}

function dipOf(
  task: GridTask,
  { evaluations }: SeedData,
): readonly Interval[] {
  const found = evaluations.flatMap((row) => judged(task, row) ?? []);
  if (found.length < 2) return [];
  const worst = found.reduce((a, b) => b.mean < a.mean ? b : a);
  return [difference(found[0], worst)];
}

/** What one evaluation says, with the interval of its episodes. */
function judged(task: GridTask, row: Evaluation): Interval | undefined {
  const mean = measure(task, row);
  if (mean === undefined) return undefined;
  return task.dense === true
    ? returnInterval([row], mean, false)
    : rateInterval([row], mean);
}

function mean(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length === 0 ? 0 : sum / values.length;
}
