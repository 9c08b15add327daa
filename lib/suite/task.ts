/**
 * What an entry of the table of tasks is made of.
 *
 * @module
 */

import type { Recipe } from "../learn/recipe.ts";
import type { Env, Policy, Sizes } from "../types.ts";
import type { Mujoco } from "../world/mujoco.ts";

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
  /** Whole numbers alone are allowed. */
  readonly whole?: true;
}

/** What may be set, by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Values of options by name. */
export type Options = Readonly<Record<string, number>>;

/** A controller that a residual may be learnt over. */
export interface Base {
  /** One line for people. */
  readonly description: string;
  /** What may be set of it. */
  readonly options: OptionSpecs;
  /** The controller itself; it remembers nothing, so that hindsight can ask again. */
  readonly policy: (options?: Options) => Policy;
  /** In what learning over it departs from the task's own recipe. */
  readonly recipe?: Partial<Recipe>;
  /** Settings of the environment that this learning wants. */
  readonly env?: Options;
  /**
   * The environment with what the controller reads besides, in further channels:
   * an estimate, or an action that a slow controller has worked out. The plain
   * environment where absent.
   */
  readonly make?: (
    mujoco: Mujoco,
    env: Options,
    controller: Options,
  ) => TaskEnv;
}

/** How the paper ran a task (Silver et al. 2018, appendix). */
export interface Protocol {
  /** Environment settings of the released code where they differ from the default. */
  readonly env: Options;
  /** Further ones where its own controller takes part. */
  readonly baseEnv: Options;
  /** The controller of the paper. */
  readonly base: string;
  /** Deviation of exploration, as a fraction of the greatest action. */
  readonly noise: number;
  /** Episodes of one cycle. */
  readonly roundEpisodes: number;
  /** Chance of an exploring action under Expert Explore. */
  readonly expertRandom: number;
  /** How its networks read two frames, where the task shows two. */
  readonly frames?: "concat" | "average";
}

/** An entry of the table. */
export interface Task {
  /** Name as typed on the command line. */
  readonly id: string;
  /** One line for people. */
  readonly description: string;
  /** Sizes of its vectors, and the recommended control steps per episode for `timeLimit`. */
  readonly sizes: Sizes;
  /** One entry per element of the goal: name and unit. */
  readonly goalChannels: readonly string[];
  /** One entry per element of the action: name, and what 1 of it does. */
  readonly actionChannels: readonly string[];
  /** Judged by its return and not by its success. */
  readonly dense?: boolean;
  /** What may be set of the environment. */
  readonly options: OptionSpecs;
  /** Settings of the environment in which policies are judged, where it is another. */
  readonly evaluation?: Options;
  /** Its own controllers by name; the first is the default. */
  readonly bases: Readonly<Record<string, Base>>;
  /** In what learning over its controllers departs from the general recipes. */
  readonly recipe: Partial<Recipe>;
  /** How the paper ran it. */
  readonly paper: Protocol;
  /**
   * The environment, for up to `slots` episodes at once (64 by default).
   *
   * @throws {RangeError} If an option is out of its range.
   */
  readonly make: (mujoco: Mujoco, options?: Options) => TaskEnv;
}

/** Forgets what kind the state is; `Env` never lets another state in by mistake. */
export function hide<S>(
  env: Env<S> & Disposable & { readonly live: () => number },
): TaskEnv {
  return env as unknown as TaskEnv;
}

/** An environment made of another by transforms, disposed of with it. */
export function hideOver<S, T>(
  env: Env<T>,
  inner: Env<S> & Disposable & { readonly live: () => number },
): TaskEnv {
  const { live } = inner;
  const dispose = () => inner[Symbol.dispose]();
  return hide({ ...env, live, [Symbol.dispose]: dispose });
}

/** Name of the controller that is the base where none is named. */
export function defaultBase(task: Task): string {
  return Object.keys(task.bases)[0];
}
