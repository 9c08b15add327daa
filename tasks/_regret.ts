/**
 * What learning costs, as SVG: successes in training so far less those that the
 * base would have had in as many episodes, one thin line per seed, their mean
 * thick. Below zero is regret. Under safe exploration the dashed line is what
 * the sum may not fall below.
 *
 * The base's rate is that of the run's own evaluation, and the shade is where
 * "base alone" may lie as far as that knows it: 95 %, of the rate over so many
 * episodes. On complex-hook evaluation plays other scenes than training.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import { refuse } from "../lib/errors.ts";
import { mean } from "../lib/train/judging.ts";
import {
  baseColour,
  canvas,
  type Curve,
  curveColour,
  numberOf,
  titleMark,
} from "./_figure.ts";
import type { Row } from "./_sinks/jsonl.ts";

/** A training round of one run. */
interface Round {
  readonly seed: number;
  readonly step: number;
  /** Successes so far, less the base's expected ones. */
  readonly lead: number;
  /** What safe exploration allows, on the same scale; absent without it. */
  readonly floor?: number;
  /** Where the base alone may lie, by the interval of its rate. */
  readonly least: number;
  readonly most: number;
}

/**
 * Draws the regret to base of one or more runs of one task: the same rows give
 * the same text.
 *
 * @throws {Refusal} Of a `ConfigError` if no run holds a training round, or one
 * has figures that cannot be drawn.
 */
export function regretCurve(curves: readonly Curve[], title: string): string {
  const rounds = curves.flatMap(roundsOf);
  if (rounds.length === 0) {
    refuse({
      _tag: "ConfigError",
      message: "Cannot draw the regret as no run holds a training episode yet",
    });
  }
  const last = rounds.reduce((a, b) => b.step > a.step ? b : a);
  const safe = rounds.filter(({ floor }) => floor !== undefined);
  return canvas({
    x: { label: "environment steps", labelArrow: "none", tickFormat: ",d" },
    y: {
      label: "successes in training, less the base's",
      labelArrow: "none",
      grid: true,
    },
    marks: [
      Plot.areaY(meansOf(rounds), {
        x: "step",
        y1: "least",
        y2: "most",
        fill: baseColour,
        fillOpacity: 0.12,
      }),
      Plot.ruleY([0], { stroke: baseColour, strokeDasharray: "6 4" }),
      ...lines(rounds, "lead", 1),
      ...safe.length > 0 ? lines(safe, "floor", 1, "2 3") : [],
      Plot.lineY(meansOf(rounds), {
        x: "step",
        y: "lead",
        stroke: curveColour,
        strokeWidth: 3,
      }),
      label("base alone, by its evaluation", last.step, 0),
      ...safe.length > 0
        ? [label("least that is allowed", last.step, safe.at(-1)?.floor ?? 0)]
        : [],
      titleMark(title),
    ],
  });
}

function lines(
  rounds: readonly Round[],
  y: "lead" | "floor",
  strokeWidth: number,
  dash?: string,
): Plot.Markish[] {
  return [
    Plot.lineY(rounds, {
      x: "step",
      y,
      z: "seed",
      stroke: y === "lead" ? curveColour : baseColour,
      strokeWidth,
      strokeOpacity: 0.6,
      ...dash === undefined ? {} : { strokeDasharray: dash },
    }),
  ];
}

function label(text: string, x: number, y: number): Plot.Markish {
  return Plot.text([text], {
    x,
    y,
    dy: -5,
    fill: baseColour,
    lineAnchor: "bottom",
    textAnchor: "end",
  });
}

/** The rounds of a run, successes summed up. */
function roundsOf({ seed, path, rows }: Curve): readonly Round[] {
  const evaluated = rows.find(({ kind }) => kind === "evaluation");
  if (evaluated === undefined) return [];
  const [rate, low, high] = ["base", "low", "high"].map((name) =>
    numberOf(path, evaluated, name, "success")
  );
  // The interval is the policy's, which is the base until something is learnt.
  const known = evaluated.success === rate;
  let episodes = 0;
  let successes = 0;
  return rows.filter(({ kind }) => kind === "play").map((row: Row) => {
    const played = numberOf(path, row, "episodes", "return");
    successes += numberOf(path, row, "success", "success") *
      (played - episodes);
    episodes = played;
    const expected = rate * episodes;
    const floor = row.floor === undefined
      ? {}
      : { floor: numberOf(path, row, "floor", "return") - expected };
    const [least, most] = known
      ? [(low - rate) * episodes, (high - rate) * episodes]
      : [0, 0];
    const { step } = row;
    return { seed, step, lead: successes - expected, least, most, ...floor };
  });
}

/** Means over seeds, at the steps that every seed reached. */
function meansOf(rounds: readonly Round[]): readonly Omit<Round, "seed">[] {
  const groups = Map.groupBy(rounds, ({ step }) => step);
  const most = Math.max(...[...groups.values()].map(({ length }) => length));
  return [...groups].filter(([, group]) => group.length === most)
    .toSorted(([a], [b]) => a - b)
    .map(([step, group]) => ({
      step,
      lead: mean(group.map(({ lead }) => lead)),
      least: mean(group.map(({ least }) => least)),
      most: mean(group.map(({ most }) => most)),
    }));
}
