/**
 * The grid as a table of text: which cells there are, how far each has come,
 * how long it will take.
 *
 * @module
 */

import { counted } from "../_count.ts";
import { duration } from "../_sinks/console.ts";
import type { Cell } from "./cells.ts";
import type { CellState } from "./run.ts";

/** A cell with what `--list` tells of it. */
export interface Listed {
  readonly cell: Cell;
  /** `refused` where this version does not know a name in its command. */
  readonly state: CellState | "refused";
  /** Seconds that it will still take. */
  readonly seconds: number;
  readonly why?: string;
}

const WORDS: Readonly<Record<Listed["state"], string>> = {
  none: "to run",
  begun: "begun",
  finished: "to record",
  recorded: "done",
  refused: "cannot run",
};

/** Lines for a person. */
export function listText(rows: readonly Listed[], jobs: number): string {
  const width = Math.max(...rows.map(({ cell }) => cell.id.length));
  const lines = rows.map(({ cell, state, seconds, why }) => {
    const time = seconds > 0 ? `about ${duration(seconds)}` : "";
    const steps = counted(cell.schedule.steps, "step").padStart(14);
    const name = cell.id.padEnd(width);
    const word = WORDS[state].padEnd(10);
    return `${name}  ${steps}  ${word}  ${why ?? time}`.trimEnd();
  });
  const total = rows.reduce((sum, row) => sum + row.seconds, 0);
  const open = rows.filter(({ seconds }) => seconds > 0).length;
  return [
    ...lines,
    `${counted(rows.length, "cell")}, ${open} to run: about ${
      duration(total / jobs)
    } with ${jobs} at once`,
  ].join("\n");
}
