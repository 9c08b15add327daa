/**
 * The configuration of a run: everything that its results depend on and nothing
 * else, as one strict schema; `--set path=value` changes one leaf of it.
 *
 * How many Workers run, where files go and what is printed are not part of it,
 * since results must not depend on them.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { pipe } from "fp-ts/function";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ConfigError } from "../lib/errors.ts";
import type { Recipe } from "../lib/learn/recipe.ts";
import {
  type Preset,
  presetEnv,
  presetRecipe,
  PRESETS,
  type PresetTask,
} from "../lib/suite/presets.ts";
import type { Options, OptionSpecs } from "../lib/suite/task.ts";
import {
  choice,
  leaves,
  real,
  recipeSchema,
  type Setting,
  whole,
} from "./_settings.ts";
import { configError, readAssignment } from "./_assignment.ts";
import { section } from "./_cli.ts";
import {
  contradiction,
  type Fault,
  faultsOf,
  refusal,
  remark,
  valueAt,
} from "./_config_faults.ts";

/** What a task, with one of its controllers as the base, adds to the configuration. */
export interface TaskSettings {
  readonly task: string;
  /** Name of the base controller. */
  readonly base: string;
  /** What may be set of the base controller. */
  readonly controller: OptionSpecs;
  readonly env: OptionSpecs;
  /** What presets need to know of the task. */
  readonly presets: PresetTask;
  /** Whether returns are the measure, not successes. */
  readonly dense?: boolean | undefined;
}

/** Everything that the results of a run depend on. */
export interface RunConfig {
  /** Version of this record. */
  readonly schema: 3;
  readonly task: string;
  /** The recipe that `recipe` started from. */
  readonly preset: Preset;
  readonly seed: number;
  /** Environment steps. */
  readonly steps: number;
  readonly backend: "kernels" | "relaxed" | "twins" | "tfjs";
  /** The base: one of the task's controllers by name, or a user's own file. */
  readonly base: string | ControllerFile;
  /** Settings of the base. */
  readonly controller: Options;
  readonly env: Options;
  readonly recipe: Recipe;
  readonly evaluation: Evaluation;
  /** Environment steps between two checkpoints. */
  readonly checkpointEvery: number;
  /** Share of the base's successes that exploring may cost; absent where it may cost any. */
  readonly safeExploration?: number | undefined;
}

/** A module that holds a base controller, as it was when the run began. */
export interface ControllerFile {
  readonly file: string;
  readonly sha256: string;
}

/** When and how long a run is judged. */
export interface Evaluation {
  /** Environment steps between two evaluations. */
  readonly every: number;
  readonly episodes: number;
  /** Episodes of the last evaluation. */
  readonly finalEpisodes: number;
  /** Pairs of episodes after which the gate gives up and the base is served. */
  readonly gatePairs: number;
  /** Greatest chance that the gate lets a policy pass that is not better than its base. */
  readonly delta: number;
}

const manySteps = 1_000_000_000;
const manyEpisodes = 1_000_000;

/** What to do about a file that was edited. */
const asItWas = "Put back what was there, or start a new run with --out";

/** The schema of {@link RunConfig}; without `task` its own options are any numbers. */
function configSchema(task?: TaskSettings) {
  const anyNumbers = z.record(z.string(), z.number());
  return z.strictObject({
    schema: z.literal(3),
    task: task === undefined ? z.string().min(1) : z.literal(task.task),
    preset: choice(PRESETS, "Recipe to start from"),
    seed: whole(0, Number.MAX_SAFE_INTEGER, "Seed of every random draw"),
    steps: whole(0, manySteps, "Environment steps"),
    backend: choice(
      ["kernels", "relaxed", "twins", "tfjs"],
      "Who computes the updates; relaxed is faster, its bits machine-bound",
    ),
    base: z.union([
      task === undefined ? z.string().min(1) : z.literal(task.base),
      z.strictObject({ file: z.string(), sha256: z.string() }),
    ]),
    controller: task ? optionsSchema(task.controller) : anyNumbers,
    env: task ? optionsSchema(task.env) : anyNumbers,
    recipe: recipeSchema,
    evaluation: z.strictObject({
      every: whole(1, manySteps, "Environment steps between two evaluations"),
      episodes: whole(1, manyEpisodes, "Episodes of an evaluation"),
      finalEpisodes: whole(1, manyEpisodes, "Episodes of the last evaluation"),
      gatePairs: whole(0, manyEpisodes, "Pairs until the gate gives up"),
      delta: real(0.0001, 0.5, "Chance that the gate passes a policy wrongly"),
    }),
    checkpointEvery: whole(
      1,
      manySteps,
      "Environment steps between checkpoints",
    ),
    safeExploration: z.number().min(0.001).max(0.999).optional().meta({
      allowed: "a number from 0.001 to 0.999",
      description:
        "Share of the base's successes that exploring may cost while it learns",
    }),
  });
}

function optionsSchema(options: OptionSpecs) {
  return z.strictObject(Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const { low, high, unit, description, whole } = option;
      const kind = whole ? "a whole number" : "a number";
      const allowed = `${kind} from ${low} to ${high} ${unit}`.trimEnd();
      const number = whole ? z.number().int() : z.number();
      const schema = number.min(low).max(high);
      return [name, schema.meta({ allowed, description })];
    }),
  ));
}

/** The configuration of `task` where nothing is set. */
export function defaultConfig(
  task: TaskSettings,
  preset: Preset = "default",
): RunConfig {
  const defaults = (options: OptionSpecs) =>
    Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, option.default]),
    );
  return {
    schema: 3,
    task: task.task,
    preset,
    seed: 1,
    steps: 10000,
    backend: "kernels",
    base: task.base,
    controller: defaults(task.controller),
    env: {
      ...defaults(task.env),
      ...presetEnv(preset, task.presets, task.base),
    },
    recipe: presetRecipe(preset, task.presets, task.base),
    evaluation: {
      every: 2500,
      episodes: 100,
      finalEpisodes: 400,
      gatePairs: 400,
      delta: 0.05,
    },
    checkpointEvery: 1000,
  };
}

/** Every setting that `--set` accepts for `task`. */
export function settingsOf(task: TaskSettings): readonly Setting[] {
  return leaves(configSchema(task));
}

/**
 * The configuration of `task` under assignments `path=value`; the last of two
 * on one path wins, and a preset is the start whatever its place.
 */
export function resolveConfig(
  task: TaskSettings,
  assignments: readonly string[],
): E.Either<ConfigError, RunConfig> {
  const settings = settingsOf(task);
  const values = new Map<string, unknown>();
  for (const text of assignments) {
    const assignment = readAssignment(text, task.task, settings);
    if (E.isLeft(assignment)) return assignment;
    values.set(assignment.right.path, assignment.right.value);
  }
  const preset = PRESETS.find((name) => name === values.get("preset"));
  const draft: Record<string, unknown> = { ...defaultConfig(task, preset) };
  for (const [path, value] of values) {
    const [group, name] = path.split(".");
    draft[group] = name === undefined
      ? value
      : { ...draft[group] as object, [name]: value };
  }
  return checkConfig(draft, task);
}

/** Checks a value of unknown origin; with `task`, its options and ranges too. */
export function checkConfig(
  value: unknown,
  task?: TaskSettings,
): E.Either<ConfigError, RunConfig> {
  const found = readParts(value, task);
  if (E.isLeft(found)) return configError(found.left.map(refusal).join("\n"));
  const wrong = contradiction(found.right, task);
  return wrong === undefined ? found : configError(wrong);
}

/** Every part by itself. */
function readParts(
  value: unknown,
  task?: TaskSettings,
): E.Either<readonly Fault[], RunConfig> {
  const schema = configSchema(task);
  const { success, data, error } = schema.safeParse(value);
  return success
    ? E.right(data)
    : E.left(faultsOf(error.issues, value, leaves(schema)));
}

/** Reads the text of a `config.json`; `path` is for the message. */
export function parseConfig(
  text: string,
  path: string,
): E.Either<ConfigError, RunConfig> {
  return pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () =>
        `it is not whole JSON: the file is empty, truncated or edited. ${asItWas}`,
    ),
    E.chain((value) => {
      const { schema } = Object(value) as { schema?: unknown };
      return schema === 3 ? E.right(value) : E.left(
        `it is of schema ${JSON.stringify(schema)}: this version reads ` +
          "schema 3; the version that wrote it is in versions.json beside it",
      );
    }),
    E.chain((value) =>
      pipe(
        readParts(value),
        E.mapLeft((faults) => `${faults.map(remark).join("; ")}. ${asItWas}`),
      )
    ),
    E.mapLeft((why): ConfigError => ({
      _tag: "ConfigError",
      message: `Cannot read '${path}' as ${why}`,
    })),
  );
}

/** The configuration as `--print-config` shows it and `config.json` holds it. */
export function printConfig(config: RunConfig): string {
  return JSON.stringify(config, null, 2) + "\n";
}

/** SHA-256 (hex) of the configuration as JSON with sorted keys. */
export function configHash(config: RunConfig): string {
  return createHash("sha256").update(canonicalJson(config)).digest("hex");
}

/** JSON without spaces, keys sorted at every level: one text per value. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    const plain = typeof part === "object" && part !== null &&
      !Array.isArray(part);
    return plain
      ? Object.fromEntries(
        Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1),
      )
      : part;
  });
}

/** The settings of `task` with defaults, for the help; those of its controllers stand apart. */
export function settingsHelp(task: TaskSettings): string {
  const rows = helpRows(task, (path) => !path.startsWith(CONTROLLER));
  return section(`Settings of '${task.task}' (--set path=value)`, rows);
}

/** The settings of each controller of a task, under its name, for the help. */
export function controllersHelp(tasks: readonly TaskSettings[]): string {
  return tasks.map((task) => {
    const rows = helpRows(task, (path) => path.startsWith(CONTROLLER));
    const title = `Settings of controller '${task.base}'`;
    return rows.length === 0
      ? `${title}: none`
      : section(`${title} (--set path=value)`, rows);
  }).join("\n\n");
}

/** What the paths of a controller's settings begin with. */
const CONTROLLER = "controller.";

function helpRows(
  task: TaskSettings,
  shown: (path: string) => boolean,
): readonly (readonly [string, string])[] {
  const defaults = defaultConfig(task);
  return settingsOf(task).filter(({ path }) => shown(path)).map(
    ({ path, allowed, description }) => {
      const value = valueAt(defaults, path.split("."));
      const shown = value === undefined ? "" : JSON.stringify(value);
      return [`${path}=${shown}`, `${description}; ${allowed}`] as const;
    },
  );
}
