/**
 * Whether this version of the code gives the rows that another has left: one
 * cell of each arm is run again until its first evaluations can be compared.
 *
 * ```text
 * probe = the arm's first seed with rows of another version
 *   run again -> rows up to `step` -> same bytes? -> confirmed.csv
 * ```
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import { writing } from "../_files.ts";
import type { Prepared } from "./asked.ts";
import type { Cell } from "./cells.ts";
import { type Child, type Ended, startTraining } from "./child.ts";
import { whileLocked } from "./lock.ts";
import {
  commandOf,
  placeOf,
  recordConfirmed,
  type Results,
} from "./results.ts";
import { type Evaluation, samePlace } from "./rows.ts";
import type { World } from "./run.ts";
import { evaluationsOf } from "./run_rows.ts";
import { firstDifference, sameVersions } from "./versions.ts";

/** Rows that are compared at least: that of the untrained policy and two of a trained one. */
const FEWEST = 3;

/** Exit code of a training that was asked to stop. */
const STOPPED = 130;

/** A cell to run again, and the rows that must come out. */
export interface Probe extends Prepared {
  readonly rows: readonly Evaluation[];
}

/**
 * One probe for each arm whose rows are of another version of the code.
 *
 * @throws {Refusal} Of a `ConfigError` if rows came from another command, or
 * all are of this version already.
 */
export function probesOf(
  results: Results,
  prepared: Iterable<Prepared>,
): readonly Probe[] {
  const same = sameVersions(results.confirmed);
  const probes = new Map<string, Probe>();
  for (const ready of prepared) {
    const { cell, identity, dir } = ready;
    const here = placeOf(cell);
    const rows = results.evaluations.filter((row) => samePlace(row, here));
    const arm = `${here.task}/${here.arm}`;
    const stale = rows.some((row) => !same(row, row.code, identity.code));
    if (!stale || probes.has(arm)) continue;
    checkCommand(results, cell);
    const dirAgain = `${dir}-confirm`;
    probes.set(arm, { ...ready, dir: dirAgain, rows: telling(rows) });
  }
  if (probes.size === 0) {
    refuse({
      _tag: "ConfigError",
      message: "Cannot confirm anything as no rows of these cells are of " +
        "another version: leave --confirm away",
    });
  }
  return [...probes.values()];
}

/** The first rows, up to the second of a policy that has left its controller: those before say nothing of learning. */
export function telling(rows: readonly Evaluation[]): readonly Evaluation[] {
  const left = rows.findIndex((row) =>
    row.baseReturn === null
      ? row.success !== row.baseSuccess
      : row.return !== row.baseReturn
  );
  return left < 0 ? rows : rows.slice(0, Math.max(FEWEST, left + 2));
}

function checkCommand({ recorded }: Results, cell: Cell): void {
  const entry = recorded.find((row) => samePlace(row, placeOf(cell)));
  const now = commandOf(cell);
  if (entry === undefined || entry.command === now) return;
  refuse({
    _tag: "ConfigError",
    message: `Cannot confirm '${cell.id}' as its rows came from another ` +
      `command: '${entry.command}' there, '${now}' now. Give another folder ` +
      "with --results, or move its task's file away",
  });
}

/** Seconds that a probe takes of those that its cell takes. */
export function shareOf({ cell, rows }: Probe): number {
  const { step, kind } = rows[rows.length - 1];
  return kind === "final" ? 1 : step / Math.max(cell.schedule.steps, 1);
}

/** What the grid does for probes: train anew, stop early, compare. */
export function confirming(
  probes: readonly Probe[],
  { folder, lock }: { readonly folder: string; readonly lock: string },
): Pick<World, "stateOf" | "train" | "record"> {
  const at = (cell: Cell) => probes.find((probe) => probe.cell === cell)!;
  return {
    stateOf: () => "none",
    train: (cell, _, hear) => runAgain(at(cell), hear),
    record: (cell, finished) => {
      if (finished) whileLocked(lock, () => record(folder, at(cell)));
    },
  };
}

/** Runs the probe as far as its rows go; ends with 0 if they are the same. */
function runAgain(probe: Probe, hear: Parameters<World["train"]>[2]): Child {
  const { cell, dir, rows } = probe;
  remove(dir); // of an earlier attempt
  const words = [...cell.words, `--out=${dir}`];
  const last = rows[rows.length - 1];
  const child = startTraining(words, (row) => {
    hear(row);
    // What is to be final ends by itself.
    const there = row.kind === "evaluation" && row.step >= last.step;
    if (there && last.kind === "evaluation") child.stop();
  });
  return {
    ended: child.ended.then((end) => judge(probe, end)),
    stop: child.stop,
  };
}

function judge({ cell, dir, rows, identity }: Probe, end: Ended): Ended {
  const broken = end.code !== 0 && end.code !== STOPPED;
  const now = broken ? [] : evaluationsOf(cell, dir, identity.code);
  remove(dir);
  if (now.length < rows.length) return end;
  const error = firstDifference(rows, now);
  return error === undefined
    ? { code: 0, error: "" }
    : { code: 1, error: `this version gives other rows: ${error}` };
}

function record(folder: string, { cell, rows, identity }: Probe): void {
  const last = rows[rows.length - 1];
  for (const before of new Set(rows.map(({ code }) => code))) {
    const { code } = identity;
    recordConfirmed(folder, {
      ...placeOf(cell),
      step: last.step,
      before,
      code,
    });
  }
}

function remove(dir: string): void {
  for (const path of [dir, `${dir}.lock`]) {
    writing(`remove '${path}'`, () => {
      try {
        Deno.removeSync(path, { recursive: true });
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    });
  }
}
