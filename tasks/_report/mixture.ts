/**
 * Before seeds are taken together: rows of an arm must come from one version of
 * the code and from one command, and must be those that `cells.csv` records.
 *
 * @module
 */

import { join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import type { Results } from "../_grid/results.ts";
import { type Evaluation, type Recorded, samePlace } from "../_grid/rows.ts";
import type { SameVersion } from "../_grid/versions.ts";

/** Where the results lie, and how a person names their budget. */
export interface Source {
  readonly folder: string;
  /** What follows `deno task reproduce`. */
  readonly words: string;
}

/** The rows of an arm on a task. */
interface ArmRows {
  readonly task: string;
  readonly arm: string;
  readonly rows: readonly Evaluation[];
  readonly entries: readonly Recorded[];
}

/**
 * Refuses results in which a number over the seeds of an arm would mean nothing.
 *
 * Configurations are not recomputed: settings that a later version adds change
 * the hash of every configuration. Commands carry all that a cell is told.
 *
 * @param same Which versions of the code count as one; only equal ones unless given.
 * @throws {Refusal} Of a `ConfigError` that names the file, the arm, the seeds and a way out.
 */
export function refuseMixedArms(
  source: Source,
  results: Results,
  same: SameVersion = (_, one, other) => one === other,
): void {
  for (const arm of armsOf(results)) {
    refuseVersions(source, arm, same);
    refuseCommands(source, arm);
    refuseEdits(source, arm, same);
  }
}

function armsOf({ evaluations, recorded }: Results): readonly ArmRows[] {
  const groups = Map.groupBy(
    evaluations,
    ({ task, arm }) => JSON.stringify([task, arm]),
  );
  return [...groups.values()].map((rows) => {
    const [{ task, arm }] = rows;
    const entries = recorded.filter((entry) =>
      entry.arm === arm && rows.some((row) => samePlace(row, entry))
    );
    return { task, arm, rows, entries };
  });
}

function refuseVersions(
  { folder, words }: Source,
  { task, arm, rows }: ArmRows,
  same: SameVersion,
): void {
  const codes = [...new Set(rows.map(({ code }) => code))];
  if (codes.every((code) => same({ task, arm }, code, codes[0]))) return;
  const each = codes.map((code) => {
    const seeds = rows.filter((row) => row.code === code);
    return `${seedsOf(seeds)} from ${short(code)}`;
  });
  const path = join(folder, `${task}.csv`);
  stop(
    path,
    `its rows of arm '${arm}' come from ${codes.length} versions of the code: ${
      each.join(", ")
    }. See whether they give the same results with: deno task reproduce ${words} --tasks ${task} --confirm. ` +
      anew(path, words, task),
  );
}

function refuseCommands(
  { folder, words }: Source,
  { task, arm, entries }: ArmRows,
): void {
  const [first, ...others] = entries;
  for (const other of others) {
    const [there, here] = [first, other].map(({ command }) =>
      settingsOf(command)
    );
    if (there.join(" ") === here.join(" ")) continue;
    const lone = (one: readonly string[], two: readonly string[]) =>
      one.filter((setting) => !two.includes(setting)).join(" ") || "nothing";
    const path = join(folder, "cells.csv");
    stop(
      path,
      `seeds ${first.seed} and ${other.seed} of arm '${arm}' on ${task} were not told the same: '${
        lone(there, here)
      }' against '${lone(here, there)}'. ${
        anew(join(folder, `${task}.csv`), words, task)
      }`,
    );
  }
}

/** A run still being trained may stand beside the entry of an earlier one. */
function refuseEdits(
  { folder, words }: Source,
  { task, arm, rows, entries }: ArmRows,
  same: SameVersion,
): void {
  for (const entry of entries) {
    const own = rows.filter((row) => samePlace(row, entry));
    if (!own.some(({ kind }) => kind === "final")) continue;
    const path = join(folder, `${task}.csv`);
    for (const row of own) {
      const column = row.config !== entry.config
        ? "config"
        : !same({ task, arm }, row.code, entry.code)
        ? "code"
        : undefined;
      if (column === undefined) continue;
      stop(
        path,
        `its row of arm '${arm}', seed ${row.seed}, step ${row.step} was edited or is incomplete: '${column}' is ${
          short(row[column])
        } there and ${
          short(entry[column])
        } in 'cells.csv'. Put back what was recorded, if you have it. ${
          anew(path, words, task)
        }`,
      );
    }
  }
}

/** What a cell is told but its seed, and but where a judgement is written. */
function settingsOf(command: string): readonly string[] {
  return command.replaceAll(/ --(?:seed|record)[ =]\S+/g, "")
    .split(/ (?=--)/);
}

function seedsOf(rows: readonly Evaluation[]): string {
  const seeds = [...new Set(rows.map(({ seed }) => seed))];
  return `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
}

function anew(path: string, words: string, task: string): string {
  return `Or move '${path}' away and record the task anew: deno task reproduce ${words} --tasks ${task}`;
}

function stop(path: string, why: string): never {
  const message = `Cannot report '${path}' as ${why}`;
  return refuse({ _tag: "ConfigError", message });
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
