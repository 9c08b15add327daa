/**
 * The learning curve as SVG: success over environment steps, one thin line per
 * seed, their mean thick, the base as a dashed rule.
 *
 * The band is the mean over seeds of each run's own 95 % interval: how well an
 * evaluation of so many episodes knows one run, not how much seeds differ (the
 * thin lines show that).
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Row } from "./_sinks/jsonl.ts";

/** The metrics of one run. */
export interface Curve {
  readonly seed: number;
  /** Rows of `metrics.jsonl`; those of kind `evaluation` are drawn. */
  readonly rows: readonly Row[];
}

/** One evaluation of one run. */
interface Point {
  readonly seed: number;
  readonly step: number;
  readonly success: number;
  readonly low: number;
  readonly high: number;
  readonly base: number;
}

/** The seeds together at one step. */
type Mean = Omit<Point, "seed">;

const colour = "#1f6feb";
const baseColour = "#6e4a12";

/**
 * Draws the learning curve of one or more runs of one task: the same rows give
 * the same text.
 *
 * @param title Written above the axes, for example the name of the task.
 * @throws {RangeError} If no run holds an evaluation.
 */
export function learningCurve(
  curves: readonly Curve[],
  title: string,
): string {
  const points = curves.flatMap(evaluations);
  if (points.length === 0) {
    throw new RangeError(
      "Cannot draw a learning curve as no run holds an evaluation yet",
    );
  }
  const means = meanCurve(points);
  const base = mean(points.map((point) => point.base));
  // The page is typed as the browser's, which Deno's library does not know.
  const { document } = parseHTML("<html></html>") as unknown as {
    readonly document: NonNullable<Plot.PlotOptions["document"]>;
  };
  const svg = Plot.plot({
    document,
    width: 720,
    height: 400,
    marginTop: 40,
    marginBottom: 45,
    marginLeft: 50,
    marginRight: 35,
    style: { background: "white", color: "#24292f", fontSize: "13px" },
    x: { label: "environment steps", labelArrow: "none", tickFormat: ",d" },
    y: {
      label: "success rate",
      labelArrow: "none",
      domain: [0, 1],
      grid: true,
      tickFormat: ".0%",
    },
    marks: [
      ...curveMarks(points, means, base),
      ...labelMarks(means[means.length - 1], base, title, curves.length),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return svg.outerHTML + "\n";
}

function curveMarks(
  points: readonly Point[],
  means: readonly Mean[],
  base: number,
): Plot.Markish[] {
  return [
    Plot.areaY(means, {
      x: "step",
      y1: "low",
      y2: "high",
      fill: colour,
      fillOpacity: 0.15,
    }),
    Plot.lineY(points, {
      x: "step",
      y: "success",
      z: "seed",
      stroke: colour,
      strokeWidth: 1,
      strokeOpacity: 0.45,
    }),
    Plot.lineY(means, {
      x: "step",
      y: "success",
      stroke: colour,
      strokeWidth: 3,
    }),
    Plot.ruleY([base], { stroke: baseColour, strokeDasharray: "6 4" }),
  ];
}

function labelMarks(
  last: Mean,
  base: number,
  title: string,
  runs: number,
): Plot.Markish[] {
  const seeds = runs === 1 ? "1 seed" : `${runs} seeds, mean`;
  return [
    Plot.text([`base controller alone ${percent(base)}`], {
      x: last.step,
      y: base,
      dy: -5,
      fill: baseColour,
      lineAnchor: "bottom",
      textAnchor: "end",
    }),
    Plot.text([`base + learnt correction ${percent(last.success)}, ${seeds}`], {
      x: last.step,
      y: last.success,
      dy: 34,
      fill: colour,
      stroke: "white",
      strokeWidth: 4,
      lineAnchor: "top",
      textAnchor: "end",
    }),
    Plot.text([title], {
      frameAnchor: "top",
      dy: -28,
      fontWeight: "bold",
      fill: "currentColor",
    }),
  ];
}

function evaluations({ seed, rows }: Curve): readonly Point[] {
  return rows.filter((row) => row.kind === "evaluation").map((row) => ({
    seed,
    step: row.step,
    success: number(row, "success"),
    low: number(row, "low"),
    high: number(row, "high"),
    base: number(row, "base"),
  }));
}

function number(row: Row, name: string): number {
  const value = row[name];
  if (typeof value === "number") return value;
  throw new TypeError(
    `Cannot draw the evaluation of step ${row.step} as its '${name}' must be ` +
      `a number: current value is ${value}`,
  );
}

/** Means over seeds, at the steps that every seed reached. */
function meanCurve(points: readonly Point[]): readonly Mean[] {
  const steps = [...new Set(points.map((point) => point.step))];
  const groups = steps.sort((a, b) => a - b).map((step) =>
    points.filter((point) => point.step === step)
  );
  const most = Math.max(...groups.map((group) => group.length));
  return groups.filter((group) => group.length === most).map((group) => ({
    step: group[0].step,
    success: mean(group.map((point) => point.success)),
    low: mean(group.map((point) => point.low)),
    high: mean(group.map((point) => point.high)),
    base: mean(group.map((point) => point.base)),
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(rate: number): string {
  return `${Math.round(100 * rate)} %`;
}
