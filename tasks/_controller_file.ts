/**
 * A user's own base controller: a module whose default export is
 * `(observation: Float32Array, goal: Float32Array) => ArrayLike<number>`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fromFunction } from "../lib/control/controller.ts";
import { refuse } from "../lib/errors.ts";
import type { Policy } from "../lib/types.ts";
import type { ControllerFile } from "./_config.ts";
import { systemReason } from "./_files.ts";

/** The file with the hash of its present text; refused where it holds no controller. */
export async function readControllerFile(
  file: string,
): Promise<ControllerFile> {
  const sha256 = hashOf(file);
  await loadController({ file, sha256 });
  return { file: resolve(file), sha256 };
}

/** The controller in a file, refused where the file is not the one of the run. */
export async function loadController(
  { file, sha256 }: ControllerFile,
): Promise<Policy> {
  if (hashOf(file) !== sha256) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use controller '${file}': the file has changed since the run began; put it back, or train anew with --controller`,
    });
  }
  const loaded = await importController(file);
  if (typeof loaded !== "function") {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use controller '${file}': its default export must be a function (observation, goal) => action, it is ${
          loaded === undefined ? "missing" : `of type ${typeof loaded}`
        }`,
    });
  }
  return fromFunction(
    basename(file),
    loaded as (observation: Float32Array, goal: Float32Array) => number[],
  );
}

async function importController(file: string): Promise<unknown> {
  try {
    const url = pathToFileURL(resolve(file)).href;
    const module: { readonly default?: unknown } = await import(url);
    return module.default;
  } catch (error) {
    return refuse({
      _tag: "ConfigError",
      message: `Cannot use controller '${file}': it does not load: ${
        error instanceof Error ? error.message : error
      }`,
    });
  }
}

function hashOf(file: string): string {
  try {
    return createHash("sha256").update(Deno.readFileSync(file)).digest("hex");
  } catch (error) {
    const reason = systemReason(error) ?? String(error);
    return refuse({
      _tag: "ConfigError",
      message: `Cannot use controller '${file}': ${reason}`,
    });
  }
}
