/**
 * What every page of the report ends with: notes on rows that are left out, and
 * the commands behind its rows.
 *
 * @module
 */

import type { Arm } from "../_grid/arms.ts";
import type { Budget } from "../_grid/budget.ts";
import type { Damaged, Results } from "../_grid/results.ts";
import { type Content, html, table } from "./html.ts";

/** Lines that were left out. */
export function damageNote(damaged: readonly Damaged[]): Content {
  if (damaged.length === 0) return "";
  return html`
    <div
      class="note">Lines that cannot be read, and are left out:<ul>${damaged
        .map(({ path, line, why }) =>
          html`<li>line ${line} of <code>${path}</code>: ${why}</li>`
        )}</ul></div>
  `;
}

/** Rows of arms that this version does not know are not passed over in silence. */
export function strayNote(
  { evaluations }: Results,
  arms: readonly Arm[],
): Content {
  const known = arms.map(({ id }) => id);
  const stray = new Set(
    evaluations.map(({ arm }) => arm).filter((arm) => !known.includes(arm)),
  );
  if (stray.size === 0) return "";
  return html`
    <p
      class="note">Rows of arms that this version does not know are left out: ${[
        ...stray,
      ].join(", ")}.</p>
  `;
}

/** What a person types to repeat each cell. */
export function commandsNote(
  budget: Budget,
  recorded: Results["recorded"],
): Content {
  if (recorded.length === 0) return "";
  return html`<details><summary>Commands (${recorded.length} cells, budget ${budget.id})</summary>${
    table(
      ["cell", "command", "configuration"],
      recorded.map(({ task, arm, seed, command, config }) => [
        `${task}/${arm}-seed${seed}`,
        html`<code>${command}</code>`,
        html`<code>${config.slice(0, 12)}</code>`,
      ]),
      "commands",
    )
  }</details>`;
}
