/**
 * The learning curve as SVG: success, or the return where that is the measure,
 * over environment steps, one thin line per seed, their mean thick, the base as a dashed rule.
 *
 * The band is the mean over seeds of each run's own 95 % interval: how well an
 * evaluation of so many episodes knows one run, not how much seeds differ (the
 * thin lines show that).
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { refuse } from "../lib/errors.ts";
import { Z95 } from "../lib/rollout/statistics.ts";
import { mean } from "../lib/train/judging.ts";
import type { Row } from "./_sinks/jsonl.ts";
import { documentOf, fileOf } from "./_svg.ts";

/** The metrics of one run. */
export interface Curve {
  readonly seed: number;
  /** File that they were read from, for messages. */
  readonly path: string;
  /** Rows of `metrics.jsonl`; those of kind `evaluation` are drawn. */
  readonly rows: readonly Row[];
}

/** What a curve is of: `return` where rewards are dense. */
export type Measure = "success" | "return";

/** One evaluation of one run. */
interface Point {
  readonly seed: number;
  readonly step: number;
  /** In the measure, as are the others. */
  readonly level: number;
  readonly low: number;
  readonly high: number;
  readonly base: number;
}

/** The seeds together at one step. */
type Mean = Omit<Point, "seed">;

const axes: Readonly<Record<Measure, Plot.ScaleOptions>> = {
  success: { label: "success rate", domain: [0, 1], tickFormat: ".0%" },
  return: { label: "return" },
};

const writers: Readonly<Record<Measure, (value: number) => string>> = {
  success: percent,
  return: (value) => value.toFixed(1),
};

/** Colour of what is learnt. */
export const curveColour = "#1f6feb";
/** Colour of the controller. */
export const baseColour = "#6e4a12";

/**
 * Draws the learning curve of one or more runs of one task: the same rows give
 * the same text.
 *
 * @param title Written above the axes, for example the name of the task.
 * @throws {Refusal} Of a `ConfigError` if no run holds an evaluation, or one has
 * figures that cannot be drawn.
 */
export function learningCurve(
  curves: readonly Curve[],
  title: string,
  measure: Measure = "success",
): string {
  const points = curves.flatMap((curve) => evaluations(curve, measure));
  if (points.length === 0) {
    refuse({
      _tag: "ConfigError",
      message: "Cannot draw a learning curve as no run holds an evaluation yet",
    });
  }
  const means = meanCurve(points);
  const base = mean(points.map((point) => point.base));
  return canvas({
    x: { label: "environment steps", labelArrow: "none", tickFormat: ",d" },
    y: { labelArrow: "none", grid: true, ...axes[measure] },
    marks: [
      ...curveMarks(points, means, base),
      ...labelMarks(means[means.length - 1], base, title, {
        seeds: new Set(curves.map(({ seed }) => seed)).size,
        write: writers[measure],
      }),
    ],
  });
}

/** A plot of this shape as the text of an SVG file. */
export function canvas(options: Plot.PlotOptions): string {
  return fileOf(Plot.plot({
    document: documentOf(),
    width: 720,
    height: 400,
    marginTop: 40,
    marginBottom: 45,
    marginLeft: 50,
    marginRight: 35,
    style: { background: "white", color: "#24292f", fontSize: "13px" },
    ...options,
  }));
}

/** What stands over the axes. */
export function titleMark(title: string): Plot.Markish {
  return Plot.text([title], {
    frameAnchor: "top",
    dy: -28,
    fontWeight: "bold",
    fill: "currentColor",
  });
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
      fill: curveColour,
      fillOpacity: 0.15,
    }),
    Plot.lineY(points, {
      x: "step",
      y: "level",
      z: "seed",
      stroke: curveColour,
      strokeWidth: 1,
      strokeOpacity: 0.45,
    }),
    Plot.lineY(means, {
      x: "step",
      y: "level",
      stroke: curveColour,
      strokeWidth: 3,
    }),
    Plot.ruleY([base], { stroke: baseColour, strokeDasharray: "6 4" }),
  ];
}

function labelMarks(
  last: Mean,
  base: number,
  title: string,
  { seeds, write }: {
    readonly seeds: number;
    readonly write: (value: number) => string;
  },
): Plot.Markish[] {
  const many = seeds === 1 ? "1 seed" : `${seeds} seeds, mean`;
  return [
    Plot.text([`base controller alone ${write(base)}`], {
      x: last.step,
      y: base,
      dy: -5,
      fill: baseColour,
      lineAnchor: "bottom",
      textAnchor: "end",
    }),
    Plot.text([`base + learnt correction ${write(last.level)}, ${many}`], {
      x: last.step,
      y: last.level,
      dy: 34,
      fill: curveColour,
      stroke: "white",
      strokeWidth: 4,
      lineAnchor: "top",
      textAnchor: "end",
    }),
    titleMark(title),
  ];
}

function evaluations(
  { seed, path, rows }: Curve,
  measure: Measure,
): readonly Point[] {
  return rows.filter((row) => row.kind === "evaluation").map((row) => {
    const read = (name: string) => numberOf(path, row, name, measure);
    const level = read(measure);
    const found = { seed, step: row.step, level };
    if (measure === "success") {
      const [low, high, base] = ["low", "high", "base"].map(read);
      return { ...found, low, high, base };
    }
    const half = Z95 * read("returnError");
    const [low, high] = [level - half, level + half];
    return { ...found, low, high, base: read("baseReturn") };
  });
}

/** The number of that name in a row, or a refusal that names the file; a rate where `measure` is success. */
export function numberOf(
  path: string,
  row: Row,
  name: string,
  measure: Measure,
): number {
  const value = row[name];
  const rate = measure === "success";
  const right = typeof value === "number" && Number.isFinite(value) &&
    (!rate || value >= 0 && value <= 1);
  return right ? value : refuse({
    _tag: "ConfigError",
    message:
      `Cannot draw '${path}' as '${name}' of its ${row.kind} of step ${row.step} must be ${
        rate ? "a number from 0 to 1" : "a finite number"
      }: current value is ${value}. Put back what was there`,
  });
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
    level: mean(group.map((point) => point.level)),
    low: mean(group.map((point) => point.low)),
    high: mean(group.map((point) => point.high)),
    base: mean(group.map((point) => point.base)),
  }));
}

function percent(rate: number): string {
  return `${Math.round(100 * rate)} %`;
}
