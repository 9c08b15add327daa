/**
 * The page of a stress test: a chart and a table for each axis, in one file
 * that asks for nothing from outside. The same figures give the same bytes.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { TASKS } from "../../lib/suite/registry.ts";
import { armNamed } from "../_grid/arms.ts";
import {
  bandMarks,
  colourOf,
  dashOf,
  frame,
  measured,
  page,
} from "../_report/chart.ts";
import { document } from "../_report/document.ts";
import { type Html, html, raw, table } from "../_report/html.ts";
import { lineOf } from "../_report/task_section.ts";
import {
  cells,
  describeLeftOut,
  describePolicy,
  measureOf,
  type Report,
} from "./report.ts";
import type { Curve, Point } from "./sweep.ts";

/** Who is drawn: the lines of the arms that the report of the grid draws them with. */
const PLAYERS = [
  { name: "base", arm: armNamed("controller") },
  { name: "policy", arm: armNamed("default") },
] as const;

/** Two charts beside one another where there is room. */
const RULES = `
.axes{display:grid;gap:0 2rem;
grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr))}
.axes figure svg{min-width:0}
.axes table{font-size:.78rem}
.axes th,.axes td{padding-right:.4rem}`;

/** The whole page. */
export function stressPage(report: Report): string {
  const { task, run, seed, curves } = report;
  const title = `Stress test of ${task}`;
  const legend = PLAYERS.map(({ name, arm }) =>
    html`<li>${lineOf(arm)}<b>${name}</b></li>`
  );
  const body = html`
    <h1>${title}</h1>
    <p>${describePolicy(
      report,
    )} Run <code>${run}</code>, seed of the episodes ${seed}.</p>
    ${describeLeftOut(report).map((text) => html`<p class="note">${text}</p>`)}
    <ul class="legend">${legend}</ul>
    <p
      class="faint">A band is the 95 % interval at each value by itself. The upright line, and * in the tables, mark the world as it was in training; the difference is paired, policy less base.</p>
    <div class="axes">${curves.map((curve) => axisSection(report, curve))}</div>
  `;
  return document(title, body, RULES);
}

function axisSection(report: Report, curve: Curve): Html {
  const heads = ["value", "base", "policy", "difference"];
  const rows = cells(report, curve).map((
    { value, base, policy, difference },
  ) => [value, base, policy, difference]);
  return html`<section><h2>${curve.id}</h2>
<figure>${raw(chart(report, curve))}</figure>
${table(heads, rows)}</section>`;
}

/** The curves of an axis as SVG. */
export function chart(
  { task }: Pick<Report, "task">,
  curve: Curve,
): string {
  const { points, unit, undisturbed } = curve;
  const values = points.map(({ value }) => value);
  return page(Plot.plot({
    ...frame(),
    width: 460,
    height: 280,
    x: {
      label: measureOf(curve),
      labelArrow: "none",
      // Half and twice as much are equally far away.
      type: unit === "x" ? "log" : "linear",
      domain: [values[0], values[values.length - 1]],
      ticks: values,
      tickFormat: String,
    },
    y: measured(TASKS[task].dense === true),
    marks: [
      Plot.ruleX([undisturbed], { strokeOpacity: 0.7, strokeDasharray: "2 3" }),
      ...PLAYERS.flatMap(({ name, arm }) => playerMarks(points, name, arm)),
    ],
  }));
}

function playerMarks(
  points: readonly Point[],
  name: (typeof PLAYERS)[number]["name"],
  arm: (typeof PLAYERS)[number]["arm"],
): readonly Plot.Markish[] {
  const placed = points.map((point) => ({ x: point.value, ...point[name] }));
  const fill = colourOf(arm.id);
  return [
    ...bandMarks(placed, fill, dashOf(arm)),
    Plot.dot(placed, { x: "x", y: "mean", r: 3, fill }),
  ];
}
