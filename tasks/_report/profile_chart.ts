/**
 * Performance profiles as SVG inside the page: for every final success the
 * share of an arm's runs that end above it, as steps in a band.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
import type { ProfilePoint } from "../../lib/rollout/performance_profile.ts";
import type { Arm } from "../_grid/arms.ts";
import { colourOf, dashOf, frame, page } from "./chart.ts";

/** An arm with its profile. */
export interface ArmProfile {
  readonly arm: Arm;
  /** In order of threshold, from 0 to 1, with every score among them. */
  readonly points: readonly ProfilePoint[];
}

/** The profiles of several arms over the same tasks. */
export function profiles(drawn: readonly ArmProfile[]): string {
  return page(Plot.plot({
    ...frame(),
    x: {
      label: "final success",
      labelArrow: "none",
      domain: [0, 1],
      tickFormat: ".0%",
    },
    y: {
      label: "share of runs that end above it",
      labelArrow: "none",
      grid: true,
      domain: [0, 1],
      tickFormat: ".0%",
    },
    marks: drawn.flatMap(profileMarks),
  }));
}

/** A share holds from its threshold to the next. */
function profileMarks({ arm, points }: ArmProfile): readonly Plot.Markish[] {
  const colour = colourOf(arm.id);
  return [
    Plot.areaY(points, {
      x: "threshold",
      y1: "low",
      y2: "high",
      curve: "step-after",
      fill: colour,
      fillOpacity: 0.15,
    }),
    Plot.lineY(points, {
      x: "threshold",
      y: "mean",
      curve: "step-after",
      stroke: colour,
      strokeWidth: 2,
      strokeDasharray: dashOf(arm),
    }),
  ];
}
