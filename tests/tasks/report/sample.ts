/**
 * Results for tests of the report, in memory and as a folder.
 *
 * @module
 */

import { join } from "node:path";
import { armNamed, gridTask } from "../../../tasks/_grid/arms.ts";
import { budgetNamed } from "../../../tasks/_grid/budgets.ts";
import { cellOf } from "../../../tasks/_grid/cells.ts";
import {
  commandOf,
  recordFinished,
  recordProgress,
  type Results,
} from "../../../tasks/_grid/results.ts";
import { type Evaluation, samePlace } from "../../../tasks/_grid/rows.ts";
import { timings } from "../grid/sample.ts";

/** The budget of all samples. */
export const budget = budgetNamed("short");

/** Results without a row. */
export const nothing: Results = {
  evaluations: [],
  recorded: [],
  timings: [],
  confirmed: [],
  damaged: [],
};

/** Results of these rows; a run with its final row is recorded whole. */
export function resultsOf(evaluations: readonly Evaluation[]): Results {
  const recorded = runsOf(evaluations).filter(isDone).map((rows) => {
    const [{ task, arm, seed, config, code }] = rows;
    const command = commandOf(cellIn(rows));
    return { task, arm, seed, config, code, rows: rows.length, command };
  });
  return { ...nothing, evaluations, recorded, timings: timings(evaluations) };
}

/** Writes {@link resultsOf} as the grid does, in the folder of its budget inside `root`. */
export function writeResults(
  root: string,
  evaluations: readonly Evaluation[],
): string {
  const folder = join(root, budget.id);
  for (const rows of runsOf(evaluations)) {
    const cell = cellIn(rows);
    const [{ config, code }] = rows;
    if (!isDone(rows)) recordProgress(folder, cell, rows);
    else {
      recordFinished(folder, cell, {
        evaluations: rows,
        timings: timings(rows),
        identity: { config, code },
      });
    }
  }
  return folder;
}

/** The rows by run. */
function runsOf(
  rows: readonly Evaluation[],
): readonly (readonly Evaluation[])[] {
  const firsts = rows.filter((row, i) =>
    rows.findIndex((other) => samePlace(row, other)) === i
  );
  return firsts.map((first) => rows.filter((row) => samePlace(row, first)));
}

function isDone(rows: readonly Evaluation[]): boolean {
  return rows.some(({ kind }) => kind === "final");
}

function cellIn([{ task, arm, seed }]: readonly Evaluation[]) {
  return cellOf(budget, gridTask(task), armNamed(arm), seed);
}
