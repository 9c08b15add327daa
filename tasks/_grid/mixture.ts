/**
 * Rows of another version of the code or of another configuration are not
 * added to: a table means one thing. A version that gave the same rows again
 * is no other one.
 *
 * @module
 */

import { join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import type { Cell } from "./cells.ts";
import type { Identity } from "./expected.ts";
import { commandOf, placeOf, type Results } from "./results.ts";
import { type Place, samePlace } from "./rows.ts";
import { sameVersions } from "./versions.ts";

/** A cell and what its rows must carry. */
export interface Claimed {
  readonly cell: Cell;
  readonly identity: Identity;
}

/**
 * Refuses results that hold rows of a task under another code, or rows of a
 * cell under another configuration.
 *
 * @throws {Refusal} Of a `ConfigError` that names the file, the columns and a way out.
 */
export function refuseMixture(
  folder: string,
  results: Results,
  claimed: readonly Claimed[],
): void {
  const same = sameVersions(results.confirmed);
  for (const { cell, identity } of claimed) {
    const { task } = cell;
    for (const row of results.evaluations) {
      if (row.task !== task.id) continue;
      const { code } = identity;
      const own = samePlace(row, placeOf(cell));
      const columns = row.code !== code && same(row, row.code, code)
        ? otherCommand(results, cell, own)
        : differing(row, identity, own);
      if (columns.length > 0) {
        refuseRow(join(folder, `${task.id}.csv`), row, columns);
      }
    }
  }
}

/** Columns in which the row cannot stand beside rows of this identity, with both values. */
function differing(
  row: Identity,
  { config, code }: Identity,
  own: boolean,
): readonly string[] {
  const tell = (name: string, there: string, here: string) =>
    `'${name}' (${short(there)} there, ${short(here)} now)`;
  return [
    ...row.code === code ? [] : [tell("code", row.code, code)],
    ...!own || row.config === config
      ? []
      : [tell("config", row.config, config)],
  ];
}

/** Configurations of two versions need not be written alike, but what is typed must be. */
function otherCommand(
  { recorded }: Results,
  cell: Cell,
  own: boolean,
): readonly string[] {
  const entry = recorded.find((row) => samePlace(row, placeOf(cell)));
  if (!own || entry === undefined) return [];
  const now = commandOf(cell);
  return entry.command === now
    ? []
    : [`'command' ('${entry.command}' there, '${now}' now)`];
}

function refuseRow(
  path: string,
  { arm, seed }: Place,
  columns: readonly string[],
): never {
  const [what, verb] = columns.length === 1
    ? ["column", "differs"]
    : ["columns", "differ"];
  return refuse({
    _tag: "ConfigError",
    message: `Cannot add to '${path}' as its rows of arm '${arm}', seed ` +
      `${seed}, come from another version or configuration: ${what} ` +
      `${
        columns.join(" and ")
      } ${verb}. See with --confirm whether this version ` +
      `gives the same rows, give another folder with --results, or move ` +
      `'${path}' away to record the task anew`,
  });
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
