/**
 * Summaries as a person reads them.
 *
 * @module
 */

import type { Interval } from "../../lib/rollout/statistics.ts";
import type { MedianTime, Watched } from "../../lib/rollout/survival.ts";
import type { PairedDifference } from "./paired.ts";
import type { ArmSummary } from "./summary.ts";

/** An estimate of the task's measure and its interval, for a person. */
export function tell(
  { task }: { readonly task: Pick<ArmSummary["task"], "dense"> },
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
export function tellTimes({ held }: ArmSummary): string {
  return held.length === 0 ? "not defined" : held.map(tellTime).join(", ");
}

/** When the median seed held 90 %. */
export function tellMedian({ median, after }: MedianTime): string {
  const event = median < Infinity;
  return tellTime({ time: event ? median : after, event });
}

/** From where to where those times lie; nothing where none was reached. */
export function tellSpread({ spread, events }: MedianTime): string {
  const { low, high, open } = spread;
  const last = tellTime({ time: high, event: !open });
  return events === 0 ? "" : `${tellSteps(low)} to ${last}`;
}

/** Where an arm ends. */
export function tellFinal(summary: ArmSummary): string {
  const { final } = summary;
  return final === undefined ? "not recorded" : tell(summary, final);
}

/** The controller alone on the episodes of the end; nothing where the arm is not over it. */
export function tellBase(summary: ArmSummary): string {
  const { base } = summary;
  return base === undefined || !isOver(summary) ? "" : tell(summary, base);
}

/** Whether the arm has a part that is not its controller, and a controller. */
export function isOver({ arm }: Pick<ArmSummary, "arm">): boolean {
  return arm.kind === "residual" || arm.kind === "explore";
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

function tellTime({ time, event }: Watched): string {
  return event ? tellSteps(time) : `> ${tellSteps(time)}`;
}

/** A difference with its interval, but for one seed, which tells nothing of its spread. */
export function tellInterval(
  { mean, low, high, seeds }: PairedDifference,
  tell: (value: number) => string,
): string {
  const found = tell(mean);
  return seeds === 1 ? found : `${found} [${tell(low)}, ${tell(high)}]`;
}

/** A difference with its sign, but for zero. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (text === (0).toFixed(digits)) return text;
  return `${value > 0 ? "+" : "−"}${text}`;
}

function share(value: number): string {
  return value.toFixed(3);
}
