/**
 * Which versions of the code count as one. A change of the sources makes rows
 * stale although it may have changed no result; where a cell that is run again
 * gives the same bytes, `confirmed.csv` says so, and rows of both versions stand
 * in one table.
 *
 * @module
 */

import type { Confirmed, Evaluation, Place } from "./rows.ts";

/** Whether rows of an arm under one code may stand beside rows of it under another. */
export type SameVersion = (
  arm: Pick<Place, "task" | "arm">,
  one: string,
  other: string,
) => boolean;

/**
 * The relation that confirmations span: each holds for its arm, in both
 * directions, and passes on.
 */
export function sameVersions(confirmed: readonly Confirmed[]): SameVersion {
  return ({ task, arm }, one, other) => {
    const edges = confirmed.filter((row) =>
      row.task === task && row.arm === arm
    );
    const reached = new Set([one]);
    // A set yields what is added while it is walked.
    for (const code of reached) {
      for (const edge of edges) {
        if (edge.before === code) reached.add(edge.code);
        if (edge.code === code) reached.add(edge.before);
      }
    }
    return reached.has(other);
  };
}

/**
 * In what the first rows of a cell differ from those that are there, `undefined`
 * where they do not: all columns count but the hashes.
 */
export function firstDifference(
  there: readonly Evaluation[],
  now: readonly Evaluation[],
): string | undefined {
  for (const [i, row] of there.entries()) {
    const again = now[i];
    if (again === undefined) {
      return `no row of step ${row.step} came out`;
    }
    for (const name of Object.keys(row) as (keyof Evaluation)[]) {
      if (name === "config" || name === "code") continue;
      if (row[name] !== again[name]) {
        return `'${name}' of step ${row.step} is ${row[name]} there and ${
          again[name]
        } now`;
      }
    }
  }
  return undefined;
}
