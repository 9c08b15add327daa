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
import { uniform } from "../lib/rng/distributions.ts";
import { key } from "../lib/rng/key.ts";
import type { Policy, Sizes } from "../lib/types.ts";
import type { ControllerFile } from "./_config.ts";
import { systemReason } from "./_files.ts";

/**
 * The file with the hash of its present text; refused where it holds no
 * controller, or one that remembers: asked the same twice, it must answer the
 * same, since hindsight asks out of order and on two threads.
 */
export async function readControllerFile(
  file: string,
  sizes: Sizes,
): Promise<ControllerFile> {
  const sha256 = hashOf(file);
  const policy = await loadController({ file, sha256 });
  const answers = [1, 2, 1].map((seed) => answerTo(policy, sizes, seed));
  if (answers[0] !== answers[2]) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use controller '${file}': asked twice about the same moment it gave [${
          answers[0]
        }] and [${
          answers[2]
        }]; it must be a function of observation and goal alone, without memory or chance`,
    });
  }
  return { file: resolve(file), sha256 };
}

/** The action in a made-up moment, as text; what it throws is left to the run, which names the step. */
function answerTo(policy: Policy, sizes: Sizes, seed: number): string {
  const seen = new Float32Array(sizes.observationSize);
  const goal = new Float32Array(sizes.goalSize);
  seen.forEach((_, i) => seen[i] = uniform(key(seed), i));
  goal.forEach((_, i) => goal[i] = uniform(key(seed), 1000 + i));
  try {
    return policy.act(undefined, seen, goal).action.join(", ");
  } catch (error) {
    return error instanceof Error ? error.name : "error";
  }
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
