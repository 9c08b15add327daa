/**
 * Time until something happens where some runs ended before it did, and where
 * it is looked for now and then only. The median is that of the product-limit
 * estimate (Kaplan and Meier 1958),
 *
 *   S(t) = prod_{t_i <= t} (1 - d_i / n_i)
 *
 * over the times t_i at which d_i of the n_i runs still watched had the event.
 * Its interval is the exact one between two order statistics (Thompson 1936,
 * Ann Math Stat 7:122; David and Nagaraja 2003, section 7.1),
 *
 *   [T_(k), T_(n+1-k)],  the largest k with 2 P(Bin(n, 1/2) < k) <= 1 - level,
 *
 * which asks nothing of how times are spread. No k from 1 serves for fewer than
 * six runs at 95 %: then the earliest and the latest are given as what they are.
 *
 * @module
 */

/** One run: when it had the event, or when watching it stopped. */
export interface Watched {
  /** Time, such as environment steps; from 0. */
  readonly time: number;
  /** Whether the event was seen at `time`; otherwise the run is censored there. */
  readonly event: boolean;
  /** The last look before `time` at which it had not come; from 0 to `time`, which it is unless given. */
  readonly after?: number;
}

/** The estimate from one event to the next. */
export interface SurvivalStep {
  /** When at least one run had the event. */
  readonly time: number;
  /** Share of runs that have not had the event after `time`. */
  readonly survival: number;
}

/** From where to where times lie. */
export interface TimeSpread {
  /** An interval of the median at the level asked for, or the earliest and the latest of all runs. */
  readonly kind: "interval" | "range";
  /** Lower end, from 0. */
  readonly low: number;
  /** Upper end, or what is known of it where it is {@link TimeSpread.open}. */
  readonly high: number;
  /** The upper end lies somewhere beyond `high`, as runs ended before it came. */
  readonly open: boolean;
}

/** A median time. */
export interface MedianTime {
  /** `Infinity` where it was not reached. */
  readonly median: number;
  /** The median does not lie before. */
  readonly after: number;
  /** Its interval, or the range of all runs. */
  readonly spread: TimeSpread;
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
): readonly SurvivalStep[] {
  checkRuns(runs);
  const times = new Set(runs.filter((r) => r.event).map((r) => r.time));
  let survival = 1;
  return [...times].sort((a, b) => a - b).map((time) => {
    const watched = runs.filter((r) => r.time >= time).length;
    const events = runs.filter((r) => r.event && r.time === time).length;
    survival *= 1 - events / watched;
    return { time, survival };
  });
}

/**
 * The median of the times to the event, where the survival curve reaches one
 * half, and between which times it lies. Where looks are far apart, a time is
 * known to lie between two of them only: bounds below are the looks before
 * events, bounds above the looks that saw them, so no bound is too narrow.
 *
 * @param level Least probability that the interval holds the median, in (0, 1).
 * @throws {RangeError} As {@link kaplanMeier}, or as {@link medianRank}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { median, after, spread } = medianTime([
 *   { after: 2500, time: 5000, event: true },
 *   { after: 5000, time: 7500, event: true },
 *   { time: 30000, event: false },
 * ]);
 * assertEquals([after, median], [5000, 7500]);
 * assertEquals(spread, { kind: "range", low: 2500, high: 30000, open: true });
 * ```
 */
export function medianTime(
  runs: readonly Watched[],
  level = 0.95,
): MedianTime {
  const steps = kaplanMeier(runs);
  const from = runs.map(afterOf).sort((a, b) => a - b);
  const to = runs.map(byOf).sort((a, b) => a - b);
  const rank = medianRank(runs.length, level);
  const edge = Math.max(1, rank);
  const high = to[to.length - edge];
  const open = high === Infinity;
  return {
    median: steps.find(({ survival }) => survival <= HALF)?.time ?? Infinity,
    after: from[Math.ceil(from.length / 2) - 1],
    spread: {
      kind: rank > 0 ? "interval" : "range",
      low: from[edge - 1],
      high: open ? from[from.length - edge] : high,
      open,
    },
    events: runs.filter((run) => run.event).length,
    runs: runs.length,
  };
}

/** When the event had surely not come yet. */
export function afterOf({ after, time }: Watched): number {
  return after ?? time;
}

/**
 * The rank k of the order statistics between which the median of `count` values
 * lies with a probability of at least `level`, the k-th from either end; 0 where
 * even the outermost do not serve.
 *
 * @param count From 1 to 1000.
 * @throws {RangeError} If `count` is no such number or `level` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([5, 6, 10, 20].map((n) => medianRank(n, 0.95)), [0, 1, 2, 6]);
 * ```
 */
export function medianRank(count: number, level: number): number {
  check("count", count, "a whole number from 1 to 1000", isCount(count));
  check("level", level, "between 0 and 1", level > 0 && level < 1);
  let chance = 2 ** -count; // that exactly `rank` values lie below the median
  let tail = chance;
  let rank = 0;
  while (2 * tail <= 1 - level) {
    chance *= (count - rank) / (rank + 1);
    rank++;
    tail += chance;
  }
  return rank;
}

/** One half with room for the rounding of a product. */
const HALF = 0.5 + 1e-12;

/** When the event had surely come. */
function byOf({ event, time }: Watched): number {
  return event ? time : Infinity;
}

/** Up to where 2^-count is a number above zero with room below. */
function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 1 && count <= 1000;
}

function checkRuns(runs: readonly Watched[]): void {
  if (runs.length === 0) {
    throw new RangeError(
      "Cannot estimate times as there must be at least one run: there is none",
    );
  }
  for (const run of runs) {
    const { time } = run;
    const after = afterOf(run);
    check("time", time, "finite and from 0", time >= 0 && time < Infinity);
    check("after", after, `from 0 to ${time}`, after >= 0 && after <= time);
  }
}

function check(
  name: string,
  value: number,
  allowed: string,
  holds: boolean,
): void {
  if (holds) return;
  throw new RangeError(
    `Cannot estimate times as '${name}' must be ${allowed}: current value is ${value}`,
  );
}
