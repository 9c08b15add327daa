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
import { taskNamed, TASKS } from "../lib/suite/registry.ts";
import { defaultBase, type Options, type Task } from "../lib/suite/task.ts";
import type { Env, Policy } from "../lib/types.ts";
import type { Mujoco } from "../lib/world/mujoco.ts";
import { checkConfig, type RunConfig, type TaskSettings } from "./_config.ts";
import { section, unknownName } from "./_cli.ts";
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

/**
 * The task of that name with one of its controllers, its default one unless
 * named; or a refusal with the nearest name.
 */
export function findTask(
  name: string,
  base?: string,
): E.Either<RplError, ListedTask> {
  return pipe(
    attempt(() => taskNamed(name)),
    E.chain((task) => {
      const chosen = base ?? defaultBase(task);
      const known = Object.keys(task.bases);
      return known.includes(chosen)
        ? E.right({ task, settings: settingsWith(task, chosen) })
        : E.left(unknownName(`controller of '${name}'`, chosen, known));
    }),
  );
}

function settingsWith(task: Task, base: string): TaskSettings {
  return {
    task: task.id,
    base,
    controller: task.bases[base].options,
    env: task.options,
    presets: task,
    dense: task.dense,
  };
}

/**
 * The configuration of a run, refused where this version's task of that name
 * does not take it: `config.json` may have been edited.
 */
export function checkRun(config: RunConfig): E.Either<RplError, RunConfig> {
  const { task, base } = config;
  return pipe(
    findTask(task, typeof base === "string" ? base : undefined),
    E.chainW(({ settings }) => checkConfig(config, settings)),
    E.mapLeft((error): RplError => ({
      ...error,
      message: `Cannot use the config.json of this run. ${error.message}`,
    })),
  );
}

/** The environments of a choice, with their time limit. */
export interface OpenedTask {
  /** Where training plays. */
  readonly env: Env<unknown>;
  /** Where policies are judged; often the same. */
  readonly evaluationEnv: Env<unknown>;
}

/** The environments of a choice. */
export function openTask(mujoco: Mujoco, choice: TaskChoice): OpenedTask {
  const task = TASKS[choice.task];
  const env = openEnv(mujoco, choice, choice.env);
  const { evaluation } = task;
  if (evaluation === undefined) return { env, evaluationEnv: env };
  const options = { ...choice.env, ...evaluation };
  return { env, evaluationEnv: openEnv(mujoco, choice, options) };
}

function openEnv(
  mujoco: Mujoco,
  { task: id, base, controller }: TaskChoice,
  options: Options,
): Env<unknown> {
  const task = TASKS[id];
  const own = typeof base === "string" ? task.bases[base].make : undefined;
  const sized = { ...options, slots: SLOTS };
  const env = own ? own(mujoco, sized, controller) : task.make(mujoco, sized);
  return timeLimit(task.sizes.horizon)(env) as unknown as Env<unknown>;
}

/** The base controller of a choice. */
export async function openBase(choice: TaskChoice): Promise<Policy> {
  const { task, base, controller } = choice;
  return typeof base === "string"
    ? TASKS[task].bases[base].policy(controller)
    : await loadController(base);
}

/** The task's own controllers, for the help. */
export function basesHelp(task: Task): string {
  const rows = Object.entries(task.bases).map(([name, base]) =>
    [name, base.description] as const
  );
  return section(`Controllers of '${task.id}' (--controller NAME)`, rows);
}
