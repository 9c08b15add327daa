/**
 * The page of the budget `ablation`: one figure, one table.
 *
 * @module
 */

import { ALL_ARMS } from "../_grid/arms.ts";
import type { Budget } from "../_grid/budget.ts";
import type { Results } from "../_grid/results.ts";
import { fileOf } from "../_svg.ts";
import { ablationOf, type TaskAblation } from "./ablation.ts";
import { ablationChart } from "./ablation_chart.ts";
import {
  ABLATION_HEADS,
  ABLATION_KEY,
  ablationCells,
  ablationMarkdown,
  seedsAsked,
  tellPieces,
} from "./ablation_tell.ts";
import { page } from "./chart.ts";
import { document } from "./document.ts";
import { commandsNote, damageNote, strayNote } from "./notes.ts";
import { type Content, html, raw, table } from "./html.ts";
import { FILE_INK, PAGE_INK } from "./ink.ts";
import type { Report } from "./report.ts";

/** What the default keeps, and what it might do without. */
export const ABLATION_REPORT: Report = {
  page: ablationPage,
  markdown: (results) => ablationMarkdown(ablationOf(results)),
  figure: (results) => {
    const svg = ablationChart(ablationOf(results), FILE_INK);
    return svg === undefined ? undefined : fileOf(svg);
  },
};

function ablationPage(budget: Budget, results: Results): string {
  const tasks = ablationOf(results);
  const title = "Residual policy learning: one piece at a time";
  return document(
    title,
    html`<h1>${title}</h1>
<p>The default learner beside itself with one factor changed. Budget <b>${budget.id}</b>: ${budget.description}.</p>
${damageNote(results.damaged)}
${strayNote(results, ALL_ARMS)}
${openNote(tasks)}
${figure(tasks)}
${tasks.map((task) => html`<p>${tellPieces(task)}</p>`)}
${table(ABLATION_HEADS, tasks.flatMap(ablationCells), "wrap")}
<p class="faint">${ABLATION_KEY}</p>
${commandsNote(budget, results.recorded)}`,
  );
}

function figure(tasks: readonly TaskAblation[]): Content {
  const chart = ablationChart(tasks, PAGE_INK);
  return chart === undefined
    ? html`<p class="note">No change is recorded beside the default yet.</p>`
    : html`<figure>${raw(page(chart))}</figure>`;
}

/** Tasks whose seeds are not all there. */
function openNote(tasks: readonly TaskAblation[]): Content {
  const open = tasks.flatMap((task) => {
    const asked = seedsAsked(task);
    return task.seeds < asked
      ? [`${task.task.id} (${task.seeds} of ${asked})`]
      : [];
  });
  return open.length === 0 ? "" : html`
    <p class="note">Seeds of the default that are not recorded yet: ${open.join(
      ", ",
    )}.</p>
  `;
}
