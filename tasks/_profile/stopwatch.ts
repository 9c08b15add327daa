/**
 * A stopwatch that always runs for exactly one part of the work, so that the
 * parts add up to the whole.
 *
 * ```text
 * idle --- policy --- physics --- policy --- base --- policy --- idle
 * ```
 *
 * A function charged to a part takes the clock over when it is called and gives
 * it back when it returns: what it calls that is charged to another part does
 * not count as its own. Only `tasks/` know that they are timed.
 *
 * @module
 */

import type { Kernels } from "../../kernels/types.ts";

/** What a Worker's time goes to. */
export const PARTS = [
  "physics",
  "base",
  "policy",
  "replay",
  "update",
  "evaluation",
  "waiting",
  "idle",
] as const;

/**
 * `waiting` is for another Worker in the middle of an update; `idle` is without
 * anything to do; `evaluation` keeps what happens inside it.
 */
export type Part = typeof PARTS[number];

/** Seconds per part. */
export type Times = Readonly<Record<Part, number>>;

/** Charges time to parts. */
export interface Stopwatch {
  /** `work`, with the time of every call charged to `part`. */
  readonly charge: <A extends readonly unknown[], B>(
    part: Part,
    work: (...args: A) => B,
  ) => (...args: A) => B;
  /** Seconds so far. */
  readonly read: () => Times;
}

/** A stopwatch on the clock `now` (s), running for `idle`. */
export function createStopwatch(now: () => number): Stopwatch {
  const seconds = new Map<Part, number>(PARTS.map((part) => [part, 0]));
  let running: Part = "idle";
  let since = now();
  function turnTo(part: Part): void {
    const time = now();
    seconds.set(running, seconds.get(running)! + time - since);
    since = time;
    running = part;
  }
  return {
    charge: (part, work) => (...args) => {
      if (running === "evaluation" || running === part) return work(...args);
      const caller = running;
      turnTo(part);
      try {
        return work(...args);
      } finally {
        turnTo(caller);
      }
    },
    read() {
      turnTo(running);
      return Object.fromEntries(seconds) as Record<Part, number>;
    },
  };
}

/** A stopwatch that nobody reads: functions stay what they are. */
export function noStopwatch(): Stopwatch {
  const none = PARTS.map((part) => [part, 0] as const);
  return {
    charge: (_, work) => work,
    read: () => Object.fromEntries(none) as Record<Part, number>,
  };
}

/** A record of functions, such as an environment, all charged to `part`. */
export function charged<R extends object>(
  watch: Stopwatch,
  part: Part,
  record: R,
): R {
  return overFunctions(record, (_, work) => watch.charge(part, work));
}

/** The kernels with those of the replay charged to it; the rest is their caller's. */
export function chargedReplay(watch: Stopwatch, kernels: Kernels): Kernels {
  return overFunctions(
    kernels,
    (name, work) =>
      name.startsWith("replay") ? watch.charge("replay", work) : work,
  );
}

type Work = (...args: readonly unknown[]) => unknown;

function overFunctions<R extends object>(
  record: R,
  change: (name: string, work: Work) => Work,
): R {
  const entries = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === "function" ? change(name, value) : value,
  ]);
  return { ...record, ...Object.fromEntries(entries) };
}
