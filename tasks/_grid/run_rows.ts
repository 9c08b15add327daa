/**
 * From the folder of a run to its rows: what a cell writes into the tables.
 *
 * @module
 */

import { join } from "node:path";
import { wilson } from "../../lib/rollout/statistics.ts";
import { checkpointFolder } from "../_checkpoint.ts";
import { configHash, type RunConfig } from "../_config.ts";
import { isThere, reading, unwrap, writing } from "../_files.ts";
import { readMetrics } from "../_run.ts";
import { parseRows, type Row } from "../_sinks/jsonl.ts";
import { baseOf } from "./arms.ts";
import type { Cell } from "./cells.ts";
import type { Evaluation, Place, Timing } from "./rows.ts";

/** How far the run in a folder has come. */
export type RunState = "none" | "begun" | "finished";

/** Whether there is a run to go on with, or one that is done. */
export function runState(dir: string): RunState {
  if (isThere(join(dir, "result.json"))) return "finished";
  return isThere(join(dir, "config.json")) ? "begun" : "none";
}

/** SHA-256 of the configuration of the run. */
function runConfigHash(dir: string): string {
  const path = join(dir, "config.json");
  return configHash(JSON.parse(readText(path)) as RunConfig);
}

/** The evaluations of a run so far; of a finished one, with the final one. */
export function evaluationsOf(
  cell: Cell,
  dir: string,
  code: string,
): readonly Evaluation[] {
  const { task, arm, seed, schedule } = cell;
  const common = {
    task: task.id,
    arm: arm.id,
    seed,
    base: baseOf(arm, task),
    config: runConfigHash(dir),
    code,
  };
  const found: Evaluation[] = [];
  let modelSteps = 0;
  for (const row of unwrap(readMetrics(dir))) {
    modelSteps = optional(row, "modelSteps") ?? modelSteps; // a running count
    const { step } = row;
    if (row.kind === "evaluation") {
      const judged = trainingEvaluation(row, schedule.episodes);
      found.push({ ...common, kind: row.kind, step, modelSteps, ...judged });
    } else if (row.kind === "final") {
      const judged = finalEvaluation(row);
      found.push({ ...common, kind: row.kind, step, modelSteps, ...judged });
    }
  }
  return found;
}

/** Wall-clock at the evaluations of a finished run. */
export function timingsOf(cell: Cell, dir: string): readonly Timing[] {
  const place: Place = {
    task: cell.task.id,
    arm: cell.arm.id,
    seed: cell.seed,
  };
  const found: Timing[] = [];
  let [training, judging, last] = [0, 0, 0];
  for (const row of parseRows(readText(join(dir, "timing.jsonl")))) {
    const seconds = optional(row, "seconds") ?? 0;
    last = row.step;
    if (row.kind === "play" || row.kind === "learn") training += seconds;
    if (row.kind === "evaluate" || row.kind === "gate") judging += seconds;
    if (row.kind !== "evaluate") continue;
    found.push(timing(place, "evaluation", last, training, judging));
  }
  return [...found, timing(place, "final", last, training, judging)];
}

/** Removes all checkpoints of a finished run but the last: replay makes them large. */
export function dropCheckpoints(dir: string): void {
  const folder = checkpointFolder(dir);
  if (!isThere(folder)) return;
  writing(`tidy '${folder}'`, () => {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".ckpt")).sort();
    for (const name of names.slice(0, -1)) Deno.removeSync(join(folder, name));
  });
}

function timing(
  place: Place,
  kind: Timing["kind"],
  step: number,
  training: number,
  judging: number,
): Timing {
  const short = (seconds: number) => Math.round(1000 * seconds) / 1000;
  return {
    ...place,
    kind,
    step,
    training: short(training),
    judging: short(judging),
  };
}

function trainingEvaluation(row: Row, episodes: number) {
  return {
    served: "policy" as const,
    episodes,
    success: required(row, "success"),
    low: required(row, "low"),
    high: required(row, "high"),
    return: optional(row, "return"),
    returnError: optional(row, "returnError"),
    baseSuccess: required(row, "base"),
    baseReturn: optional(row, "baseReturn"),
    baseReturnError: optional(row, "baseReturnError"),
  };
}

/** Of what was learnt, served or not; the interval in the row is that of the difference. */
function finalEvaluation(row: Row) {
  const episodes = required(row, "episodes");
  const success = required(row, "learnt");
  const { low, high } = wilson(Math.round(success * episodes), episodes);
  return {
    served: row.served === "policy" ? "policy" as const : "base" as const,
    episodes,
    success,
    low,
    high,
    return: optional(row, "learntReturn"),
    returnError: optional(row, "learntReturnError"),
    baseSuccess: required(row, "base"),
    baseReturn: optional(row, "baseReturn"),
    baseReturnError: optional(row, "baseReturnError"),
  };
}

function required(row: Row, name: string): number {
  const value = optional(row, name);
  if (value !== null) return value;
  throw new TypeError(
    `Cannot record the ${row.kind} of step ${row.step} as its '${name}' must be a number: current value is ${
      row[name]
    }`,
  );
}

function optional(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === "number" ? value : null;
}

function readText(path: string): string {
  return reading(`read '${path}'`, () => Deno.readTextFileSync(path));
}
