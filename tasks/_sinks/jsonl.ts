/**
 * Rows as JSON lines: the same rows give the same bytes on every machine.
 *
 * Keys stand in one order whatever order they came in: `kind`, `step`, then by
 * name. Numbers are written in the shortest form that reads back as the same
 * double, which ECMAScript fixes for every engine.
 *
 * @module
 */

import { openLog } from "../_files.ts";

/** One row of `metrics.jsonl` or `timing.jsonl`. */
export interface Row {
  /** What the row tells, for example `evaluation` or `round`. */
  readonly kind: string;
  /** Environment steps done. */
  readonly step: number;
  /** `null` stands for a figure that does not exist here. */
  readonly [name: string]: number | string | boolean | null;
}

/** A file of rows. */
export interface JsonlSink {
  readonly write: (row: Row) => void;
  /** Length in bytes. */
  readonly length: () => number;
  readonly sync: () => void;
  readonly close: () => void;
}

/**
 * One row as a line without its end.
 *
 * @throws {RangeError} If a number is not finite: JSON has no word for it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatRow({ low: 0.5, step: 10, kind: "evaluation", base: 0.25 }),
 *   '{"kind":"evaluation","step":10,"base":0.25,"low":0.5}');
 * ```
 */
export function formatRow(row: Row): string {
  const { kind, step, ...rest } = row;
  const names = Object.keys(rest).sort();
  for (const name of ["step", ...names]) {
    const value = row[name];
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError(
        `Cannot write metric '${name}' as it must be finite: current value is ${value}`,
      );
    }
  }
  const sorted = Object.fromEntries(names.map((name) => [name, rest[name]]));
  return JSON.stringify({ kind, step, ...sorted });
}

/** Opens a file of rows and cuts it back to `length` bytes. */
export function openJsonl(path: string, length = 0): JsonlSink {
  const log = openLog(path, length);
  const encoder = new TextEncoder();
  return {
    write: (row) => log.append(encoder.encode(formatRow(row) + "\n")),
    length: log.length,
    sync: log.sync,
    close: log.close,
  };
}

/** The rows in `text`; a last line that a kill cut short is left out. */
export function parseRows(text: string): readonly Row[] {
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Row);
}
