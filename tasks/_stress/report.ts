/**
 * A stress test as data, as a table of comma-separated values and as text.
 *
 * @module
 */

import type { Interval } from "../../lib/rollout/statistics.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { Axis } from "../../lib/suite/stress.ts";
import { section } from "../_cli.ts";
import { counted } from "../_count.ts";
import { formatTable } from "../_grid/table.ts";
import { tell } from "../_report/tell.ts";
import type { LeftOut } from "./fit.ts";
import type { Curve, Point } from "./sweep.ts";

/** What `stress --json` prints, one line. */
export interface Report {
  readonly task: string;
  /** Folder of the run. */
  readonly run: string;
  /** Which policy was played: of which step, and whether the run serves it. */
  readonly policy: {
    readonly step: number;
    readonly served: boolean;
    /** Whether the correction has ever been released. */
    readonly moved: boolean;
  };
  /** Episodes of each player at each value. */
  readonly episodes: number;
  readonly seed: number;
  /** What the figures are of. */
  readonly measure: "success" | "return";
  readonly curves: readonly Curve[];
  /** Axes that do not apply. */
  readonly leftOut: readonly LeftOut[];
}

/** One value of one axis. */
interface Line {
  readonly axis: string;
  readonly unit: string;
  readonly point: Point;
}

/** The figures as comma-separated values, one line per value of an axis. */
export function csvOf({ curves, episodes, measure }: Report): string {
  const parts = ["base", "policy", "difference"] as const;
  const columns = [
    ...["axis", "unit", "value", "episodes", "measure"],
    ...parts.flatMap((part) => [part, `${part}_low`, `${part}_high`]),
  ];
  return formatTable<Line>({
    columns,
    write: ({ axis, unit, point }) => [
      ...[axis, unit, point.value, episodes, measure],
      ...parts.flatMap((part) => Object.values(bounds(point[part]))),
    ],
  }, curves.flatMap(linesOf));
}

function linesOf({ id: axis, unit, points }: Curve): readonly Line[] {
  return points.map((point) => ({ axis, unit, point }));
}

function bounds({ mean, low, high }: Interval): Interval {
  return { mean, low, high };
}

/** What was played, in a sentence. */
export function describePolicy(report: Report): string {
  const { task, policy: { step, served, moved }, episodes } = report;
  const which = served
    ? "which the run serves"
    : moved
    ? "which was learnt last and is not served, as it has not passed the gate"
    : "which is the base still, as its correction was never released";
  return `The policy of step ${step}, ${which}, and its base on ${task}: ${
    counted(episodes, "fresh episode")
  } at each value, the same for both; 95 % intervals.`;
}

/** What does not apply, one sentence for each. */
export function describeLeftOut({ task, leftOut }: Report): readonly string[] {
  return leftOut.map(({ axis, why }) =>
    `'${axis}' does not apply to '${task}': ${why}.`
  );
}

/** All of it for a person at a terminal; `*` marks the undisturbed value. */
export function describeReport(report: Report): string {
  const tables = report.curves.map((curve) =>
    section(
      `${curve.id}: ${measureOf(curve)}`,
      cells(report, curve).map(({ value, base, policy, difference }) => [
        value,
        `base ${base}  policy ${policy}  difference ${difference}`,
      ]),
    )
  );
  const head = [describePolicy(report), ...describeLeftOut(report)];
  return [head.join("\n"), ...tables].join("\n\n");
}

/** What the values of an axis measure, with their unit. */
export function measureOf(
  { label, unit }: Pick<Axis, "label" | "unit">,
): string {
  return unit === "x" ? label : `${label} [${unit}]`;
}

/** A point in words. */
export type Cells = Readonly<
  Record<"value" | keyof Omit<Point, "value">, string>
>;

/** The points of a curve in words. */
export function cells(
  { task }: Pick<Report, "task">,
  { points, undisturbed }: Curve,
): readonly Cells[] {
  const { dense } = TASKS[task];
  const judged = { task: dense === undefined ? {} : { dense } };
  return points.map(({ value, base, policy, difference }) => ({
    value: `${value}${value === undisturbed ? " *" : ""}`,
    base: tell(judged, base),
    policy: tell(judged, policy),
    difference: tell(judged, difference),
  }));
}
