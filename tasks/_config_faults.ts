/**
 * What is wrong with a configuration, in words: which setting, what it may be
 * and what was found.
 *
 * @module
 */

import type { z } from "zod";
import { pairsNeeded } from "../lib/rollout/gate.ts";
import { levelOfLook } from "../lib/rollout/spending.ts";
import { nearestPath } from "./_assignment.ts";
import { suggestion } from "./_cli.ts";
import type { RunConfig, TaskSettings } from "./_config.ts";
import type { Setting } from "./_settings.ts";

/** One fault of a configuration. */
export interface Fault {
  /** Full name, for example `recipe.polyak`. */
  readonly path: string;
  /** Completes "it must be ..."; absent where there is no such setting. */
  readonly allowed?: string;
  /** What was found, and the name that was probably meant. */
  readonly found: string;
}

/** What may stand in a file where `--set` cannot reach. */
const PARTS: Readonly<Record<string, string>> = {
  task: "the name of a task",
  base: "the name of a controller, or the file and sha256 of one",
  controller: "numbers by name",
  env: "numbers by name",
  recipe: "settings by name",
  evaluation: "settings by name",
};

/** The faults that zod found in `value`, each once. */
export function faultsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  settings: readonly Setting[],
): readonly Fault[] {
  const faults = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => stranger([...issue.path, key], settings))
      : [faultOf(issue, value, settings)]
  );
  return faults.filter(({ path }, i) =>
    faults.findIndex((other) => other.path === path) === i
  );
}

/** The fault as a refusal to set it. */
export function refusal({ path, allowed, found }: Fault): string {
  return allowed === undefined
    ? `Cannot use setting '${path}': there is no such setting${found}`
    : `Cannot set '${path}' as it must be ${allowed}: ${found}`;
}

/** The fault as a reason, to follow "as". */
export function remark({ path, allowed, found }: Fault): string {
  return allowed === undefined
    ? `there is no setting '${path}'${found}`
    : `'${path}' must be ${allowed}: ${found}`;
}

/** What contradicts itself in a configuration whose parts are right, as a refusal to set it. */
export function contradiction(
  { recipe, safeExploration }: RunConfig,
  task?: TaskSettings,
): string | undefined {
  // A single frame would be cut into two halves that mean nothing.
  const single = task !== undefined && task.presets.paper.frames === undefined;
  if (recipe.frames === "average" && single) {
    return `Cannot set 'recipe.frames' as it must be concat for task '${task.task}', which shows one frame: current value is "average"`;
  }
  const { authority } = recipe;
  const size = task?.presets.sizes.actionSize;
  const uncounted = size === undefined || typeof authority === "number";
  if (!uncounted && authority.length !== size) {
    return `Cannot set 'recipe.authority' as it must be one number, or ${size} for an action of task '${task?.task}': there are ${authority.length}`;
  }
  if (safeExploration === undefined) return undefined;
  if (recipe.over === "zero") {
    return "Cannot set 'safeExploration' as learning is from scratch (recipe.over is zero): there is no base to fall back on. Leave --safe-exploration out, or take a preset that learns over a controller: default, fast or paper";
  }
  return task?.dense === true
    ? `Cannot set 'safeExploration' as task '${task.task}' is judged by returns: the bound counts successes. Leave --safe-exploration out, or train a task that is judged by successes`
    : undefined;
}

/** What a person should know of a gate that lets no policy pass, whatever is learnt; `undefined` of one that may. */
export function idleGate(
  { evaluation: { gatePairs, delta } }: Pick<RunConfig, "evaluation">,
): string | undefined {
  if (gatePairs === 0) {
    return "The gate is off (evaluation.gatePairs is 0): the base is served, whatever is learnt";
  }
  const needed = pairsNeeded(levelOfLook(delta, 1));
  return gatePairs < needed
    ? `The gate cannot pass with evaluation.gatePairs=${gatePairs}: ${needed} pairs are needed at evaluation.delta ${delta}; the base will be served`
    : undefined;
}

/** What a person should know of a correction that can never be trusted; `undefined` of one that may. */
export function idleTrust(
  { recipe: { trust }, evaluation: { episodes }, steps }: Pick<
    RunConfig,
    "recipe" | "evaluation" | "steps"
  >,
): string | undefined {
  return trust > 0 && episodes < 2 && steps > 0
    ? `The correction cannot be trusted with evaluation.episodes=${episodes}: one episode of the base is nothing to compare with (recipe.trust; from some 20 on it is); the base will be served`
    : undefined;
}

/** The part of `value` under a path; `undefined` where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, name) => (Object(part) as Record<string, unknown>)[name],
    value,
  );
}

function stranger(
  at: readonly PropertyKey[],
  settings: readonly Setting[],
): Fault {
  const path = at.map(String).join(".");
  const near = nearestPath(path, settings.map((setting) => setting.path));
  const found = near === undefined ? "" : `. Did you mean '${near}'?`;
  return { path, found };
}

function faultOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  settings: readonly Setting[],
): Fault {
  const at = issue.path.map(String);
  // An entry of a list is judged with its list.
  const setting = settings.find(({ path }) =>
    path === at.join(".") || path === at.slice(0, -1).join(".")
  );
  const path = setting?.path.split(".") ?? at;
  const given = valueAt(value, path);
  const near = issue.code === "invalid_value"
    ? suggestion(String(given), issue.values.map(String))
    : "";
  return {
    path: path.join("."),
    allowed: issue.code === "custom"
      ? issue.message
      : setting?.allowed ?? PARTS[path.join(".")] ?? "a number",
    found: given === undefined
      ? "it is missing"
      : `current value is ${show(given)}${near}`,
  };
}

/** JSON has no word for NaN and Infinity; a person needs them. */
function show(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
