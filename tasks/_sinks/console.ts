/**
 * What a person, or a program, sees of a run: one redrawn line on a terminal,
 * plain lines at intervals elsewhere, JSON lines with `--json`, only the last
 * sentence with `--quiet`.
 *
 * Clock and stream come in as functions, so that the sink can be tested.
 *
 * @module
 */

import { writeAll } from "../_files.ts";
import { formatRow, type Row } from "./jsonl.ts";

/** Where a run stands, as a person sees it. */
export interface Display {
  /** Environment steps, or other units, done. */
  readonly step: number;
  /** How many there are to do. */
  readonly steps: number;
  /** What is counted. */
  readonly unit?: "steps" | "episodes" | "pairs";
  /** What is being done now, for example `warm-up`, `burn-in`, `learning`. */
  readonly stage: string;
  /** How the policy and its base alone stand, where already known. */
  readonly level?: Level | undefined;
}

/** Success rates, or mean returns where a task is judged by those. */
export interface Level {
  readonly policy: number;
  readonly base: number;
  readonly unit: "success" | "return";
}

/** How to show a run. */
export interface ConsoleOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** The stream is a terminal, so that a line can be redrawn. */
  readonly terminal: boolean;
  /** Width of the terminal in characters. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** Seconds on a clock that never goes back. */
  readonly now: () => number;
}

/** The sink. */
export interface ConsoleSink {
  /** Where the run stands; cheap, so call it as often as you like. */
  readonly progress: (display: Display) => void;
  /** A remark to a person. */
  readonly say: (text: string) => void;
  /** A figure to a program. */
  readonly row: (row: Row) => void;
  /** The last word: a sentence to a person, `result` as one JSON line to a program. */
  readonly finish: (sentence: string, result: unknown) => void;
  /** Whether the reader has gone, as `head` does: nothing more is written. */
  readonly unread: () => boolean;
}

/** Seconds between two redraws of the line. */
const redrawEvery = 0.1;
/** Seconds between two plain lines. */
const lineEvery = 10;
/** Seconds over which steps/s is measured. */
const rateWindow = 30;

/** The options on this process's standard output. */
export function standardOutput(
  flags: { readonly json: boolean; readonly quiet: boolean },
): ConsoleOptions {
  return {
    ...flags,
    terminal: Deno.stdout.isTerminal(),
    columns: () => Deno.consoleSize().columns,
    write: (text) => writeAll(Deno.stdout, new TextEncoder().encode(text)),
    now: () => performance.now() / 1000,
  };
}

/** Opens the sink. */
export function openConsole(options: ConsoleOptions): ConsoleSink {
  const { json, quiet, terminal, columns, write, now } = options;
  const human = !json && !quiet;
  const rate = stepRate();
  const every = terminal ? redrawEvery : lineEvery;
  let unread = false;
  let drawn = false; // the cursor stands on a progress line
  let shownAt = -Infinity;
  let shown = "";

  function put(text: string): void {
    if (unread) return;
    try {
      write(text);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      unread = true;
    }
  }

  function line(text: string): void {
    put(`${drawn ? "\r\x1b[K" : ""}${text}\n`);
    drawn = false;
  }

  return {
    progress: (display) => {
      if (!human) return;
      const time = now();
      const perSecond = rate(time, display.step);
      // A plain log also tells each new stage and figure as it comes.
      const news = `${display.stage} ${levelText(display.level)}`;
      const due = time - shownAt >= every || (!terminal && news !== shown);
      if (!due) return;
      shownAt = time;
      shown = news;
      const text = progressLine(display, perSecond);
      if (!terminal) return line(text);
      put(`\r${text.slice(0, Math.max(columns() - 1, 1))}\x1b[K`);
      drawn = true;
    },
    say: (text) => {
      if (human) line(text);
    },
    row: (row) => {
      if (json && !quiet) line(formatRow(row));
    },
    finish: (sentence, result) =>
      line(json ? JSON.stringify(result) : sentence),
    unread: () => unread,
  };
}

/** The progress as one line; figures that are not yet known are left out. */
export function progressLine(
  display: Display,
  perSecond: number | undefined,
): string {
  const { step, steps, unit = "steps", stage, level } = display;
  const parts = [doneOf(step, steps, unit)];
  if (level !== undefined) parts.push(levelText(level));
  // While steps stand still, a rate of steps would promise nonsense.
  const moving = !/^(burn-in|evaluating|gate|final)/.test(stage);
  if (perSecond !== undefined && perSecond > 0 && moving) {
    parts.push(`${Math.round(perSecond)} ${unit}/s`);
    parts.push(`ETA ${duration((steps - step) / perSecond)}`);
  }
  return [...parts, stage].join("  ");
}

/** Rounds are whole, so that the last may play more than was asked. */
function doneOf(step: number, steps: number, unit: string): string {
  return step > steps
    ? `${step} ${unit}, ${steps} asked for`
    : `${step}/${steps} ${unit}`;
}

function levelText(level: Level | undefined): string {
  if (level === undefined) return "";
  const { policy, base, unit } = level;
  return unit === "success"
    ? `policy ${percent(policy)}  base ${percent(base)}`
    : `policy returns ${policy.toFixed(1)}  base ${base.toFixed(1)}`;
}

/** Seconds as `m:ss` or `h:mm:ss`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** A rate in [0, 1] as a percentage of one decimal. */
export function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}

/**
 * Steps per second over the last half minute, one sample a second: a rate since
 * the start would let the fast warm-up promise too early an end.
 */
function stepRate(): (time: number, step: number) => number | undefined {
  const samples: { time: number; step: number }[] = [];
  return (time, step) => {
    const last = samples.at(-1);
    if (last === undefined || time - last.time >= 1) {
      samples.push({ time, step });
      while (samples.length > 2 && time - samples[1].time >= rateWindow) {
        samples.shift();
      }
    }
    const first = samples[0];
    return time > first.time
      ? (step - first.step) / (time - first.time)
      : undefined;
  };
}
