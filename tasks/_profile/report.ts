/**
 * Where the wall-clock of a run went: per Worker and in all, as a table for
 * people and a record for `profile.json`.
 *
 * @module
 */

import type { Crew } from "../../lib/train/train.ts";
import type { Stage } from "../../lib/train/schedule.ts";
import { type Part, PARTS, type Times } from "./stopwatch.ts";

/** Seconds of a Worker per part; `start` is before it had joined. */
export type WorkerTimes = Times & { readonly start: number };

/** The content of `profile.json`; all times in seconds of wall-clock. */
export interface Profile {
  /** From the start of the command to the last word. */
  readonly seconds: number;
  /** Per Worker; the parts of each add up to `seconds`. */
  readonly workers: readonly WorkerTimes[];
  /** What the main thread did itself: normalisers, logs, checkpoints. */
  readonly main: number;
  /** Playing and learning alone, without start and evaluations. */
  readonly training: {
    readonly seconds: number;
    /** Share of the Workers' time in which they worked. */
    readonly atWork: number;
    /** Share of the time in which all Workers worked at once. */
    readonly allAtWork: number;
  };
}

/** Parts in which a Worker works for the training itself. */
const TRAINING: readonly Part[] = [
  "physics",
  "base",
  "policy",
  "replay",
  "update",
];

/** What the main thread keeps of its own time while a run goes on. */
export interface Ledger {
  /** The crew, its calls timed. */
  readonly over: (crew: Crew) => Crew;
  /** Ends a stage. */
  readonly stage: (kind: Stage["kind"], seconds: number) => void;
  /** The profile, from what the Workers kept. */
  readonly close: (workers: readonly Times[], seconds: number) => Profile;
}

/** A ledger on the clock `now` (s). */
export function openLedger(now: () => number): Ledger {
  let training = 0;
  /** Seconds in which the main thread waited for Workers. */
  const awaited = { training: 0, evaluation: 0 };
  async function timed<A>(
    kind: keyof typeof awaited,
    work: () => Promise<A>,
  ): Promise<A> {
    const start = now();
    const result = await work();
    awaited[kind] += now() - start;
    return result;
  }
  return {
    over: (crew) => ({
      explore: (...args) => timed("training", () => crew.explore(...args)),
      update: (...args) => timed("training", () => crew.update(...args)),
      evaluate: (...args) => timed("evaluation", () => crew.evaluate(...args)),
    }),
    stage(kind, seconds) {
      if (kind === "play" || kind === "learn") training += seconds;
    },
    close(workers, seconds) {
      const worked = workers.map(trained);
      const count = worked.length;
      const absent = worked.map((time) => training - time);
      // All rest at once while the main thread works, else one at a time.
      const alone = Math.max(0, training - awaited.training);
      const some = sum(absent) - (count - 1) * alone;
      const all = workers.map((times) => ({
        ...times,
        start: seconds - sum(Object.values(times)),
      }));
      const start = Math.min(...all.map((each) => each.start));
      return {
        seconds,
        workers: all,
        main: seconds - start - awaited.training - awaited.evaluation,
        training: {
          seconds: training,
          atWork: share(sum(worked), count * training),
          allAtWork: share(training - some, training),
        },
      };
    },
  };
}

function trained(times: Times): number {
  return sum(TRAINING.map((part) => times[part]));
}

const LABELS: Readonly<Record<keyof WorkerTimes, string>> = {
  physics: "physics",
  base: "base controller",
  policy: "policy",
  replay: "replay",
  update: "update",
  evaluation: "evaluation",
  waiting: "waiting for the other Worker",
  idle: "idle",
  start: "start",
};

/** The profile as people read it. */
export function describeProfile(profile: Profile): string {
  const { workers, seconds, main, training } = profile;
  const all = workers.length * seconds;
  const head = ["", ...workers.map((_, i) => `Worker ${i + 1}`), "all", "%"];
  const rows = ([...PARTS, "start"] as const).map((part) => {
    const times = workers.map((worker) => worker[part]);
    const total = sum(times);
    return [
      LABELS[part],
      ...[...times, total].map(tenths),
      percent(total, all),
    ];
  });
  const foot = [
    "total",
    ...[...workers.map(() => seconds), all].map(tenths),
    percent(all, all),
  ];
  const cores = workers.length === 1
    ? "the Worker was at work"
    : `the Workers were at work (all at once: ${
      percent(training.allAtWork, 1)
    } %)`;
  return `Seconds of wall-clock:\n${aligned([head, ...rows, foot])}\n` +
    `The main thread's own work took ${tenths(main)} s.\n` +
    `While training (${tenths(training.seconds)} s), ` +
    `${percent(training.atWork, 1)} % of the time ${cores}.`;
}

/** The first column is words, the others are numbers. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) =>
    Math.max(...rows.map((cells) => cells[i].length))
  );
  return rows.map((cells) =>
    "  " +
    cells.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])
    ).join("  ")
  ).join("\n");
}

function tenths(seconds: number): string {
  return seconds.toFixed(1);
}

function percent(part: number, whole: number): string {
  return (100 * share(part, whole)).toFixed(1);
}

/** Nothing of nothing is nothing. */
function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
