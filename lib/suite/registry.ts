/**
 * The tasks by name: a constant table.
 *
 * @module
 */

import { reactivePush } from "../control/reactive_push.ts";
import { nearest, refuse } from "../errors.ts";
import type { Env, Policy, Sizes } from "../types.ts";
import type { Mujoco } from "../world/mujoco.ts";
import { HORIZON, push, slipperyPush } from "./fetch/push.ts";
import { CHANNELS } from "./fetch/sense.ts";

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

/** A number that people may set, for example the width of a controller. */
export interface OptionSpec {
  /** Value where nothing is set. */
  readonly default: number;
  /** Least value allowed. */
  readonly low: number;
  /** Greatest value allowed. */
  readonly high: number;
  /** Unit, for example `m`; the empty string for a pure number. */
  readonly unit: string;
  /** One line for people. */
  readonly description: string;
}

/** Values of options by name. */
export type Options = Readonly<Record<string, number>>;

/** An entry of the table. */
export interface Task {
  /** Name as typed on the command line. */
  readonly id: string;
  /** One line for people. */
  readonly description: string;
  /** Sizes of its vectors, and the recommended control steps per episode for `timeLimit`. */
  readonly sizes: Sizes;
  /** What may be set of the environment and of the task's own controller. */
  readonly options: {
    readonly env: Readonly<Record<string, OptionSpec>>;
    readonly controller: Readonly<Record<string, OptionSpec>>;
  };
  /**
   * The environment, for up to `slots` episodes at once (64 by default).
   *
   * @throws {RangeError} If an option is out of its range.
   */
  readonly make: (mujoco: Mujoco, options?: Options) => TaskEnv;
  /** The base controller that a residual is learnt over unless another is given. */
  readonly controller: (options?: Options) => Policy;
}

const PUSH_SIZES: Sizes = {
  observationSize: CHANNELS.length,
  goalSize: 3,
  actionSize: 4,
  horizon: HORIZON,
};

/** All tasks by id. */
export const TASKS: Readonly<Record<string, Task>> = {
  "push": {
    id: "push",
    description: "push a cube to a place on the table",
    sizes: PUSH_SIZES,
    options: pushSettings(1),
    make: (mujoco, options) => hide(push(mujoco, options)),
    controller: reactivePush,
  },
  "slippery-push": {
    id: "slippery-push",
    description: "push a cube that slides on, as everything is slippery",
    sizes: PUSH_SIZES,
    options: pushSettings(0.18),
    make: (mujoco, options) => hide(slipperyPush(mujoco, options)),
    controller: reactivePush,
  },
};

/** What may be set of a push task whose sliding friction is `sliding`. */
function pushSettings(sliding: number): Task["options"] {
  const side = { default: 0.15, high: 0.18, unit: "m" };
  return {
    env: {
      objectRange: {
        ...side,
        low: 0.08,
        description: "Half side of the square the cube starts in",
      },
      goalRange: {
        ...side,
        low: 0,
        description: "Half side of the square that holds the goal",
      },
      friction: {
        default: sliding,
        low: 0.01,
        high: 5,
        unit: "",
        description: "Sliding friction of every shape",
      },
    },
    controller: {
      width: {
        default: 0.15,
        low: 0.01,
        high: 1,
        unit: "m",
        description: "Width that reactivePush believes the cube to have",
      },
    },
  };
}

/**
 * The task named `id`.
 *
 * @throws {Refusal} With a `ConfigError` that names the nearest task, if there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(taskNamed("slippery-push").sizes.horizon, 50);
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
