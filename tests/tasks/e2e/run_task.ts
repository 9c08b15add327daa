/**
 * Starts the real commands, as a person would, and watches what they leave.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as E from "fp-ts/Either";
import {
  checkpointFolder,
  readCheckpoint,
} from "../../../tasks/_checkpoint.ts";

export { inFolder } from "../../folder.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The tasks as `deno task` knows them. */
const { tasks } = JSON.parse(
  Deno.readTextFileSync(join(root, "deno.json")),
) as { tasks: Readonly<Record<string, { readonly command: string }>> };

/** Longest that a task may take before it is ended: a test fails, it never hangs. */
const patience = 120_000;

/** Settings of a run of 300 steps: two rounds after a round of warm-up, a checkpoint after each. */
export const TINY: readonly string[] = [
  "steps=300",
  "recipe.warmup=100",
  "recipe.burnIn=20",
  "recipe.updatesPerStep=1",
  "recipe.batch=32",
  "recipe.hidden=[16,16]",
  "evaluation.every=100",
  "evaluation.episodes=1",
  "evaluation.finalEpisodes=2",
  "evaluation.gatePairs=1",
  "checkpointEvery=100",
].map((setting) => `--set=${setting}`);

/** Fresh episodes that end a {@link WILD} run. */
export const WILD_EPISODES = 8;

/** A correction that is free to spoil its base, and soon does. */
export const WILD: readonly string[] = [
  "steps=200",
  "evaluation.gatePairs=0",
  "recipe.authority=2",
  "recipe.actorRate=0.1",
  "recipe.residualPenalty=0",
  "recipe.selection=false",
  "recipe.averaging=1",
  `evaluation.finalEpisodes=${WILD_EPISODES}`,
].map((setting) => `--set=${setting}`);

/** How a task ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A task at work. */
export interface Running {
  readonly kill: (signal: Deno.Signal) => void;
  readonly ended: Promise<Ended>;
  readonly isOver: () => boolean;
  /** Standard output so far. */
  readonly out: () => string;
}

/** The tasks that tests start. */
export type TaskName =
  | "train"
  | "eval"
  | "gate"
  | "stress"
  | "export"
  | "doctor"
  | "figure";

/** Starts `deno task NAME`, less the building, in the folder `cwd`. */
export function startTask(
  cwd: string,
  name: TaskName,
  ...args: readonly string[]
): Running {
  return startCommand(cwd, Deno.execPath(), taskArguments(name, args));
}

/** What a task may do: the flags of its command line in `deno.json`. */
function declared(name: string): readonly string[] {
  const [deno, run, ...words] = tasks[name].command.split(" ");
  const script = words.pop();
  assertEquals([deno, run, script], ["deno", "run", `tasks/${name}.ts`]);
  return words;
}

/** What follows `deno` to run the task, with the permissions it declares unless told. */
export function taskArguments(
  name: string,
  args: readonly string[],
  allowed: readonly string[] = declared(name),
): readonly string[] {
  const config = join(root, "deno.json");
  const script = join(root, "tasks", `${name}.ts`);
  // Without its code cache, deno itself writes nothing that a limit could meet.
  const quiet = ["--no-prompt", "--no-code-cache", "--no-lock"];
  const words = settled(args);
  return ["run", ...quiet, "--config", config, ...allowed, script, ...words];
}

/** The words without a `--set=path=...` that a later one replaces, so that a test may change what it takes from {@link TINY}. */
function settled(args: readonly string[]): readonly string[] {
  const pathOf = (word: string) => /^--set=[^=]+=/.exec(word)?.[0];
  const paths = args.map(pathOf);
  return args.filter((_, i) =>
    paths[i] === undefined || paths.lastIndexOf(paths[i]) === i
  );
}

/** Starts any command. */
export function startCommand(
  cwd: string,
  command: string,
  args: readonly string[],
): Running {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const deadline = setTimeout(() => child.kill("SIGKILL"), patience);
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  let over = false;
  async function end(): Promise<Ended> {
    const { code } = await child.status;
    over = true;
    clearTimeout(deadline);
    await Promise.all([out.done, err.done]);
    return { code, out: out.text(), err: err.text() };
  }
  return {
    kill: (signal) => sendSignal(child, signal),
    ended: end(),
    isOver: () => over,
    out: out.text,
  };
}

function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // Deno's two ways to say that the process is no more.
    const gone = error instanceof TypeError ||
      error instanceof Deno.errors.NotFound;
    if (!gone) throw error;
  }
}

/** Runs a task to its end. */
export function runTask(
  cwd: string,
  name: TaskName,
  ...args: readonly string[]
): Promise<Ended> {
  return startTask(cwd, name, ...args).ended;
}

/** {@link runTask} of a training that must succeed; on one Worker, which starts sooner, unless told. */
export async function trained(
  cwd: string,
  ...args: readonly string[]
): Promise<Ended> {
  const told = args.some((arg) => arg.startsWith("--workers"));
  const all = told ? args : [...args, "--workers=1"];
  const ended = await runTask(cwd, "train", ...all);
  assertEquals(ended.code, 0, ended.err);
  return ended;
}

/** Does `work` for every item, two at a time: most of a short task is its start, on one core. */
export async function inPairs<A>(
  items: readonly A[],
  work: (item: A) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  async function lane(): Promise<void> {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await work(item);
    }
  }
  await Promise.all([lane(), lane()]);
}

/** Waits until `condition` holds; false where the task ended first. */
export async function reached(
  running: Running,
  condition: () => boolean,
): Promise<boolean> {
  while (!condition()) {
    if (running.isOver()) return condition();
    await pause(5);
  }
  return true;
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lines of `metrics.jsonl`; -1 where there is no such file. */
export function lineCount(run: string): number {
  const path = join(run, "metrics.jsonl");
  return existsSync(path)
    ? Deno.readTextFileSync(path).split("\n").length - 1
    : -1;
}

/** The text of a file of a run. */
export function textOf(run: string, name: string): string {
  return Deno.readTextFileSync(join(run, name));
}

/** The results of two runs are the same bytes. */
export function assertSameResults(run: string, other: string): void {
  for (const name of ["metrics.jsonl", "result.json"]) {
    assertEquals(textOf(run, name), textOf(other, name), name);
  }
}

/** Names of the checkpoints of a run, oldest first. */
export function checkpointsOf(run: string): readonly string[] {
  const folder = checkpointFolder(run);
  if (!existsSync(folder)) return [];
  return [...Deno.readDirSync(folder)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".ckpt")).sort();
}

/** Every checkpoint that stands under its final name is whole. */
export function assertWholeCheckpoints(run: string): void {
  for (const name of checkpointsOf(run)) {
    assert(E.isRight(readCheckpoint(join(checkpointFolder(run), name))), name);
  }
}

/** Every file under `dir` with a fingerprint of its content, so that a change shows. */
export async function contentOf(
  dir: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of [...Deno.readDirSync(dir)]) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) {
      found.set(path, "folder");
      for (const [name, hash] of await contentOf(path)) found.set(name, hash);
    } else {
      const bytes = Deno.readFileSync(path);
      const digest = await crypto.subtle.digest("SHA-256", bytes);
      found.set(path, String(new Uint8Array(digest)));
    }
  }
  return found;
}

/** Reads a stream as it comes, so that a full pipe never stops the task. */
function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
    }
  }
  return { done: read(), text: () => text };
}
