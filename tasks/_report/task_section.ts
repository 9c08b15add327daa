/**
 * One task of the page: curves along steps and along wall-clock, where each
 * arm ends, when it got good, how it compares, what its controller simulated.
 *
 * @module
 */

import type { Interval } from "../../lib/rollout/statistics.ts";
import { colourOf, curves, dashOf, whisker } from "./chart.ts";
import { type TaskData, unfinished } from "./data.ts";
import { type Content, type Html, html, raw, table } from "./html.ts";
import { type ArmSummary, improvement } from "./summary.ts";
import {
  isOver,
  tellBase,
  tellFinal,
  tellMedian,
  tellSpread,
  tellSteps,
  tellTimes,
} from "./tell.ts";

/** The arm that the others are compared with. */
export const OURS = "default";

/** The section of a task. */
export function taskSection(
  data: TaskData,
  arms: readonly ArmSummary[],
): Html {
  const { task, missing, code } = data;
  const done = arms.filter(({ seeds }) => seeds > 0);
  return html`<section id="${task.id}"><h2>${task.id}</h2>
<p class="faint">over '${task.base}', ${task.horizon} steps an episode${
    code.length === 0 ? "" : html`, code ${
      code.map((hash) =>
        html`
          <code>${hash.slice(0, 12)}</code>
        `
      )
    }`
  }</p>
${missingNote(missing, done)}
${unfinishedNote(data)}
${legend(arms)}
${figures(arms)}
${endTable(done)}
${heldTable(done)}
${improvementTable(done)}
${modelTable(done)}
</section>`;
}

function missingNote(
  missing: TaskData["missing"],
  done: readonly ArmSummary[],
): Content {
  if (done.length === 0) {
    return html`<p class="note">No finished run of this task yet.</p>`;
  }
  if (missing.length === 0) return "";
  return html`<p class="note">No finished run yet of: ${
    missing.map(({ id }) => id).join(", ")
  }.</p>`;
}

function unfinishedNote({ arms }: TaskData): Content {
  const open = arms.flatMap((data) => {
    const runs = unfinished(data).map(({ seed, evaluations }) =>
      `seed ${seed} after ${tellSteps(evaluations.at(-1)?.step ?? 0)} steps`
    );
    return runs.length === 0 ? [] : [`${data.arm.id} (${runs.join(", ")})`];
  });
  if (open.length === 0) return "";
  return html`
    <p
      class="note">Unfinished runs, which no table counts: ${open.join(
        "; ",
      )}. They are drawn only where their arm has no finished run.</p>
  `;
}

/** Lines and names of arms. */
export function legend(
  arms: readonly Pick<ArmSummary, "arm" | "seeds">[],
): Content {
  if (arms.length === 0) return "";
  const items = arms.map(({ arm, seeds }) =>
    html`<li>${lineOf(arm)}<b>${arm.id}</b>: ${arm.label}${
      seeds === 0 ? " (unfinished)" : ""
    }</li>`
  );
  return html`<ul class="legend">${items}</ul>`;
}

/** The line of an arm as a legend shows it. */
export function lineOf(arm: ArmSummary["arm"]): Html {
  return raw(
    `<svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true"><line x1="0" x2="30" y1="5" y2="5" stroke="${
      colourOf(arm.id)
    }" stroke-width="2.5" stroke-dasharray="${dashOf(arm)}"/></svg>`,
  );
}

function figures(arms: readonly ArmSummary[]): Content {
  const steps = curves(arms, "steps");
  const hours = curves(arms, "hours");
  if (steps === undefined) return "";
  return html`<figure>${raw(steps)}</figure>
${
    hours === undefined
      ? html`<p class="faint">Wall-clock was not recorded.</p>`
      : html`<figure>${raw(hours)}</figure>`
  }`;
}

function endTable(done: readonly ArmSummary[]): Content {
  if (done.length === 0) return "";
  const dense = done[0].task.dense === true;
  const scale = scaleOf(done, dense);
  return html`<h3>Where each arm ends</h3>${
    table(
      [
        "arm",
        "seeds",
        "steps",
        dense ? "return" : "success",
        "",
        "controller",
        "passed the gate",
      ],
      done.map((summary) => {
        const { arm, seeds, steps, final, served } = summary;
        return [
          arm.id,
          seeds,
          tellSteps(steps),
          tellFinal(summary),
          final === undefined ? "" : raw(whisker(final, scale, arm.id)),
          tellBase(summary),
          isOver(summary) ? `${served} of ${seeds}` : "",
        ];
      }),
    )
  }`;
}

function scaleOf(
  done: readonly ArmSummary[],
  dense: boolean,
): readonly [number, number] {
  if (!dense) return [0, 1];
  const ends = done.flatMap(({ final }) =>
    final === undefined ? [] : [final.mean, final.low, final.high]
  ).filter(Number.isFinite);
  return ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
}

function heldTable(done: readonly ArmSummary[]): Content {
  const rows = done.flatMap((summary) => {
    const { arm, sustained } = summary;
    if (sustained === undefined || arm.kind === "controller") return [];
    const { events, runs, spread } = sustained;
    const name = spread.kind === "range" ? "range over seeds" : "95 % interval";
    return [[
      arm.id,
      `${events} of ${runs}`,
      tellMedian(sustained),
      events === 0 ? "" : `${name} ${tellSpread(sustained)}`,
      tellTimes(summary),
    ]];
  });
  if (rows.length === 0) return "";
  return html`<h3>Steps until 90 % is held</h3>${
    table(["arm", "seeds that held it", "median", "spread", "each seed"], rows)
  }`;
}

function improvementTable(done: readonly ArmSummary[]): Content {
  const ours = done.find(({ arm }) => arm.id === OURS);
  if (ours === undefined) return "";
  const rows = done.flatMap((other) => {
    const found = other === ours ? undefined : improvement(ours, other);
    return found === undefined
      ? []
      : [[other.arm.id, chance(found), raw(whisker(found, [0, 1], OURS))]];
  });
  if (rows.length === 0) return "";
  return html`<h3>How probable it is that a run of '${OURS}' ends better</h3>${
    table(["than one of", "probability", ""], rows)
  }`;
}

function chance({ mean, low, high }: Interval): string {
  return `${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function modelTable(done: readonly ArmSummary[]): Content {
  const rows = done.filter(({ modelSteps }) => modelSteps > 0).map((
    { arm, steps, modelSteps },
  ) => [
    arm.id,
    tellSteps(steps),
    tellSteps(Math.round(modelSteps)),
    steps === 0 ? "" : (modelSteps / steps).toFixed(1),
  ]);
  if (rows.length === 0) return "";
  return html`<h3>What controllers simulated inside, in training</h3>${
    table(["arm", "environment steps", "model steps", "for each step"], rows)
  }`;
}
