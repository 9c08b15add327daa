/**
 * The configuration that the command of a cell will resolve to, known before
 * anything is started: a name that this version does not know is told at once,
 * and rows of another configuration are recognised.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { createHash } from "node:crypto";
import { Refusal, type RplError } from "../../lib/errors.ts";
import { chooseBase } from "../_base.ts";
import { configHash, resolveConfig, type RunConfig } from "../_config.ts";
import { attempt, unwrap } from "../_files.ts";
import { findTask } from "../_suite.ts";
import type { Cell } from "./cells.ts";
import { codeHashes } from "./code_hash.ts";

/** What identifies the results of a cell. */
export interface Identity {
  readonly config: string;
  readonly code: string;
}

/** The configuration that `deno task train` resolves these words to. */
export async function expectedConfig(
  words: readonly string[],
): Promise<E.Either<RplError, RunConfig>> {
  const { task: name, controller, assignments } = readWords(words);
  try {
    const { task } = unwrap(findTask(name));
    const preset = assignments.findLast((word) => word.startsWith("preset="));
    const base = await chooseBase(task, controller, preset?.slice(7));
    return attempt(() => {
      const { settings } = unwrap(findTask(task.id, base.name));
      return unwrap(resolveConfig(settings, assignments));
    });
  } catch (error) {
    if (error instanceof Refusal) return E.left(error.error);
    throw error;
  }
}

/** Identities of cells. */
export function identities(): (
  cell: Cell,
) => Promise<E.Either<RplError, Identity>> {
  const code = codeHashes();
  return async ({ words, task }) => {
    const config = await expectedConfig(words);
    return E.isLeft(config) ? config : E.right({
      config: configHash(config.right),
      code: code(task.id),
    });
  };
}

/** A short name for an identity, for a folder that no other version writes to. */
export function shortName({ config, code }: Identity): string {
  const hash = createHash("sha256").update(`${code} ${config}`);
  return hash.digest("hex").slice(0, 8);
}

/** The words of a cell: a task, then `--name value` each. */
function readWords([task, ...rest]: readonly string[]) {
  const assignments: string[] = [];
  let controller: string | undefined;
  for (let i = 0; i < rest.length; i += 2) {
    const [name, value] = [rest[i].replace(/^--/, ""), rest[i + 1]];
    if (name === "controller") controller = value;
    else assignments.push(name === "set" ? value : `${name}=${value}`);
  }
  return { task, controller, assignments };
}
