/**
 * Cells and rows for tests of the grid and of the report.
 *
 * @module
 */

import { armNamed, gridTask } from "../../../tasks/_grid/arms.ts";
import { budgetNamed } from "../../../tasks/_grid/budgets.ts";
import { type Cell, cellOf } from "../../../tasks/_grid/cells.ts";
import type { Evaluation, Timing } from "../../../tasks/_grid/rows.ts";

/** A hash of one digit. */
export function hash(digit: string): string {
  return digit.repeat(64);
}

/** An evaluation with these members in place of plain ones. */
export function evaluation(some: Partial<Evaluation>): Evaluation {
  return {
    task: "push",
    arm: "default",
    base: "tree-mpc",
    seed: 1,
    kind: "evaluation",
    served: "policy",
    step: 0,
    modelSteps: 0,
    episodes: 100,
    success: 0.5,
    low: 0.4,
    high: 0.6,
    return: -30,
    returnError: null,
    baseSuccess: 0.5,
    baseReturn: null,
    baseReturnError: null,
    config: hash("a"),
    code: hash("c"),
    ...some,
  };
}

/** Evaluations of one run: these successes at every 1000 steps, the last of them final, too. */
export function run(
  place: Partial<Evaluation>,
  successes: readonly number[],
): readonly Evaluation[] {
  const rows = successes.map((success, i) =>
    evaluation({
      ...place,
      step: 1000 * i,
      success,
      return: -100 * (1 - success),
    })
  );
  const last = rows[rows.length - 1];
  return [...rows, { ...last, kind: "final", episodes: 400 }];
}

/** Wall-clock of those evaluations. */
export function timings(rows: readonly Evaluation[]): readonly Timing[] {
  return rows.map(({ task, arm, seed, kind, step }) => ({
    task,
    arm,
    seed,
    kind,
    step,
    training: step / 10,
    judging: 1,
  }));
}

/** A cell of the smoke budget. */
export function cell(task: string, arm: string, seed = 1): Cell {
  const budget = budgetNamed("smoke");
  return cellOf(budget, gridTask(task), armNamed(arm), seed);
}
