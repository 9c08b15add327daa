/**
 * Tables as comma-separated values (RFC 4180, lines ended by a line feed): the
 * same rows give the same bytes, and a damaged line costs no other.
 *
 * @module
 */

/** What a table holds and how one of its rows is written and read. */
export interface Table<R> {
  /** Names of the columns, the first line of the file. */
  readonly columns: readonly string[];
  readonly write: (row: R) => readonly Value[];
  /** The row of these fields; `undefined`, or a reason, where they make none. */
  readonly read: (fields: readonly string[]) => R | string;
}

/** What stands in a field; `null` is the empty field. */
export type Value = string | number | null;

/** A line that cannot be read. */
export interface Damage {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Completes "cannot be read as ...". */
  readonly why: string;
}

/** The rows that can be read, and the lines that cannot. */
export interface Parsed<R> {
  readonly rows: readonly R[];
  readonly damage: readonly Damage[];
}

/** The whole file; numbers in the shortest form that reads back as the same double. */
export function formatTable<R>(
  table: Pick<Table<R>, "columns" | "write">,
  rows: readonly R[],
): string {
  const lines = [table.columns, ...rows.map(table.write)];
  return lines.map((fields) => `${fields.map(formatField).join(",")}\n`)
    .join("");
}

/**
 * Reads a file of the table; a last line without its end may have lost some of
 * its last field and counts as damaged.
 *
 * @throws {RangeError} If the first line does not name the columns.
 */
export function parseTable<R>(table: Table<R>, text: string): Parsed<R> {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const head = table.columns.join(",");
  if (lines[0] !== head) {
    throw new RangeError(
      `its first line must be '${head}': it is '${lines[0] ?? last}'`,
    );
  }
  const rows: R[] = [];
  const damage: Damage[] = [];
  lines.slice(1).forEach((line, i) => {
    const row = readLine(table, line);
    if (typeof row !== "string") rows.push(row);
    else damage.push({ line: i + 2, text: line, why: row });
  });
  if (last !== "") {
    const why = "it has no end of line, so it was cut short";
    damage.push({ line: lines.length + 1, text: last, why });
  }
  return { rows, damage };
}

/** The fields of a line; `undefined` where quotes do not match. */
export function splitLine(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const found = field.exec(line);
    if (found === null) return undefined;
    const [, quoted, plain, end] = found;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "") return fields;
  }
}

/** A number in a field; `undefined` where it is none. */
export function readNumber(field: string): number | undefined {
  const value = Number(field);
  return field.trim() === "" || !Number.isFinite(value) ? undefined : value;
}

function readLine<R>(table: Table<R>, line: string): R | string {
  const fields = splitLine(line);
  if (fields === undefined) return "its quotes do not match";
  const count = table.columns.length;
  return fields.length === count
    ? table.read(fields)
    : `it must have ${count} fields: it has ${fields.length}`;
}

function formatField(value: Value): string {
  if (value === null) return "";
  if (typeof value === "number") return formatNumber(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new RangeError(
      `Cannot write a number as it must be finite: current value is ${value}`,
    );
  }
  return String(value);
}
