/**
 * The tasks by name: a constant table.
 *
 * @module
 */

import { reactivePush } from "../control/reactive_push.ts";
import { nearest, refuse } from "../errors.ts";
import type { Env, Policy } from "../types.ts";
import type { Mujoco } from "../world/mujoco.ts";
import { HORIZON, push, type PushOptions, slipperyPush } from "./fetch/push.ts";

/** A state whose kind only its own task knows. */
export interface TaskState {
  /** Not there at run time: keeps the states of other kinds out. */
  readonly opaque: never;
}

/** An environment from the table. Dispose it when done. */
export interface TaskEnv extends Env<TaskState>, Disposable {
  /** States in use. */
  readonly live: () => number;
}

/** Settings that a task may take; each task checks its own. */
export type TaskOptions = PushOptions;

/** An entry of the table. */
export interface Task {
  /** Name as typed on the command line. */
  readonly id: string;
  /** One line for people. */
  readonly description: string;
  /** Recommended control steps per episode, for `timeLimit`. */
  readonly horizon: number;
  /** The environment. @throws {RangeError} If an option is out of its range. */
  readonly make: (mujoco: Mujoco, options?: TaskOptions) => TaskEnv;
  /** The base controller that a residual is learnt over unless another is given. */
  readonly controller: () => Policy;
}

/** All tasks by id. */
export const TASKS: Readonly<Record<string, Task>> = {
  "push": {
    id: "push",
    description: "push a cube to a place on the table",
    horizon: HORIZON,
    make: (mujoco, options) => hide(push(mujoco, options)),
    controller: () => reactivePush(),
  },
  "slippery-push": {
    id: "slippery-push",
    description: "push a cube that slides on, as everything is slippery",
    horizon: HORIZON,
    make: (mujoco, options) => hide(slipperyPush(mujoco, options)),
    controller: () => reactivePush(),
  },
};

/**
 * The task named `id`.
 *
 * @throws {Refusal} With a `ConfigError` that names the nearest task, if there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(taskNamed("slippery-push").horizon, 50);
 * ```
 */
export function taskNamed(id: string): Task {
  if (Object.hasOwn(TASKS, id)) return TASKS[id];
  const ids = Object.keys(TASKS);
  const near = nearest(id, ids);
  const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
  return refuse({
    _tag: "ConfigError",
    message: `Cannot find task '${id}'.${hint} Tasks: ${ids.join(", ")}`,
  });
}

/** Forgets what kind the state is; `Env` never lets another state in by mistake. */
function hide<S>(
  env: Env<S> & Disposable & { readonly live: () => number },
): TaskEnv {
  return env as unknown as TaskEnv;
}
