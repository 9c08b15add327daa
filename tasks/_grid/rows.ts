/**
 * The tables of a results folder:
 *
 * ```text
 * results/short/
 *   push.csv, ...   one row per evaluation; nothing of the clock in it
 *   cells.csv       one row per finished cell: its command and how many rows it has
 *   timings.csv     one row per evaluation: wall-clock, which differs from run to run
 *   confirmed.csv   one row per arm that came out the same under a later version of the code
 * ```
 *
 * @module
 */

import { ALL_ARMS } from "./arms.ts";
import type { Table, Value } from "./table.ts";
import { readNumber } from "./table.ts";

/** Where a row belongs. */
export interface Place {
  readonly task: string;
  readonly arm: string;
  readonly seed: number;
}

/** An evaluation. */
export interface Evaluation extends Place {
  /** Name of the controller; `none` where there is none. */
  readonly base: string;
  /** `evaluation` during training, always on the same episodes of the seed; `final` on fresh ones. */
  readonly kind: "evaluation" | "final";
  /** Whom the run serves: the policy, or the controller until the policy has passed the gate. The policy is judged either way. */
  readonly served: "policy" | "base";
  /** Environment steps of training so far. */
  readonly step: number;
  /** Control steps that the controller simulated during training so far; not part of `step`. */
  readonly modelSteps: number;
  /** Episodes of this evaluation. */
  readonly episodes: number;
  /** Success rate with its 95 % Wilson interval. */
  readonly success: number;
  readonly low: number;
  readonly high: number;
  /** Mean return; `null` where it was not recorded. */
  readonly return: number | null;
  /** Its standard error over the episodes. */
  readonly returnError: number | null;
  /** The controller alone on the same episodes; where `base` is `none`, one that costs nothing and had no part. */
  readonly baseSuccess: number;
  readonly baseReturn: number | null;
  readonly baseReturnError: number | null;
  /** SHA-256 of the configuration. */
  readonly config: string;
  /** SHA-256 of the sources that decide results. */
  readonly code: string;
}

/** A finished cell. */
export interface Recorded extends Place {
  /** Its rows among the evaluations. */
  readonly rows: number;
  readonly config: string;
  readonly code: string;
  /** What a person types to repeat it. */
  readonly command: string;
}

/** Wall-clock of a run at one of its evaluations, seconds so far. */
export interface Timing extends Place {
  readonly kind: Evaluation["kind"];
  readonly step: number;
  /** Seconds of playing and learning. */
  readonly training: number;
  /** Seconds of evaluations and of the gate. */
  readonly judging: number;
}

/** An arm whose rows of one version of the code came out the same under another. */
export interface Confirmed extends Place {
  /** The last step whose rows were compared. */
  readonly step: number;
  /** The version whose rows were there. */
  readonly before: string;
  /** The version that was run and gave them again. */
  readonly code: string;
}

/** One row per evaluation. */
export const EVALUATIONS: Table<Evaluation> = table([
  ["task", "text"],
  ["arm", "text"],
  ["base", "text"],
  ["seed", "count"],
  ["kind", "kind"],
  ["served", "served"],
  ["step", "count"],
  ["modelSteps", "count"],
  ["episodes", "count"],
  ["success", "rate"],
  ["low", "rate"],
  ["high", "rate"],
  ["return", "optional"],
  ["returnError", "optional"],
  ["baseSuccess", "rate"],
  ["baseReturn", "optional"],
  ["baseReturnError", "optional"],
  ["config", "hash"],
  ["code", "hash"],
]);

/** One row per finished cell. */
export const RECORDED: Table<Recorded> = table([
  ["task", "text"],
  ["arm", "text"],
  ["seed", "count"],
  ["rows", "count"],
  ["config", "hash"],
  ["code", "hash"],
  ["command", "text"],
]);

/** One row per evaluation. */
export const TIMINGS: Table<Timing> = table([
  ["task", "text"],
  ["arm", "text"],
  ["seed", "count"],
  ["kind", "kind"],
  ["step", "count"],
  ["training", "number"],
  ["judging", "number"],
]);

/** One row per arm and version. */
export const CONFIRMED: Table<Confirmed> = table([
  ["task", "text"],
  ["arm", "text"],
  ["seed", "count"],
  ["step", "count"],
  ["before", "hash"],
  ["code", "hash"],
]);

/** Whether both rows are of one cell. */
export function samePlace(a: Place, b: Place): boolean {
  return a.task === b.task && a.arm === b.arm && a.seed === b.seed;
}

/** Cells in the order of the grid: task, arm, seed. Rows of one cell keep theirs. */
export function inOrder<R extends Place>(rows: readonly R[]): readonly R[] {
  return rows.toSorted((a, b) =>
    compare(a.task, b.task) || armRank(a.arm) - armRank(b.arm) ||
    compare(a.arm, b.arm) || a.seed - b.seed
  );
}

function armRank(id: string): number {
  const rank = ALL_ARMS.findIndex((arm) => arm.id === id);
  return rank < 0 ? ALL_ARMS.length : rank;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How a field is read. */
type Kind =
  | "text"
  | "number"
  | "count"
  | "rate"
  | "optional"
  | "hash"
  | "kind"
  | "served";

/** A table whose columns are the members of its rows. */
function table<R extends object>(
  columns: readonly (readonly [keyof R & string, Kind])[],
): Table<R> {
  return {
    columns: columns.map(([name]) => name),
    write: (row) => columns.map(([name]) => row[name] as Value),
    read: (fields) => {
      const row: Record<string, Value> = {};
      for (const [i, [name, kind]] of columns.entries()) {
        const value = readField(fields[i], kind);
        if (value === undefined) {
          return `its '${name}' must be ${ALLOWED[kind]}: it is '${fields[i]}'`;
        }
        row[name] = value;
      }
      return row as R;
    },
  };
}

const ALLOWED: Readonly<Record<Kind, string>> = {
  text: "a text",
  number: "a number",
  count: "a whole number from 0",
  rate: "a number from 0 to 1",
  optional: "a number or empty",
  hash: "64 hexadecimal digits",
  kind: "'evaluation' or 'final'",
  served: "'policy' or 'base'",
};

function readField(field: string, kind: Kind): Value | undefined {
  switch (kind) {
    case "text":
      return field === "" ? undefined : field;
    case "number":
      return readNumber(field);
    case "count": {
      const value = readNumber(field);
      return Number.isInteger(value) && value! >= 0 ? value : undefined;
    }
    case "rate": {
      const value = readNumber(field);
      return value !== undefined && value >= 0 && value <= 1
        ? value
        : undefined;
    }
    case "optional":
      return field === "" ? null : readNumber(field);
    case "hash":
      return /^[0-9a-f]{64}$/.test(field) ? field : undefined;
    case "kind":
      return field === "evaluation" || field === "final" ? field : undefined;
    case "served":
      return field === "policy" || field === "base" ? field : undefined;
  }
}
