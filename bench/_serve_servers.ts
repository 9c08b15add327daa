/**
 * Servers and the generator of requests, each a process on a core of its own
 * where there is `taskset`.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { exists } from "../tests/edge/runtimes.ts";
import { taskArguments } from "../tests/tasks/e2e/run_task.ts";

/** What is asked, again and again. */
export interface Question {
  readonly type: string;
  readonly body: Uint8Array;
}

/** How much is asked: for so many seconds or so many times, and how often in a second, which is as often as it goes unless told. */
export interface Load {
  /** Each has one request at a time. */
  readonly connections: number;
  readonly duration?: number;
  readonly amount?: number;
  readonly overallRate?: number;
}

/** How it was answered. */
export interface Answered {
  /** Answers per second. */
  readonly rate: number;
  /** Milliseconds in which 99 of 100 were answered. */
  readonly p99: number;
  /** Requests without an answer, or with another than 200. */
  readonly failures: number;
}

/** A server at work. */
export interface Server {
  readonly url: string;
  readonly ask: (question: Question, load: Load) => Promise<Answered>;
  /** Ends it and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** Whether processes can be bound to cores. */
export const BINDS = exists("taskset");

const here = fileURLToPath(new URL("./", import.meta.url));

/** `deno task serve` with these arguments. */
export function serveTask(...args: readonly string[]): Promise<Server> {
  return start((port) => taskArguments("serve", [...args, "--port", port]));
}

/** A server that answers with a constant. */
export function serveBare(): Promise<Server> {
  return start((port) => ["run", "-N", `${here}_serve_bare.ts`, port]);
}

async function start(
  args: (port: string) => readonly string[],
): Promise<Server> {
  const port = freePort();
  const child = command(0, args(`${port}`)).spawn();
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  return {
    url,
    ask: (question, load) => ask(url, question, load),
    stop: async () => {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** `deno` on a core; what it says is lost. */
function command(
  core: number,
  args: readonly string[],
  stdout: "null" | "piped" = "null",
): Deno.Command {
  const words = [Deno.execPath(), ...args];
  const [first, ...rest] = BINDS
    ? ["taskset", "--cpu-list", `${core}`, ...words]
    : words;
  return new Deno.Command(first, { args: rest, stdout, stderr: "null" });
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await (await fetch(`${url}/healthz`)).body?.cancel();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`Nothing answers at ${url}`);
}

async function ask(
  url: string,
  { type, body }: Question,
  load: Load,
): Promise<Answered> {
  const config = ["--frozen", "--config", `${here}_serve_load.json`];
  const allowed = ["-R", "-E", "--allow-sys", "--allow-net=127.0.0.1"];
  const asked = JSON.stringify({ url, type, body: body.toBase64(), ...load });
  const script = [`${here}_serve_load.ts`, asked];
  const args = ["run", "--no-prompt", ...config, ...allowed, ...script];
  const { stdout } = await command(1, args, "piped").output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
