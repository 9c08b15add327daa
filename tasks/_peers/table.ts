/**
 * The arithmetic of a comparison and its table: rates in pairs become ratios,
 * and a ratio above 1 always means that ours is faster.
 *
 * @module
 */

/** What a rate is shown as: pieces, or millions of pieces, per second, or time per piece. */
export type Unit =
  | "updates/s"
  | "env steps/s"
  | "M transitions/s"
  | "us"
  | "s";

/** What is compared. */
export interface Work {
  readonly work: string;
  readonly peer: string;
  readonly unit: Unit;
  /** Least median ratio that is wanted; `null` where none is named. */
  readonly bar: number | null;
}

/** What was measured: pieces per second, one pair per repeat, or why it was not. */
export interface Measured {
  readonly work: Work;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly failure?: string;
}

/** One line of `--json`. */
export interface Line {
  readonly work: string;
  readonly peer: string;
  /** Medians, in `unit`. */
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly unit: Unit;
  /** Median of the ratios. */
  readonly ratio: number | null;
  readonly bar: number | null;
  /** Whether the ratio reaches the bar; `null` where there is no bar. */
  readonly pass: boolean | null;
}

/** Least, middle and greatest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * The spread of at least one number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(spread([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4 });
 * ```
 */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(middle)];
  const high = sorted[Math.ceil(middle)];
  return {
    min: sorted[0],
    median: (low + high) / 2,
    max: sorted[sorted.length - 1],
  };
}

/** Ours to theirs, pair by pair: what happened at the same time is compared. */
export function ratios(measured: Measured): Spread {
  const { ours, theirs } = measured;
  return spread(ours.map((rate, i) => rate / theirs[i]));
}

/** A rate in pieces per second, in `unit`. */
export function inUnit(rate: number, unit: Unit): number {
  switch (unit) {
    case "us":
      return 1e6 / rate;
    case "s":
      return 1 / rate;
    case "M transitions/s":
      return rate / 1e6;
    default:
      return rate;
  }
}

/** The line of `--json`, numbers rounded to four digits. */
export function lineOf(measured: Measured): Line {
  const { work, peer, unit, bar } = measured.work;
  const about = { work, peer, unit, bar };
  if (measured.failure !== undefined) {
    const pass = bar === null ? null : false;
    return { ...about, ours: null, theirs: null, ratio: null, pass };
  }
  const ratio = ratios(measured).median;
  return {
    ...about,
    ours: rounded(inUnit(spread(measured.ours).median, unit)),
    theirs: rounded(inUnit(spread(measured.theirs).median, unit)),
    ratio: rounded(ratio),
    pass: bar === null ? null : ratio >= bar,
  };
}

const HEAD = [
  "work",
  "peer",
  "ours",
  "theirs",
  "unit",
  "ratio",
  "min",
  "max",
  "bar",
  "",
];

/** Columns of words; the others are numbers and stand to the right. */
const WORDS = new Set([0, 1, 4, 9]);

/** The table for people. */
export function tableOf(all: readonly Measured[]): string {
  const rows = [HEAD, ...all.map(cellsOf)];
  const widths = HEAD.map((_, i) =>
    Math.max(...rows.map((cells) => cells[i].length))
  );
  return rows.map((cells) =>
    cells.map((cell, i) =>
      WORDS.has(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])
    ).join("  ").trimEnd()
  ).join("\n");
}

function cellsOf(measured: Measured): readonly string[] {
  const line = lineOf(measured);
  const { work, peer, unit, bar, pass } = line;
  const wanted = bar === null ? "" : String(bar);
  if (measured.failure !== undefined) {
    const none = ["-", "-", unit, "-", "-", "-", wanted, "not measured"];
    return [work, peer, ...none];
  }
  const { min, median, max } = ratios(measured);
  const verdict = pass === null ? "" : pass ? "reached" : "short";
  return [
    work,
    peer,
    short(line.ours!),
    short(line.theirs!),
    unit,
    median.toFixed(2),
    min.toFixed(2),
    max.toFixed(2),
    wanted,
    verdict,
  ];
}

/** Three digits where they mean something: 0.162, 5.3, 419. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
