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
import { type Changes, changesOf } from "../lib/suite/stress.ts";
import {
  defaultBase,
  hideOver,
  type Options,
  type Task,
  type TaskEnv,
} from "../lib/suite/task.ts";
import type { Env, Policy } from "../lib/types.ts";
import { altered } from "../lib/world/altered.ts";
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
  /** Gives back what they take; do not use them any more. */
  readonly close: () => void;
}

/** The environments of a choice. */
export function openTask(mujoco: Mujoco, choice: TaskChoice): OpenedTask {
  const { evaluation } = TASKS[choice.task];
  const env = openEnv(mujoco, choice, choice.env);
  const judged = evaluation === undefined
    ? env
    : openEnv(mujoco, choice, { ...choice.env, ...evaluation });
  return {
    env: env as unknown as Env<unknown>,
    evaluationEnv: judged as unknown as Env<unknown>,
    close: () => {
      for (const each of new Set([env, judged])) each[Symbol.dispose]();
    },
  };
}

function openEnv(
  mujoco: Mujoco,
  choice: TaskChoice,
  options: Options,
): TaskEnv {
  const { task: id, base, controller } = choice;
  const task = TASKS[id];
  const own = typeof base === "string" ? task.bases[base].make : undefined;
  const changes = changesIn(choice);
  const physics = changes.model ? altered(mujoco, changes.model) : mujoco;
  const sized = { ...changes.options?.(options) ?? options, slots: SLOTS };
  const env = own ? own(physics, sized, controller) : task.make(physics, sized);
  const plain = env as unknown as Env<unknown>;
  const disturbed = changes.env?.(plain) ?? plain;
  return hideOver(timeLimit(task.sizes.horizon)(disturbed), env);
}

/** The base controller of a choice. */
export async function openBase(choice: TaskChoice): Promise<Policy> {
  const { task, base, controller } = choice;
  const policy = typeof base === "string"
    ? TASKS[task].bases[base].policy(controller)
    : await loadController(base);
  return changesIn(choice).base?.(policy) ?? policy;
}

function changesIn({ task, disturbance }: TaskChoice): Changes {
  return disturbance ? changesOf(TASKS[task], disturbance) : {};
}

/** The task's own controllers, for the help. */
export function basesHelp(task: Task): string {
  const rows = Object.entries(task.bases).map(([name, base]) =>
    [name, base.description] as const
  );
  return section(`Controllers of '${task.id}' (--controller NAME)`, rows);
}
