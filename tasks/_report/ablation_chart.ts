/**
 * An ablation as SVG: for each change a dot at its difference to the default
 * and a line over its interval, tasks side by side.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import type { PieceVerdict, TaskAblation } from "./ablation.ts";
import { tellChange } from "./ablation_tell.ts";
import { frame } from "./chart.ts";
import type { Ink } from "./ink.ts";

/** A change on a task, in points. */
interface Dot {
  readonly task: string;
  readonly change: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
}

/** Pixels of a change, and of what stands above and below. */
const ROW = 24;
const REST = 84;

/** The figure; `undefined` where no change can be compared yet. */
export function ablationChart(
  tasks: readonly TaskAblation[],
  ink: Ink,
): ReturnType<typeof Plot.plot> | undefined {
  const dots = tasks.flatMap((task) => dotsOf(task, ink));
  if (dots.length === 0) return undefined;
  const changes = [...new Set(dots.map(({ change }) => change))];
  return Plot.plot({
    ...frame(),
    style: { background: ink.ground, color: ink.text, fontSize: "12px" },
    height: ROW * changes.length + REST,
    marginTop: 34,
    marginLeft: 190,
    x: {
      label:
        "success along the way, points above the default (95 % paired bootstrap)",
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      nice: true,
      ticks: 5,
    },
    y: { domain: changes, label: null, tickSize: 0 },
    fx: { domain: [...new Set(dots.map(({ task }) => task))], label: null },
    marks: [
      Plot.ruleX([0], { stroke: ink.text, strokeOpacity: 0.6 }),
      Plot.ruleY(dots, {
        fx: "task",
        y: "change",
        x1: "low",
        x2: "high",
        stroke: "colour",
        strokeWidth: 3,
        strokeOpacity: 0.55,
      }),
      Plot.dot(dots, {
        fx: "task",
        y: "change",
        x: "mean",
        r: 4.5,
        fill: "colour",
      }),
    ],
    color: { type: "identity" },
  });
}

function dotsOf({ task, comparisons }: TaskAblation, ink: Ink): readonly Dot[] {
  const counts = comparisons.flatMap(({ differences: [area] }) =>
    area === undefined ? [] : [area.seeds]
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = least === most ? `${most}` : `${least} to ${most}`;
  const many = most === 1 ? "seed" : "seeds";
  return comparisons.flatMap(({ change, differences: [area], verdict }) =>
    area === undefined ? [] : [{
      task: `${task.id} (${seeds} ${many})`,
      change: tellChange(change),
      mean: 100 * area.mean,
      low: 100 * area.low,
      high: 100 * area.high,
      colour: colourOf(verdict, ink),
    }]
  );
}

function colourOf(verdict: PieceVerdict, ink: Ink): string {
  return verdict === "helps"
    ? ink.good
    : verdict === "hurts"
    ? ink.bad
    : ink.faint;
}
