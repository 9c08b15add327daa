/**
 * How a command is carried out: number of Workers, and the wish to stop.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import type { ConfigError } from "../lib/errors.ts";
import type { Arguments, Option } from "./_cli.ts";
import {
  type ConsoleSink,
  openConsole,
  standardOutput,
} from "./_sinks/console.ts";

/** The option `--workers`, read by {@link readWorkers}. */
export const WORKERS: Option = {
  name: "workers",
  placeholder: "N",
  default: "2",
  description:
    "Threads, 1 or 2; the results are the same (1 where there is one core)",
};

/** The `--workers` of a command, 1 or 2; without it, one for each core. */
export function readWorkers(
  given: Pick<Arguments, "text">,
  cores = navigator.hardwareConcurrency,
): E.Either<ConfigError, number> {
  const text = given.text.workers ?? (cores < 2 ? "1" : "2");
  if (text === "1" || text === "2") return E.right(Number(text));
  return E.left({
    _tag: "ConfigError",
    message:
      `Cannot use '--workers ${text}': a batch has two shards, so it must be 1 or 2`,
  });
}

/** What a person should know of a machine with one core. */
export function oneCore(
  workers: number,
  cores = navigator.hardwareConcurrency,
): string | undefined {
  if (cores >= 2 || workers > 1) return undefined;
  return "This machine has one core: one Worker does everything, " +
    "which takes about twice as long as on two";
}

/** Where results go, as `--json` and `--quiet` ask; with `workers`, a machine with one core is remarked on. */
export function openOutput(
  { flags }: Pick<Arguments, "flags">,
  workers?: number,
): ConsoleSink {
  const output = openConsole(standardOutput({
    json: flags.has("json"),
    quiet: flags.has("quiet"),
  }));
  const remark = workers === undefined ? undefined : oneCore(workers);
  if (remark !== undefined) output.say(remark);
  return output;
}

/**
 * Milliseconds within which a second signal echoes the first: a terminal sends
 * Ctrl-C to `deno task` and to the command, and `deno task` passes its own on.
 */
const ECHO = 1000;

/**
 * Listens for Ctrl-C and SIGTERM: the first asks for an orderly stop, which
 * `heard` may tell a person; another that is no echo of it leaves at once.
 */
export function stopSignal(heard: () => void): () => boolean {
  let askedAt = Infinity;
  function ask() {
    const now = performance.now();
    if (now - askedAt > ECHO) Deno.exit(130);
    if (askedAt < Infinity) return;
    askedAt = now;
    heard();
  }
  Deno.addSignalListener("SIGINT", ask);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", ask);
  return () => askedAt < Infinity;
}
