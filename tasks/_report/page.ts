/**
 * The whole page: what was claimed and what was found, all tasks together, then
 * task by task the curves and tables behind it. The same rows give the same bytes.
 *
 * @module
 */

import { ARMS } from "../_grid/arms.ts";
import type { Budget } from "../_grid/budget.ts";
import type { Results } from "../_grid/results.ts";
import { type Claim, CLAIMS } from "./claims.ts";
import { finished, groupResults, type TaskData, unfinished } from "./data.ts";
import { document } from "./document.ts";
import { commandsNote, damageNote, strayNote } from "./notes.ts";
import { type Content, type Html, html, table } from "./html.ts";
import { profileSection } from "./profile_section.ts";
import { summariseTask } from "./summary.ts";
import { taskSection } from "./task_section.ts";
import { tellSteps } from "./tell.ts";
import type { Lookup, Verdict } from "./verdict.ts";

/** The page of a budget's results. */
export function reportPage(budget: Budget, results: Results): string {
  const tasks = groupResults(results);
  const summaries = tasks.map((data) => ({
    data,
    arms: summariseTask(data),
  }));
  const find: Lookup = (task, arm) =>
    summaries.find(({ data }) => data.task.id === task)?.arms
      .find((summary) => summary.arm.id === arm && summary.seeds > 0);
  const together = profileSection(summaries.map(({ arms }) => arms));
  const title = `Residual policy learning: the ${budget.id} grid`;
  const body = html`<h1>${title}</h1>
${lead(budget, tasks)}
${damageNote(results.damaged)}
${strayNote(results, ARMS)}
<nav>${[
    html`<a href="#claims">Claims</a>`,
    together === "" ? "" : html`<a href="#profile">All tasks</a>`,
    ...tasks.map(({ task }) => html`<a href="#${task.id}">${task.id}</a>`),
    html`<a href="#method">Method</a>`,
  ]}</nav>
${claimsSection(find)}
${together}
${summaries.map(({ data, arms }) => taskSection(data, arms))}
${methodSection(budget, results)}`;
  return document(title, body);
}

function lead(budget: Budget, tasks: readonly TaskData[]): Html {
  const runs = tasks.flatMap(({ arms }) => arms.flatMap(finished)).length;
  const open = tasks.flatMap(({ arms }) => arms.flatMap(unfinished)).length;
  if (runs === 0) {
    return html`
      <p
        class="note">There are no finished runs of this budget yet. Make some with: <code>deno task reproduce --budget ${budget
          .id}</code></p>
    `;
  }
  const empty = tasks.filter(({ arms }) => arms.length === 0);
  return html`<p>Six tasks of Silver, Allen, Tenenbaum and Kaelbling (2018), their controllers and their baselines, run again. Budget <b>${budget.id}</b>: ${budget.description}. ${
    tellSteps(runs)
  } finished runs${open === 0 ? "" : `, ${open} unfinished`}.</p>
${
    empty.length === 0
      ? ""
      : html`<p class="note">No rows yet of ${
        empty.map(({ task }) => task.id).join(", ")
      }.</p>`
  }`;
}

/** One line per claim, under its heading, with the count of each verdict first. */
function claimsSection(find: Lookup): Html {
  const decided = CLAIMS.map((claim) => ({ claim, ...claim.decide(find) }));
  const count = (verdict: Verdict) =>
    decided.filter((line) => line.verdict === verdict).length;
  const open = decided.filter(({ verdict }) => verdict === "not decided");
  const closed = decided.filter(({ verdict }) => verdict !== "not decided");
  return html`<section id="claims"><h2>Claims</h2>
<p>${count("holds")} hold, ${count("does not hold")} do not hold, ${
    count("not decided")
  } are not decided at this budget.</p>
${claimTables(closed)}
${
    open.length === 0
      ? ""
      : html`<details><summary>Not decided (${open.length})</summary>${
        claimTables(open)
      }</details>`
  }</section>`;
}

/** A claim with what the rows say of it. */
type Decided = ReturnType<Claim["decide"]> & { readonly claim: Claim };

/** A table under each heading. */
function claimTables(lines: readonly Decided[]): Content {
  const groups = [...new Set(lines.map(({ claim }) => claim.group))];
  return groups.map((group) =>
    html`<h3>${group}</h3>${
      table(
        ["claim", "verdict", "numbers"],
        lines.filter(({ claim }) => claim.group === group).map((
          { claim, verdict, numbers },
        ) => [claim.sentence, verdictOf(verdict), numbersOf(numbers)]),
        "claims",
      )
    }`
  );
}

function verdictOf(verdict: Verdict): Html {
  const kind = verdict === "holds"
    ? "holds"
    : verdict === "does not hold"
    ? "fails"
    : "open";
  return html`<span class="verdict ${kind}">${verdict}</span>`;
}

/** A number stays on the line of its sign. */
function numbersOf(numbers: string): Html {
  const text = numbers.replaceAll("> ", ">\u00a0");
  return html`<span class="faint">${text}</span>`;
}

function methodSection(budget: Budget, { recorded }: Results): Html {
  return html`<section id="method"><h2>Method</h2>
<p>Success is that of the last step of an episode. During training the averaged policy is judged without noise, always on the same episodes of a seed; at the end on fresh episodes that are the same for every run. A run serves its policy only after a gate: where it did not pass, the run would serve the controller, and the tables here show the last evaluation of the policy itself.</p>
<p>Curves are interquartile means over seeds; bands are 95 % stratified bootstraps over seeds (2,000 resamples). Ends are interquartile means, too; their interval is the wider of the bootstrap over seeds and Wilson's over the episodes of one seed. With three seeds a bootstrap cannot reach beyond the best and the worst of them. "90 % held" is the first of three evaluations in a row at 90 % or more; a run that never held it is censored at its last evaluation below, and medians are those of Kaplan and Meier. As a run is judged only every so many steps, it may have come to hold 90 % anywhere between two evaluations: bounds of times are the evaluation before below and the one itself above. The interval of a median is the exact one between two seeds in order (Thompson 1936); of fewer than six seeds there is none at 95 %, and the earliest and the latest are given as the range over seeds. The probability of improvement is that of Mann and Whitney, with ties counted half; its interval is the score interval of Newcombe (2006, method 5). Wall-clock is that of one core shared with other cells; it is not part of what a repetition must give again.</p>
<p>A claim is decided only where intervals allow it, and one about long training is not refuted by short training. Environment steps do not count what a controller simulates inside itself; those steps have a table of their own.</p>
${commandsNote(budget, recorded)}</section>`;
}
