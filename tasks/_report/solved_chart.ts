/**
 * Steps until tasks are solved as SVG: a dot for each learner on a logarithmic
 * axis, an open one with an arrow where it had not come by then, a diamond for
 * what others have published.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { frame } from "./chart.ts";
import type { Ink } from "./ink.ts";
import type { Group, Line } from "./solved_lines.ts";

/** A line where it is drawn. */
interface Placed extends Line {
  readonly key: string;
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

/** The axis, in environment steps. */
const [LEAST, MOST] = [500, 5_000_000];

/** Where text changes to the left of its mark, so that it stays inside. */
const MIDDLE = 40_000;

/** Pixels of a line, and of what stands above and below. */
const ROW = 19;
const REST = 82;
const LEFT = 205;

/** The figure of all tasks. */
export function solvedChart(
  groups: readonly Group[],
  ink: Ink,
): ReturnType<typeof Plot.plot> {
  const keys = groups.flatMap(({ title, lines }) => [
    title,
    ...lines.map((line) => keyOf(title, line)),
  ]);
  const placed = groups.flatMap(({ title, lines }) =>
    lines.map((line) => place(keyOf(title, line), line, ink))
  );
  return Plot.plot({
    ...frame(),
    style: { background: ink.ground, color: ink.text, fontSize: "12px" },
    height: ROW * keys.length + REST,
    marginTop: 28,
    marginLeft: LEFT,
    x: {
      type: "log",
      domain: [LEAST, MOST],
      label: "environment steps of training",
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      ticks: [1e3, 1e4, 1e5, 1e6],
      tickFormat: (steps: number) => steps.toLocaleString("en-GB"),
    },
    y: { domain: keys, axis: null },
    color: { type: "identity" },
    marks: [
      ...names(groups, placed, ink),
      ...marks(placed.filter(({ time }) => time !== undefined), ink),
      Plot.text(placed.filter(({ time }) => time === undefined), {
        x: LEAST,
        y: "key",
        dx: 4,
        text: "text",
        textAnchor: "start",
        fill: ink.faint,
        fontStyle: "italic",
      }),
    ],
  });
}

/** Tasks and learners beside the axis. */
function names(
  groups: readonly Group[],
  placed: readonly Placed[],
  ink: Ink,
): readonly Plot.Markish[] {
  const beside = {
    x: LEAST,
    textAnchor: "start",
    fill: ink.text,
  } as const;
  return [
    Plot.text(groups, {
      ...beside,
      y: "title",
      dx: 8 - LEFT,
      text: "title",
      fontWeight: "bold",
    }),
    Plot.text(placed, { ...beside, y: "key", dx: 18 - LEFT, text: "who" }),
  ];
}

function marks(
  placed: readonly Placed[],
  ink: Ink,
): readonly Plot.Markish[] {
  const early = (line: Placed) => line.x < MIDDLE;
  const at = { x: "x", y: "key" } as const;
  const text = {
    y: "key",
    text: "text",
    fill: ink.text,
    fontSize: 11,
  } as const;
  return [
    Plot.ruleY(placed, {
      y: "key",
      x1: "from",
      x2: "to",
      stroke: "colour",
      strokeWidth: 3,
      strokeOpacity: 0.4,
    }),
    Plot.dot(placed.filter(({ event }) => event), {
      ...at,
      r: 4.5,
      fill: "colour",
      symbol: (line: Placed) =>
        line.whose === "published" ? "diamond" : "circle",
    }),
    Plot.dot(placed.filter(({ event }) => !event), {
      ...at,
      r: 4,
      stroke: "colour",
      strokeWidth: 1.5,
      symbol: () => "triangle",
      rotate: 90,
    }),
    Plot.text(placed.filter(early), {
      ...text,
      x: "to",
      dx: 9,
      textAnchor: "start",
    }),
    Plot.text(placed.filter((line) => !early(line)), {
      ...text,
      x: "from",
      dx: -9,
      textAnchor: "end",
    }),
  ];
}

function place(key: string, line: Line, ink: Ink): Placed {
  const x = inside(line.time ?? LEAST);
  return {
    ...line,
    key,
    x,
    from: Math.min(x, inside(line.low ?? x)),
    to: Math.max(x, inside(line.high ?? x)),
    colour: ink[line.whose],
  };
}

function inside(steps: number): number {
  return Math.min(MOST, Math.max(LEAST, steps));
}

function keyOf(title: string, { who }: Line): string {
  return `${title} ${who}`;
}
