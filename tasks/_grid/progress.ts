/**
 * What a person sees of a grid: one line per running cell and one for the
 * whole, redrawn on a terminal; elsewhere a plain line per event; JSON lines
 * with `--json`, only the last sentence with `--quiet`.
 *
 * @module
 */

import { counted } from "../_count.ts";
import { duration, percent } from "../_sinks/console.ts";
import type { Row } from "../_sinks/jsonl.ts";
import type { Cell } from "./cells.ts";
import type { CellEnd } from "./run.ts";

/** How to show a grid. */
export interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly terminal: boolean;
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** Seconds on a clock that never goes back. */
  readonly now: () => number;
  /** Cells at once. */
  readonly jobs: number;
}

/** What a person sees. */
export interface View {
  readonly began: (cell: Cell, resume: boolean) => void;
  readonly heard: (cell: Cell, row: Row) => void;
  readonly ended: (cell: Cell, end: CellEnd) => void;
  /** A remark. */
  readonly say: (text: string) => void;
  /** The last word. */
  readonly finish: (sentence: string, result: unknown) => void;
}

/** A cell that is being trained. */
interface Running {
  readonly since: number;
  /** Steps when it began here; more than 0 after a resume. */
  from: number | undefined;
  step: number;
  success: number | undefined;
}

/** Seconds between two redraws. */
const REDRAW = 0.2;

/** Opens the view of a grid whose cells are expected to take so many seconds each. */
export function openView(
  options: ViewOptions,
  estimates: ReadonlyMap<Cell, number>,
): View {
  const { json, quiet, now } = options;
  const terminal = options.terminal && !json && !quiet;
  const running = new Map<Cell, Running>();
  const left = new Map(estimates);
  const screen = openScreen(
    { ...options, terminal },
    () =>
      running.size === 0 ? [] : [
        ...[...running].map(([cell, state]) => cellLine(cell, state, now())),
        wholeLine(),
      ],
  );

  function wholeLine(): string {
    const done = estimates.size - left.size;
    const eta = totalSeconds(left, running, now(), options.jobs);
    return `${done}/${counted(estimates.size, "cell")}, about ${
      duration(eta)
    } left`;
  }

  function event(cell: Cell, text: string, more: object): void {
    if (quiet) return;
    if (json) screen.line(JSON.stringify({ cell: cell.id, ...more }));
    else screen.line(`${cell.id}: ${text}`);
  }

  return {
    began: (cell, resume) => {
      running.set(cell, beginning(now()));
      const verb = resume ? "goes on" : "begins";
      event(cell, verb, { kind: verb });
    },
    heard: (cell, row) => {
      const state = running.get(cell);
      if (state === undefined) return;
      const judged = observe(state, row);
      if (judged && !terminal) event(cell, evaluationText(cell, row), row);
      screen.refresh();
    },
    ended: (cell, end) => {
      running.delete(cell);
      if (end.kind !== "stopped") left.delete(cell);
      if (end.kind === "kept") return;
      event(cell, `${endText(end)} (${wholeLine()})`, end);
    },
    say: (text) => {
      if (!json && !quiet) screen.line(text);
    },
    finish: (sentence, result) => {
      running.clear();
      screen.line(json ? JSON.stringify(result) : sentence);
    },
  };
}

/** Lines that stay, above a block that is redrawn on a terminal. */
interface Screen {
  /** Adds a line that stays. */
  readonly line: (text: string) => void;
  /** Draws the block anew where it is due. */
  readonly refresh: () => void;
}

function openScreen(
  { terminal, columns, write, now }: ViewOptions,
  block: () => readonly string[],
): Screen {
  let drawn = 0; // lines of the block
  let shownAt = -Infinity;

  function clear(): string {
    const up = drawn > 0 ? `\x1b[${drawn}A\x1b[J` : "";
    drawn = 0;
    return up;
  }

  function draw(): void {
    const width = Math.max((columns() || 80) - 1, 20);
    const lines = block().map((text) => text.slice(0, width));
    if (lines.length === 0) return;
    const before = clear();
    drawn = lines.length;
    write(`${before}${lines.join("\n")}\n`);
    shownAt = now();
  }

  return {
    line: (text) => {
      write(`${clear()}${text}\n`);
      if (terminal) draw();
    },
    refresh: () => {
      if (terminal && now() - shownAt >= REDRAW) draw();
    },
  };
}

function beginning(since: number): Running {
  return { since, from: undefined, step: 0, success: undefined };
}

/** Notes how far a cell has come; whether the row is an evaluation. */
function observe(state: Running, row: Row): boolean {
  state.from ??= row.step;
  state.step = row.step;
  const judged = row.kind === "evaluation" && typeof row.success === "number";
  if (judged) state.success = row.success as number;
  return judged;
}

/** A running cell as one line. */
export function cellLine(
  cell: Cell,
  { since, from, step, success }: Running,
  now: number,
): string {
  const { steps } = cell.schedule;
  const parts = [cell.id, `${Math.min(step, steps)}/${counted(steps, "step")}`];
  if (success !== undefined) parts.push(`success ${percent(success)}`);
  const begun = from ?? 0;
  if (step > begun && step < steps) {
    const seconds = (now - since) * (steps - step) / (step - begun);
    parts.push(`${duration(seconds)} left`);
  }
  return parts.join("  ");
}

/** Seconds until all cells are done: what is left of each, shared by the jobs. */
function totalSeconds(
  left: ReadonlyMap<Cell, number>,
  running: ReadonlyMap<Cell, Running>,
  now: number,
  jobs: number,
): number {
  let total = 0;
  for (const [cell, seconds] of left) {
    const spent = now - (running.get(cell)?.since ?? now);
    total += Math.max(0, seconds - spent);
  }
  return total / jobs;
}

function evaluationText(cell: Cell, row: Row): string {
  const level = cell.task.dense === true
    ? `return ${Number(row.return).toFixed(1)}`
    : `success ${percent(Number(row.success))}`;
  const { steps } = cell.schedule;
  // The last round may end a little later than was asked.
  const step = Math.min(row.step, steps);
  return `${step}/${counted(steps, "step")}, ${level}`;
}

function endText(end: CellEnd): string {
  switch (end.kind) {
    case "done":
      return "done";
    case "kept":
      return "done before";
    case "stopped":
      return "stopped at its last checkpoint";
    case "failed":
      return `failed: ${firstLine(end.error)}`;
  }
}

/** The line of a complaint that says what is wrong. */
export function firstLine(text: string): string {
  const lines = text.split("\n");
  return (lines.find((line) => line.startsWith("error: ")) ?? lines[0])
    .replace(/^error: /, "");
}
