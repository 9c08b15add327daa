/**
 * How a command is carried out: number of Workers, and the wish to stop.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import type { ConfigError } from "../lib/errors.ts";
import type { Arguments } from "./_cli.ts";

/** The `--workers` of a command, 1 or 2. */
export function readWorkers(
  given: Arguments,
): E.Either<ConfigError, number> {
  const text = given.text.workers ?? "2";
  if (text === "1" || text === "2") return E.right(Number(text));
  return E.left({
    _tag: "ConfigError",
    message:
      `Cannot use '--workers ${text}': a batch has two shards, so it must be 1 or 2`,
  });
}

/**
 * Listens for Ctrl-C and SIGTERM: the first asks for an orderly stop, the
 * second leaves at once.
 */
export function stopSignal(): () => boolean {
  let asked = false;
  function ask() {
    if (asked) Deno.exit(130);
    asked = true;
  }
  Deno.addSignalListener("SIGINT", ask);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", ask);
  return () => asked;
}
