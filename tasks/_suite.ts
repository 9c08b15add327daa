/**
 * The tasks as the command line knows them: what may be set, and how a name
 * becomes an environment with its base controller.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { pipe } from "fp-ts/function";
import { reactivePush } from "../lib/control/reactive_push.ts";
import { timeLimit } from "../lib/env/mod.ts";
import type { ConfigError } from "../lib/errors.ts";
import { type Task, TASKS } from "../lib/suite/registry.ts";
import type { Env, Policy } from "../lib/types.ts";
import type { Mujoco } from "../lib/world/mujoco.ts";
import { unknownName } from "./_cli.ts";
import {
  checkConfig,
  type OptionSpec,
  type RunConfig,
  type TaskSettings,
} from "./_config.ts";
import { loadController } from "./_controller_file.ts";
import type { TaskChoice } from "./_workers/protocol.ts";

/** What `deno task train` trains on without a name. */
export const DEFAULT_TASK = "slippery-push";

/** A task with what may be set of it. */
export interface ListedTask {
  readonly task: Task;
  readonly settings: TaskSettings;
}

const width: OptionSpec = {
  default: 0.15,
  low: 0.01,
  high: 1,
  unit: "m",
  description: "Width that reactivePush believes the cube to have",
};

function range(low: number, description: string): OptionSpec {
  return { default: 0.15, low, high: 0.18, unit: "m", description };
}

function friction(value: number): OptionSpec {
  return {
    default: value,
    low: 0.01,
    high: 5,
    unit: "",
    description: "Sliding friction of every shape",
  };
}

function pushSettings(task: string, sliding: number): TaskSettings {
  return {
    task,
    controller: { width },
    env: {
      objectRange: range(0.08, "Half side of the square the cube starts in"),
      goalRange: range(0, "Half side of the square that holds the goal"),
      friction: friction(sliding),
    },
  };
}

const SETTINGS: Readonly<Record<string, TaskSettings>> = {
  "push": pushSettings("push", 1),
  "slippery-push": pushSettings("slippery-push", 0.18),
};

/** All names. */
export function taskNames(): readonly string[] {
  return Object.keys(SETTINGS);
}

/** The task of that name, or a refusal with the nearest one. */
export function findTask(name: string): E.Either<ConfigError, ListedTask> {
  return Object.hasOwn(SETTINGS, name)
    ? E.right({ task: TASKS[name], settings: SETTINGS[name] })
    : E.left(unknownName("task", name, taskNames()));
}

/**
 * The configuration of a run, refused where this version's task of that name
 * does not take it: `config.json` may have been edited.
 */
export function checkRun(config: RunConfig): E.Either<ConfigError, RunConfig> {
  return pipe(
    findTask(config.task),
    E.chain(({ settings }) => checkConfig(config, settings)),
    E.mapLeft(({ _tag, message }) => ({
      _tag,
      message: `Cannot use the config.json of this run. ${message}`,
    })),
  );
}

/** The environment of a choice, with its time limit. */
export function openTask(mujoco: Mujoco, choice: TaskChoice): Env<unknown> {
  const { make, horizon } = TASKS[choice.task];
  const { env: defaults } = SETTINGS[choice.task];
  // What is left at its default is left to the task itself.
  const changed = Object.fromEntries(
    Object.entries(choice.env).filter(([name, value]) =>
      value !== defaults[name].default
    ),
  );
  return pipe(
    make(mujoco, { ...changed, slots: 4 }),
    timeLimit(horizon),
  ) as unknown as Env<unknown>;
}

/** The base controller of a choice. */
export async function openBase(choice: TaskChoice): Promise<Policy> {
  const { base, controller } = choice;
  return base === null ? reactivePush(controller) : await loadController(base);
}
