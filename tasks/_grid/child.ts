/**
 * A training as a child process: what it says becomes rows, and its end a
 * record. It has the permissions and engine flags of `deno task train`.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reading, systemReason } from "../_files.ts";
import type { Row } from "../_sinks/jsonl.ts";

/** How a training ended. */
export interface Ended {
  /** Its exit code; 130 after an interrupt. */
  readonly code: number;
  /** What it complained of; the empty string where it did not. */
  readonly error: string;
}

/** A training at work. */
export interface Child {
  readonly ended: Promise<Ended>;
  /** Asks it to write a checkpoint and end. */
  readonly stop: () => void;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Characters of complaint that are kept: the last ones. */
const TAIL = 4000;

/** Starts `deno task train WORDS`, on one Worker; `hear` is told each row as it comes. */
export function startTraining(
  words: readonly string[],
  hear: (row: Row) => void,
): Child {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...["--config", join(root, "deno.json")],
      ...flagsOfTrain(),
      join(root, "tasks/_grid/cell.ts"),
      ...words,
      "--workers=1",
      "--json",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const out = eachLine(child.stdout, (line) => {
    const row = readRow(line);
    if (row !== undefined) hear(row);
  });
  let tail = "";
  const err = eachLine(child.stderr, (line) => {
    tail = `${tail}${line}\n`.slice(-TAIL);
  });
  return { ended: end(child, [out, err], () => tail), stop: () => stop(child) };
}

async function end(
  child: Deno.ChildProcess,
  streams: readonly Promise<void>[],
  tail: () => string,
): Promise<Ended> {
  const { code, signal } = await child.status;
  await Promise.all(streams);
  const killed = signal === null ? "" : `it was ended by ${signal}`;
  return { code, error: tail().trim() || killed };
}

function stop(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGINT");
  } catch (error) {
    // It is gone already: Deno says so in two ways.
    const gone = error instanceof TypeError || systemReason(error);
    if (!gone) throw error;
  }
}

/** The words between `deno run` and the script of `deno task train`. */
function flagsOfTrain(): readonly string[] {
  const path = join(root, "deno.json");
  const text = reading(`read '${path}'`, () => Deno.readTextFileSync(path));
  const { tasks } = JSON.parse(text) as {
    readonly tasks: { readonly train: { readonly command: string } };
  };
  return tasks.train.command.split(" ").slice(2, -1);
}

/** Rows come as JSON; anything else is not for us. */
function readRow(line: string): Row | undefined {
  try {
    const row = JSON.parse(line) as Row;
    return typeof row.kind === "string" ? row : undefined;
  } catch {
    return undefined;
  }
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  hear: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(hear);
  }
  if (rest !== "") hear(rest);
}
