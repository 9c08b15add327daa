/**
 * Time until something happens where some runs ended before it did: the
 * product-limit estimate (Kaplan and Meier 1958),
 *
 *   S(t) = prod_{t_i <= t} (1 - d_i / n_i)
 *
 * over the times t_i at which d_i of the n_i runs still watched had the event.
 *
 * @module
 */

import { Z95 } from "./statistics.ts";

/** One run: when it had the event, or when watching it stopped. */
export interface Watched {
  /** Time, such as environment steps; from 0. */
  readonly time: number;
  /** Whether the event came at `time`; otherwise the run is censored there. */
  readonly event: boolean;
}

/** The estimate from one event to the next. */
export interface SurvivalStep {
  readonly time: number;
  /** Share of runs that have not had the event after `time`. */
  readonly survival: number;
  /** Bounds of 95 % by Greenwood's variance on the scale of log(-log S). */
  readonly low: number;
  readonly high: number;
}

/** A median time and its bounds; `Infinity` where it was not reached. */
export interface MedianTime {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Runs that had the event. */
  readonly events: number;
  /** Runs in all. */
  readonly runs: number;
}

/**
 * The steps of the survival curve, one per time with an event, in order. A run
 * that is censored at the time of an event counts as watched there.
 *
 * @throws {RangeError} If there are no runs or a time is not a finite number from 0.
 */
export function kaplanMeier(
  runs: readonly Watched[],
  z: number = Z95,
): readonly SurvivalStep[] {
  checkRuns(runs);
  const times = new Set(runs.filter((r) => r.event).map((r) => r.time));
  let survival = 1;
  let greenwood = 0;
  return [...times].sort((a, b) => a - b).map((time) => {
    const watched = runs.filter((r) => r.time >= time).length;
    const events = runs.filter((r) => r.event && r.time === time).length;
    survival *= 1 - events / watched;
    greenwood += events / (watched * (watched - events));
    return { time, survival, ...logLogBounds(survival, greenwood, z) };
  });
}

/**
 * The median of the times to the event: where the survival curve reaches one
 * half, and where its bounds do (Brookmeyer and Crowley 1982).
 *
 * @throws {RangeError} As {@link kaplanMeier}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { median, high } = medianTime([
 *   { time: 5000, event: true },
 *   { time: 7500, event: true },
 *   { time: 30000, event: false },
 * ]);
 * assertEquals([median, high], [7500, Infinity]);
 * ```
 */
export function medianTime(
  runs: readonly Watched[],
  z: number = Z95,
): MedianTime {
  const steps = kaplanMeier(runs, z);
  const first = (bound: "survival" | "low" | "high") =>
    steps.find((step) => step[bound] <= HALF)?.time ?? Infinity;
  return {
    median: first("survival"),
    low: first("low"),
    high: first("high"),
    events: runs.filter((run) => run.event).length,
    runs: runs.length,
  };
}

/** One half with room for the rounding of a product. */
const HALF = 0.5 + 1e-12;

/** S^exp(-+ z s), where s^2 = greenwood / log(S)^2. */
function logLogBounds(survival: number, greenwood: number, z: number) {
  if (survival <= 0) return { low: 0, high: 0 };
  const spread = z * Math.sqrt(greenwood) / Math.abs(Math.log(survival));
  return {
    low: survival ** Math.exp(spread),
    high: survival ** Math.exp(-spread),
  };
}

function checkRuns(runs: readonly Watched[]): void {
  if (runs.length === 0) {
    throw new RangeError(
      "Cannot estimate times as there must be at least one run: there is none",
    );
  }
  const bad = runs.find(({ time }) => !(Number.isFinite(time) && time >= 0));
  if (bad !== undefined) {
    throw new RangeError(
      `Cannot estimate times as each must be a finite number from 0: current value is ${bad.time}`,
    );
  }
}
