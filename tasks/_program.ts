/**
 * From a program to a process: runs it, describes its error once, and maps the
 * outcome to an exit code (0 done, 1 a bug, 2 usage, 3 diverged, 4 storage,
 * 130 interrupted, 141 nobody reads on).
 *
 * @module
 */

import * as E from "fp-ts/Either";
import type { TaskEither } from "fp-ts/TaskEither";
import { exitCode, Refusal, type RplError } from "../lib/errors.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
} from "./_cli.ts";
import { unwrap, writeAll } from "./_files.ts";

/** Exit code where the reader of the output has gone, as a shell counts SIGPIPE. */
export const UNREAD = 141;

/** A program: nothing, or an exit code such as 130 after an interrupt. */
export type Program = TaskEither<RplError, number | void>;

/**
 * The program of a command: `--help` prints its text, anything else is
 * performed, which may return an exit code.
 */
export function commandProgram(
  command: Command,
  args: readonly string[],
  perform: (given: Arguments) => Promise<number | void>,
): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText(command));
      return E.right(undefined);
    }
    return E.right(await perform(given));
  };
}

/**
 * Runs `program` and returns its exit code; an error is described once through
 * `report`. A `Refusal` that was thrown is a refusal all the same; any other
 * exception is a bug and shows its stack.
 */
export async function runProgram(
  program: Program,
  report: (text: string) => void = writeError,
): Promise<number> {
  try {
    const outcome = await program();
    if (E.isRight(outcome)) return outcome.right ?? 0;
    report(`error: ${outcome.left.message}`);
    return exitCode(outcome.left);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return UNREAD;
    if (error instanceof Refusal) {
      report(`error: ${error.error.message}`);
      return exitCode(error.error);
    }
    report(
      error instanceof Error
        ? `error: ${error.stack ?? error.message}`
        : `error: ${String(error)}`,
    );
    return 1;
  }
}

/** {@link runProgram}, then the end of the process. */
export async function main(program: Program): Promise<never> {
  Deno.exit(await runProgram(program));
}

/** Writes a line to standard error, the word "error:" in red on a terminal without `NO_COLOR`. */
function writeError(text: string): void {
  const colour = Deno.stderr.isTerminal() && !Deno.noColor;
  const line = colour ? text.replace(/^error:/, "\x1b[31m$&\x1b[0m") : text;
  writeAll(Deno.stderr, new TextEncoder().encode(`${line}\n`));
}
