/**
 * Summaries as a person reads them.
 *
 * @module
 */

import type { Interval } from "../../lib/rollout/statistics.ts";
import type { ArmSummary } from "./summary.ts";

/** An end and its interval, for a person. */
export function tell(
  { task }: Pick<ArmSummary, "task">,
  { mean, low, high }: Interval,
): string {
  if (low === -Infinity) return `${mean.toFixed(1)} [spread unknown]`;
  return task.dense === true
    ? `${mean.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`
    : `${share(mean)} [${share(low)}, ${share(high)}]`;
}

/** Steps with thousands apart. */
export function tellSteps(steps: number): string {
  return steps.toLocaleString("en-GB");
}

/** When each seed held 90 %. */
export function tellTimes({ held, sustained }: ArmSummary): string {
  const all = held.map(({ time, event }) =>
    event ? tellSteps(time) : `over ${tellSteps(time)}`
  );
  if (sustained === undefined || all.length === 0) return "not defined";
  return all.join(", ");
}

/** Where an arm ends. */
export function tellFinal(summary: ArmSummary): string {
  return tell(summary, summary.final as Interval);
}

/** A level of the measure. */
export function tellMeasure({ task }: ArmSummary, value: number): string {
  return task.dense === true ? value.toFixed(1) : share(value);
}

/** A difference of the measure, with its unit. */
export function tellGap(summary: ArmSummary, value: number): string {
  const digits = gapDigits(summary, value);
  return summary.task.dense === true ? digits : `${digits} points`;
}

/** A difference of the measure without its unit. */
export function gapDigits({ task }: ArmSummary, value: number): string {
  return (task.dense === true ? value : 100 * value).toFixed(1);
}

function share(value: number): string {
  return value.toFixed(3);
}
