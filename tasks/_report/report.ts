/**
 * What the report makes of the results of a budget.
 *
 * @module
 */

import type { Budget } from "../_grid/budget.ts";
import type { Results } from "../_grid/results.ts";

/** Rows of the budget `short`, for comparison; read where they are needed. */
export type Others = () => Results;

/** Ways to show results. */
export interface Report {
  readonly page: (budget: Budget, results: Results, others: Others) => string;
  /** `undefined` where no run is finished. */
  readonly markdown: (results: Results) => string | undefined;
  /** The figure as a file; absent where the page has several, `undefined` where nothing can be drawn. */
  readonly figure?: (results: Results, others: Others) => string | undefined;
}
