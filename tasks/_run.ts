/**
 * The run folder: one place for everything that a run leaves behind.
 *
 * ```text
 * runs/slippery-push-seed1/
 *   config.json               what the results depend on
 *   versions.json             what it was made with, and the command
 *   result.json               the verdict, once the run is done
 *   gate.json                 what `deno task gate` found of its policy
 *   export/                   the policy as files, after `deno task export`
 *   stress.html, stress.csv   what `deno task stress` found of it elsewhere
 *   metrics.jsonl             figures; the same bytes for the same configuration
 *   profile.json              where wall-clock went, after --profile
 *   timing.jsonl              wall-clock figures, which differ from run to run
 *   events.out.tfevents.rpl   the same figures for TensorBoard
 *   checkpoints/              step-00012000.ckpt, the newest three
 *   diverged.ckpt             the state before a number left the finite range
 * ```
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { accessSync, constants, existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type ConfigError, refuse, type RplError } from "../lib/errors.ts";
import { checkpointFolder } from "./_checkpoint.ts";
import { suggestion } from "./_cli.ts";
import { parseConfig, printConfig, type RunConfig } from "./_config.ts";
import {
  attempt,
  diskFull,
  reading,
  removeTemporaries,
  systemReason,
  unwrap,
  writeWholeText,
  writing,
} from "./_files.ts";
import { openJsonl, parseRows, type Row } from "./_sinks/jsonl.ts";
import { openEvents } from "./_sinks/tensorboard.ts";
import { versions } from "./_versions.ts";

/** A run folder and what it was configured with. */
export interface Run {
  readonly dir: string;
  readonly config: RunConfig;
}

/** How to begin a run. */
export interface RunOptions {
  readonly config: RunConfig;
  /** `--out`; by default `runs/<task>-seed<seed>`, with -2, -3, ... where that exists. */
  readonly out?: string | undefined;
  /** Where runs lie that were given no `out`; by default `runs`. */
  readonly root?: string;
  /** The command that repeats the run, for `versions.json`. */
  readonly command: string;
}

/**
 * Makes the folder of a new run, with `config.json` and `versions.json`.
 *
 * A folder that exists and is not empty, or that cannot be written, is refused
 * with a `ConfigError` and nothing is left behind.
 */
export function createRun(options: RunOptions): E.Either<RplError, Run> {
  const { config, out, root = "runs", command } = options;
  return attempt(() => {
    const target = out ?? defaultFolder(root, config);
    const made = makeFolder(target);
    try {
      removeTemporaries(target);
      Deno.mkdirSync(checkpointFolder(target), { recursive: true });
      const about = JSON.stringify(versions(command, config.backend), null, 2) +
        "\n";
      writeWholeText(join(target, "versions.json"), about, "");
      writeWholeText(join(target, "config.json"), printConfig(config), "");
    } catch (error) {
      removeRun(target, made);
      const reason = systemReason(error);
      throw reason === undefined ? error : refuseFolder(target, reason);
    }
    return { dir: target, config };
  });
}

/**
 * Opens the folder of a run for reading; `use` completes "Cannot ... 'DIR'",
 * for example `resume from`.
 */
export function openRun(
  dir: string,
  use = "read run",
): E.Either<RplError, Run> {
  return attempt(() => {
    const names = folderNames(dir) ?? refuse(missingFolder(dir, use));
    if (!names.includes("config.json")) {
      return refuse({
        _tag: "ConfigError",
        message: `Cannot ${use} '${dir}' as it is not the folder of a run: ` +
          "it holds no config.json",
      });
    }
    const path = join(dir, "config.json");
    const text = reading(`read '${path}'`, () => Deno.readTextFileSync(path));
    return { dir, config: unwrap(parseConfig(text, path)) };
  });
}

/**
 * Opens a run to go on with it: its task must be `task` where one is given,
 * and files that a kill left half-written are removed.
 */
export function resumeRun(
  dir: string,
  task?: string,
): E.Either<RplError, Run> {
  return attempt(() => {
    const run = unwrap(openRun(dir, "resume from"));
    if (task !== undefined && task !== run.config.task) {
      refuse({
        _tag: "ConfigError",
        message: `Cannot resume '${dir}' as task '${task}': it is a run of ` +
          `task '${run.config.task}'`,
      });
    }
    removeTemporaries(dir);
    if (folderNames(checkpointFolder(dir)) !== undefined) {
      removeTemporaries(checkpointFolder(dir));
    }
    return run;
  });
}

/** Lengths of the logs in bytes, as a checkpoint stores them. */
export interface LogLengths {
  readonly metrics: number;
  readonly timing: number;
  readonly events: number;
}

/** The growing files of a run. All members throw a `Refusal` of a `StorageError`. */
export interface RunLogs {
  /** A row to `metrics.jsonl` and to TensorBoard: nothing of the clock in it. */
  readonly metrics: (row: Row) => void;
  /** A row to `timing.jsonl`. */
  readonly timing: (row: Row) => void;
  /** Waits until all rows are on the disk, then tells the lengths for a checkpoint. */
  readonly commit: () => LogLengths;
  readonly close: () => void;
}

/**
 * Opens the logs of a run, cut back to the lengths in a checkpoint; without
 * them, begun anew.
 */
export function openLogs(
  run: Run,
  lengths: LogLengths = { metrics: 0, timing: 0, events: 0 },
  now: () => number = () => Date.now() / 1000,
): E.Either<RplError, RunLogs> {
  return attempt(() => {
    const at = (name: string) => join(run.dir, name);
    const metrics = openJsonl(at("metrics.jsonl"), lengths.metrics);
    const timing = openJsonl(at("timing.jsonl"), lengths.timing);
    const events = openEvents(
      at("events.out.tfevents.rpl"),
      now,
      lengths.events,
    );
    const logs = [metrics, timing, events];
    return {
      metrics: (row) => {
        metrics.write(row);
        events.write(row);
      },
      timing: timing.write,
      commit: () => {
        for (const log of logs) log.sync();
        return {
          metrics: metrics.length(),
          timing: timing.length(),
          events: events.length(),
        };
      },
      close: () => {
        for (const log of logs) log.close();
      },
    };
  });
}

/** The rows of `metrics.jsonl` of the run in `dir`. */
export function readMetrics(dir: string): E.Either<RplError, readonly Row[]> {
  const path = join(dir, "metrics.jsonl");
  return attempt(() => {
    const text = reading(`read '${path}'`, () => Deno.readTextFileSync(path));
    try {
      return parseRows(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `Cannot read '${path}' as a line is not JSON: ${why}`;
      return refuse({ _tag: "StorageError", message });
    }
  });
}

/** The first of `<root>/<task>-seed<seed>`, ...-2, ...-3 that does not exist. */
function defaultFolder(root: string, { task, seed }: RunConfig): string {
  const first = join(root, `${task}-seed${seed}`);
  for (let n = 1;; n++) {
    const dir = n === 1 ? first : `${first}-${n}`;
    if (!existsSync(dir)) return dir;
  }
}

/**
 * Makes `dir` and what leads to it, or accepts it empty.
 *
 * @returns The topmost folder that was made, to be removed on failure.
 */
function makeFolder(dir: string): string | undefined {
  try {
    if (existsSync(dir)) {
      if (!Deno.statSync(dir).isDirectory) {
        return refuseFolder(dir, "it is a file");
      }
      if (!isEmpty(dir) && !isUnborn(dir)) {
        return refuseFolder(dir, "it exists and is not empty");
      }
      accessSync(dir, constants.W_OK);
      return undefined;
    }
    const above = dirname(topmostMissing(resolve(dir)));
    if (!Deno.statSync(above).isDirectory) {
      return refuseFolder(dir, `'${above}' is a file`);
    }
    return makePath(resolve(dir));
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return refuseFolder(dir, reason);
  }
}

/** Makes `path` and what leads to it, or nothing; returns the topmost folder made. */
function makePath(path: string): string {
  const top = topmostMissing(path);
  accessSync(dirname(top), constants.W_OK);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.mkdirSync(path); // refused where another run made it meanwhile
  } catch (error) {
    if (top !== path) removeEmpty(dirname(path), top);
    throw error;
  }
  return top;
}

function topmostMissing(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) ? path : topmostMissing(parent);
}

function refuseFolder(dir: string, why: string): never {
  const message = `Cannot write a run to '${dir}' as ${why}: ` +
    "give an empty or new folder with --out, or go on with a run by --resume";
  const _tag = why === diskFull ? "StorageError" : "ConfigError";
  return refuse({ _tag, message });
}

/** Leaves no trace of a run that could not begin in `dir`, nor of folders made for it from `top` down. */
function removeRun(dir: string, top: string | undefined): void {
  writing(`remove '${dir}'`, () => {
    for (const { name } of Deno.readDirSync(dir)) {
      Deno.removeSync(join(dir, name), { recursive: true });
    }
    if (top !== undefined) removeEmpty(resolve(dir), top);
  });
}

/** Removes empty folders from `path` up to `top`; a filled one is by now another run's. */
function removeEmpty(path: string, top: string): void {
  if (existsSync(path)) {
    if (!isEmpty(path)) return;
    Deno.removeSync(path);
  }
  if (path !== top) removeEmpty(dirname(path), top);
}

function isEmpty(dir: string): boolean {
  return Deno.readDirSync(dir)[Symbol.iterator]().next().done === true;
}

/** Whether `dir` holds only what a kill between the folder and its config.json leaves. */
function isUnborn(dir: string): boolean {
  return [...Deno.readDirSync(dir)].every(({ name, isFile, isDirectory }) =>
    isFile && (name === "versions.json" || name.endsWith(".tmp")) ||
    isDirectory && name === "checkpoints" && isEmpty(join(dir, name))
  );
}

function missingFolder(dir: string, use: string): ConfigError {
  if (existsSync(dir)) {
    const message = `Cannot ${use} '${dir}' as it is a file: give the folder ` +
      "of a run";
    return { _tag: "ConfigError", message };
  }
  const siblings = folderNames(dirname(resolve(dir))) ?? [];
  const hint = suggestion(basename(dir), siblings);
  const list = siblings.length === 0 || hint !== ""
    ? ""
    : `. Beside it: ${siblings.slice(0, 8).join(", ")}`;
  const message = `Cannot ${use} '${dir}' as there is no such folder` +
    (hint || list);
  return { _tag: "ConfigError", message };
}

/** Sorted names in a folder; `undefined` where there is no such folder. */
function folderNames(dir: string): readonly string[] | undefined {
  return reading(`list '${dir}'`, () => {
    try {
      return [...Deno.readDirSync(dir)].map((entry) => entry.name).sort();
    } catch (error) {
      const absent = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory;
      if (absent) return undefined;
      throw error;
    }
  });
}
