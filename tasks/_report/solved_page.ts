/**
 * The page of the budget `solve`: one figure, what was found, what was asked for.
 *
 * @module
 */

import { ALL_ARMS } from "../_grid/arms.ts";
import type { Budget } from "../_grid/budget.ts";
import type { Results } from "../_grid/results.ts";
import { fileOf } from "../_svg.ts";
import { page } from "./chart.ts";
import { document } from "./document.ts";
import { commandsNote, damageNote, strayNote } from "./notes.ts";
import { type Content, html, raw, table } from "./html.ts";
import { FILE_INK, PAGE_INK } from "./ink.ts";
import { PUBLISHED_KEY } from "./published.ts";
import type { Others, Report } from "./report.ts";
import { leadsOf, type Solved, solvedOf } from "./solved.ts";
import { solvedChart } from "./solved_chart.ts";
import { groupsOf } from "./solved_lines.ts";
import {
  BAR_HEADS,
  barCells,
  leadCells,
  SOLVED_HEADS,
  SOLVED_KEY,
  solvedCells,
  solvedMarkdown,
} from "./solved_tell.ts";

/** How soon each task is solved. */
export const SOLVED_REPORT: Report = {
  page: solvedPage,
  markdown: (results) => solvedMarkdown(solvedOf(results), leadsOf(results)),
  figure: (results, others) =>
    solvedOf(results).every(({ runs }) => runs.length === 0)
      ? undefined
      : fileOf(solvedChart(groupsOf(results, others()), FILE_INK)),
};

function solvedPage(budget: Budget, results: Results, others: Others): string {
  const all = solvedOf(results);
  const title = "Residual policy learning: steps until tasks are solved";
  const chart = solvedChart(groupsOf(results, others()), PAGE_INK);
  return document(
    title,
    html`
      <h1>${title}</h1>
      <p>Budget <b>${budget.id}</b>: ${budget.description}.</p>
      ${damageNote(results.damaged)}
      ${strayNote(results, ALL_ARMS)}
      ${openNote(all)}
      <figure>${raw(page(chart))}</figure>
      <p
        class="faint">Lines are intervals of the median, or ranges over seeds; a triangle marks a level that had not been held by then. Learning from scratch is taken from the budget 'short'. ${PUBLISHED_KEY}</p>
      <h2>What was found</h2>
      ${table(SOLVED_HEADS, all.map(solvedCells), "wrap")}
      <p class="faint">${SOLVED_KEY}</p>
      <h2>What was asked for</h2>
      ${table(BAR_HEADS, [
        ...all.flatMap(barCells),
        ...leadsOf(results).map(leadCells),
      ])}
      ${commandsNote(budget, results.recorded)}
    `,
  );
}

/** Arms whose seeds are not all there. */
function openNote(all: readonly Solved[]): Content {
  const open = all.filter(({ runs, asked }) => runs.length < asked).map((
    { task, arm, runs, asked },
  ) => `${task.id}/${arm.id} (${runs.length} of ${asked})`);
  return open.length === 0
    ? ""
    : html`<p class="note">Seeds that are not recorded yet: ${
      open.join(", ")
    }.</p>`;
}
