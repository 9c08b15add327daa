/**
 * The tasks as the command line knows them: what may be set, and how a name
 * becomes an environment with its base controller.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { pipe } from "fp-ts/function";
import { timeLimit } from "../lib/env/mod.ts";
import type { RplError } from "../lib/errors.ts";
import { type Task, taskNamed, TASKS } from "../lib/suite/registry.ts";
import type { Env, Policy } from "../lib/types.ts";
import type { Mujoco } from "../lib/world/mujoco.ts";
import { checkConfig, type RunConfig, type TaskSettings } from "./_config.ts";
import { loadController } from "./_controller_file.ts";
import { attempt } from "./_files.ts";
import type { TaskChoice } from "./_workers/protocol.ts";

/** What `deno task train` trains on without a name. */
export const DEFAULT_TASK = "slippery-push";

/** Episodes that a Worker may have open at once; it plays one after the other. */
const SLOTS = 4;

/** A task with what may be set of it. */
export interface ListedTask {
  readonly task: Task;
  readonly settings: TaskSettings;
}

/** All names. */
export function taskNames(): readonly string[] {
  return Object.keys(TASKS);
}

/** The task of that name, or a refusal with the nearest one. */
export function findTask(name: string): E.Either<RplError, ListedTask> {
  return attempt(() => {
    const task = taskNamed(name);
    return { task, settings: { task: task.id, ...task.options } };
  });
}

/**
 * The configuration of a run, refused where this version's task of that name
 * does not take it: `config.json` may have been edited.
 */
export function checkRun(config: RunConfig): E.Either<RplError, RunConfig> {
  return pipe(
    findTask(config.task),
    E.chainW(({ settings }) => checkConfig(config, settings)),
    E.mapLeft((error): RplError => ({
      ...error,
      message: `Cannot use the config.json of this run. ${error.message}`,
    })),
  );
}

/** The environment of a choice, with its time limit. */
export function openTask(mujoco: Mujoco, choice: TaskChoice): Env<unknown> {
  const { make, sizes } = TASKS[choice.task];
  const env = make(mujoco, { ...choice.env, slots: SLOTS });
  return timeLimit(sizes.horizon)(env) as unknown as Env<unknown>;
}

/** The base controller of a choice. */
export async function openBase(choice: TaskChoice): Promise<Policy> {
  const { task, base, controller } = choice;
  return base === null
    ? TASKS[task].controller(controller)
    : await loadController(base);
}
