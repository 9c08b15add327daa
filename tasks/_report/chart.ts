/**
 * Learning curves as SVG inside the page: one line and one band per arm, in
 * colours that the page's style sheet sets for light and dark.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import type { Interval } from "../../lib/rollout/statistics.ts";
import { ARMS } from "../_grid/arms.ts";
import { documentOf } from "../_svg.ts";
import type { ArmSummary, CurvePoint } from "./summary.ts";

/** What runs along the bottom. */
export type Axis = "steps" | "hours";

/** A point of a curve where it is drawn. */
export interface Placed extends Interval {
  readonly x: number;
}

/** The colour of an arm, as the page's style sheet names it. */
export function colourOf(arm: string): string {
  return `var(--arm-${ARMS.findIndex(({ id }) => id === arm)})`;
}

/** How the line of an arm is broken, so that curves can be told without colour. */
export function dashOf({ kind }: ArmSummary["arm"]): string {
  switch (kind) {
    case "residual":
      return "none";
    case "scratch":
      return "7 4";
    case "explore":
      return "2 3";
    case "controller":
      return "12 4 2 4";
  }
}

/**
 * The curves of a task; `undefined` where no arm has a curve along this axis.
 * A controller alone does not learn: it is a level line.
 */
export function curves(
  arms: readonly ArmSummary[],
  axis: Axis,
): string | undefined {
  const drawn = arms.filter((arm) => arm.arm.kind !== "controller")
    .map((arm) => ({ arm, points: placed(arm.curve, axis) }))
    .filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return undefined;
  const dense = drawn[0].arm.task.dense === true;
  const right = Math.max(...drawn.flatMap(({ points }) => points.map(xOf)));
  const levels = arms.filter(({ arm }) => arm.kind === "controller");
  return page(Plot.plot({
    ...frame(),
    x: {
      label: LABELS[axis],
      labelArrow: "none",
      domain: [0, right],
      ...axis === "steps" ? { tickFormat: thousands } : {},
    },
    y: measured(dense),
    marks: [
      ...levels.flatMap((arm) => levelMarks(arm, right)),
      ...drawn.flatMap(({ arm, points }) => curveMarks(arm, points)),
    ],
  }));
}

/** The scale of what a task is judged by. */
export function measured(dense: boolean): Plot.ScaleOptions {
  return {
    label: dense ? "return" : "success rate",
    labelArrow: "none",
    grid: true,
    ...dense ? {} : { domain: [0, 1], tickFormat: ".0%" },
  };
}

/** Size and margins of a figure that fills the page's width. */
export function frame(): Plot.PlotOptions {
  return {
    document: documentOf(),
    width: 720,
    height: 360,
    marginLeft: 55,
    marginRight: 20,
    marginBottom: 42,
    style: { background: "transparent", color: "currentColor" },
  };
}

/** An interval as a bar with its middle, on a scale from `low` to `high`. */
export function whisker(
  { mean, low, high }: Interval,
  [from, to]: readonly [number, number],
  arm: string,
): string {
  const at = (value: number) => {
    const share = (value - from) / (to - from || 1);
    return (5 + 110 * Math.min(1, Math.max(0, share))).toFixed(1);
  };
  const colour = colourOf(arm);
  return `<svg class="whisker" width="120" height="14" viewBox="0 0 120 14" role="img" aria-hidden="true">` +
    `<line x1="5" x2="115" y1="7" y2="7" stroke="currentColor" stroke-opacity=".15"/>` +
    `<line x1="${at(low)}" x2="${
      at(high)
    }" y1="7" y2="7" stroke="${colour}" stroke-width="3"/>` +
    `<circle cx="${at(mean)}" cy="7" r="4" fill="${colour}"/></svg>`;
}

const LABELS: Readonly<Record<Axis, string>> = {
  steps: "environment steps",
  hours: "hours of playing and learning, one core",
};

function thousands(step: number): string {
  return step >= 1000 ? `${step / 1000}k` : String(step);
}

function placed(
  curve: readonly CurvePoint[],
  axis: Axis,
): readonly Placed[] {
  return curve.flatMap(({ step, hours, ...interval }) => {
    const x = axis === "steps" ? step : hours;
    return x === undefined ? [] : [{ x, ...interval }];
  });
}

function xOf({ x }: Placed): number {
  return x;
}

function curveMarks(
  { arm }: ArmSummary,
  points: readonly Placed[],
): readonly Plot.Markish[] {
  return bandMarks(points, colourOf(arm.id), dashOf(arm));
}

/** A curve over the band of its intervals. */
export function bandMarks(
  points: readonly Placed[],
  colour: string,
  dash: string,
): readonly Plot.Markish[] {
  return [
    Plot.areaY(points, {
      x: "x",
      y1: "low",
      y2: "high",
      fill: colour,
      fillOpacity: 0.15,
    }),
    Plot.lineY(points, {
      x: "x",
      y: "mean",
      stroke: colour,
      strokeWidth: 2,
      strokeDasharray: dash,
    }),
  ];
}

function levelMarks(
  { arm, final }: ArmSummary,
  right: number,
): readonly Plot.Markish[] {
  if (final === undefined) return [];
  const ends = [0, right].map((x) => ({ x, y: final.mean }));
  return [
    Plot.lineY(ends, {
      x: "x",
      y: "y",
      stroke: colourOf(arm.id),
      strokeWidth: 1.5,
      strokeDasharray: dashOf(arm),
    }),
  ];
}

/** The text of an SVG inside a page, which needs no namespaces. */
export function page(svg: { readonly outerHTML: string }): string {
  return svg.outerHTML.replaceAll(/ xmlns(?::\w+)?="[^"]*"/g, "");
}
