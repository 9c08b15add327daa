/**
 * The results folder: read with its damage, kept free of mixtures, and written
 * whole each time, so that rows stand in one order whatever order cells end in.
 *
 * @module
 */

import { join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { isThere, reading, writeWholeText, writing } from "../_files.ts";
import type { Cell } from "./cells.ts";
import type { Identity } from "./expected.ts";
import {
  CONFIRMED,
  type Confirmed,
  type Evaluation,
  EVALUATIONS,
  inOrder,
  type Place,
  RECORDED,
  type Recorded,
  samePlace,
  type Timing,
  TIMINGS,
} from "./rows.ts";
import { sameVersions } from "./versions.ts";
import { type Damage, formatTable, parseTable, type Table } from "./table.ts";

/** What a results folder holds of some tasks. */
export interface Results {
  readonly evaluations: readonly Evaluation[];
  readonly recorded: readonly Recorded[];
  readonly timings: readonly Timing[];
  readonly confirmed: readonly Confirmed[];
  readonly damaged: readonly Damaged[];
}

/** A line of a file that cannot be read. */
export interface Damaged extends Damage {
  readonly path: string;
}

/** What a finished cell leaves. */
export interface Finished {
  readonly evaluations: readonly Evaluation[];
  readonly timings: readonly Timing[];
  readonly identity: Identity;
}

const CELLS = "cells.csv";
/** The file of wall-clock, which no cell needs to count as recorded. */
export const CLOCK = "timings.csv";
const VERSIONS = "confirmed.csv";
const OF_ALL_TASKS: readonly string[] = [CELLS, CLOCK, VERSIONS];

/** What a failed write to the results tells a person to do. */
const ADVICE = ". Runs are intact: make room or give permission, then type " +
  "the same command again";

/** The tasks that the folder has rows of. */
export function tasksIn(folder: string): readonly string[] {
  if (!isThere(folder)) return [];
  const names = reading(`list '${folder}'`, () => [...Deno.readDirSync(folder)])
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".csv") && !OF_ALL_TASKS.includes(name))
    .map((name) => name.slice(0, -".csv".length));
  return names.sort();
}

/** Reads the rows of `tasks`; what is not there is empty. */
export function readResults(
  folder: string,
  tasks: readonly string[],
): Results {
  const damaged: Damaged[] = [];
  function rows<R>(name: string, table: Table<R>): readonly R[] {
    const parsed = readTable(join(folder, name), table);
    damaged.push(...parsed.damaged);
    return parsed.rows;
  }
  return {
    evaluations: tasks.flatMap((task) => rows(`${task}.csv`, EVALUATIONS)),
    recorded: rows(CELLS, RECORDED),
    timings: rows(CLOCK, TIMINGS),
    confirmed: rows(VERSIONS, CONFIRMED),
    damaged,
  };
}

/**
 * Moves damaged lines out of their files into `<file>.set-aside` beside them;
 * the rows that can be read stay.
 */
export function setAside(
  folder: string,
  tasks: readonly string[],
  damaged: readonly Damaged[],
): void {
  const results = readResults(folder, tasks);
  for (const path of new Set(damaged.map((line) => line.path))) {
    const lines = damaged.filter((line) => line.path === path);
    const text = lines.map((line) => `${line.text}\n`).join("");
    const beside = `${path}.set-aside`;
    const doing = `append to '${beside}'`;
    const append = { append: true };
    writing(doing, () => Deno.writeTextFileSync(beside, text, append), ADVICE);
  }
  for (const task of tasks) writeEvaluations(folder, task, results);
  writeTable(folder, CELLS, RECORDED, results.recorded);
  writeTable(folder, CLOCK, TIMINGS, results.timings);
  writeTable(folder, VERSIONS, CONFIRMED, results.confirmed);
}

/** Whether a cell is recorded whole, under this identity or one that counts as the same. */
export function isRecorded(
  { evaluations, recorded, confirmed }: Results,
  cell: Cell,
  identity: Identity,
): boolean {
  const here = placeOf(cell);
  const rows = evaluations.filter((row) => samePlace(row, here));
  const cells = recorded.filter((row) => samePlace(row, here));
  const [entry] = cells;
  if (cells.length !== 1 || entry.rows !== rows.length) return false;
  const { config, code } = entry;
  const known = code === identity.code
    ? config === identity.config
    : entry.command === commandOf(cell) &&
      sameVersions(confirmed)(here, code, identity.code);
  return known && rows.at(-1)?.kind === "final" &&
    rows.every((row) => row.config === config && row.code === code);
}

/** Puts the evaluations so far of a cell that is being trained in place of its earlier rows. */
export function recordProgress(
  folder: string,
  cell: Cell,
  evaluations: readonly Evaluation[],
): void {
  replaceRows(folder, placeOf(cell), evaluations);
}

/** Records what another command than a training run has judged: one final row. */
export function recordJudged(
  folder: string,
  row: Evaluation,
  command: string,
): void {
  const { task, arm, seed, config, code } = row;
  const here = { task, arm, seed };
  const before = readResults(folder, [task]);
  const same = sameVersions(before.confirmed);
  const other = before.evaluations.find((there) =>
    !same(there, there.code, code)
  );
  if (other !== undefined) {
    refuse({
      _tag: "ConfigError",
      message: `Cannot record in '${
        join(folder, `${task}.csv`)
      }' as its row of '${other.arm}', seed ${other.seed}, is of another version of the code: give another folder`,
    });
  }
  if (before.damaged.length > 0) setAside(folder, [task], before.damaged);
  replaceRows(folder, here, [row]);
  const { recorded } = readResults(folder, [task]);
  writeTable(folder, CELLS, RECORDED, [
    ...recorded.filter((other) => !samePlace(other, here)),
    { ...here, rows: 1, config, code, command },
  ]);
}

/** Puts evaluations in place of earlier rows of one place. */
function replaceRows(
  folder: string,
  here: Place,
  evaluations: readonly Evaluation[],
): void {
  const before = readResults(folder, [here.task]);
  const others = before.evaluations.filter((row) => !samePlace(row, here));
  makeFolder(folder);
  const all = { evaluations: [...others, ...evaluations] };
  writeEvaluations(folder, here.task, all);
}

/** Records a finished cell; its entry in `cells.csv` comes last and makes it count. */
export function recordFinished(
  folder: string,
  cell: Cell,
  { evaluations, timings, identity }: Finished,
): void {
  const here = placeOf(cell);
  recordProgress(folder, cell, evaluations);
  const before = readResults(folder, [here.task]);
  // What lost its evaluations, as their file was moved away, goes with them.
  const kept = (row: Place) =>
    !samePlace(row, here) && (row.task !== here.task ||
      before.evaluations.some((other) => samePlace(row, other)));
  writeTable(folder, CLOCK, TIMINGS, [
    ...before.timings.filter(kept),
    ...timings,
  ]);
  const entry: Recorded = {
    ...here,
    rows: evaluations.length,
    ...identity,
    command: commandOf(cell),
  };
  writeTable(folder, CELLS, RECORDED, [
    ...before.recorded.filter(kept),
    entry,
  ]);
}

/** Records that an arm came out the same under another version of the code. */
export function recordConfirmed(folder: string, row: Confirmed): void {
  const { confirmed } = readResults(folder, []);
  const others = confirmed.filter((other) =>
    !samePlace(other, row) || other.before !== row.before ||
    other.code !== row.code
  );
  writeTable(folder, VERSIONS, CONFIRMED, [...others, row]);
}

/** What a person types to repeat a cell. */
export function commandOf({ words }: Cell): string {
  return ["deno task train", ...words].join(" ");
}

/** Where the rows of a cell belong. */
export function placeOf({ task, arm, seed }: Cell): Place {
  return { task: task.id, arm: arm.id, seed };
}

function writeEvaluations(
  folder: string,
  task: string,
  { evaluations }: Pick<Results, "evaluations">,
): void {
  const rows = evaluations.filter((row) => row.task === task);
  writeTable(folder, `${task}.csv`, EVALUATIONS, rows);
}

/** Writes a file whole, unless it would be a new one without rows or has these bytes already. */
function writeTable<R extends Place>(
  folder: string,
  name: string,
  table: Table<R>,
  rows: readonly R[],
): void {
  const path = join(folder, name);
  const text = formatTable(table, inOrder(rows));
  const there = isThere(path);
  if (!there && rows.length === 0) return;
  if (there && readText(path) === text) return;
  writeWholeText(path, text, ADVICE);
}

function readTable<R>(path: string, table: Table<R>) {
  if (!isThere(path)) return { rows: [], damaged: [] };
  try {
    const { rows, damage } = parseTable(table, readText(path));
    return { rows, damaged: damage.map((line) => ({ ...line, path })) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse({
      _tag: "ConfigError",
      message: `Cannot read '${path}': ${error.message}. It is of another ` +
        "version: move the file away, or give another folder with --results",
    });
  }
}

function readText(path: string): string {
  return reading(`read '${path}'`, () => Deno.readTextFileSync(path));
}

function makeFolder(folder: string): void {
  const make = () => Deno.mkdirSync(folder, { recursive: true });
  writing(`make '${folder}'`, make, ADVICE);
}
