/**
 * Stress axes: in which ways the world of a task, or its controller, may turn
 * out other than in training, and by how much.
 *
 * An axis says what a value changes, as functions that compose with those of
 * any task: its options, its model before that is compiled, its environment,
 * its base. At the undisturbed value nothing changes, to the bit.
 *
 * | axis | value | changes |
 * |---|---|---|
 * | `friction` | factor | sliding friction of the object and the table |
 * | `mass` | factor | mass of the object |
 * | `size` | factor | lengths of the object, whose mass stays |
 * | `noise` | m | standard deviation of measured places of things, drawn afresh at each step |
 * | `bias` | action units | added to every entry of every action |
 * | `delay` | control steps | until an action is played |
 * | `quality` | m | error of the goal that the base aims at, alone and inside the policy |
 *
 * @module
 */

import { misaimed } from "../control/misaimed.ts";
import { actionBias } from "../env/action_bias.ts";
import { actuatorDelay } from "../env/actuator_delay.ts";
import { sensorNoise } from "../env/sensor_noise.ts";
import { refuse } from "../errors.ts";
import type { Env, EnvSpec, Policy } from "../types.ts";
import {
  type Alteration,
  scaleFriction,
  scaleMass,
  scaleSize,
} from "../world/altered.ts";
import type { Options, Task } from "./task.ts";

/** A transform of an environment whose states are nobody else's business. */
export type OpaqueTransform = (env: Env<unknown>) => Env<unknown>;

/** What a disturbance changes; what is absent stays as it is. */
export interface Changes {
  /** The settings that the environment is made with. */
  readonly options?: (options: Options) => Options;
  /** The model of the environment, before it is compiled. */
  readonly model?: Alteration;
  /** The environment, before its time limit. */
  readonly env?: OpaqueTransform;
  /** The base controller, wherever it is asked. */
  readonly base?: (base: Policy) => Policy;
}

/** One way in which things may turn out. */
export interface Axis {
  /** Name as typed on the command line. */
  readonly id: string;
  /** What its values measure, for people. */
  readonly label: string;
  /** Unit of its values; `x` for a factor. */
  readonly unit: string;
  /** The value that changes nothing. */
  readonly undisturbed: number;
  /** The values that are tried, in ascending order. */
  readonly values: readonly number[];
  /**
   * What a value other than the undisturbed one changes of a task.
   *
   * @throws {Refusal} With a `ConfigError` whose message is the bare reason, now
   * or when the environment is made, where the task has nothing to change.
   */
  readonly changes: (value: number, task: Task) => Changes;
}

/** A value of an axis, as plain data. */
export interface Disturbance {
  /** Id of the axis. */
  readonly axis: string;
  /** In the unit of the axis. */
  readonly value: number;
}

const FACTOR = { unit: "x", undisturbed: 1 };

/** All axes by id. */
export const AXES: Readonly<Record<string, Axis>> = {
  friction: {
    ...FACTOR,
    id: "friction",
    label: "sliding friction, times its own",
    // Beyond twice its own, MuJoCo's contacts grow so soft that things sink in.
    values: [0.25, 0.5, 1, 1.5, 2],
    changes: friction,
  },
  mass: {
    ...FACTOR,
    id: "mass",
    label: "mass of the object, times its own",
    values: [0.25, 0.5, 1, 2, 4],
    changes: (value) => ({ model: scaleMass("object", value) }),
  },
  size: {
    ...FACTOR,
    id: "size",
    label: "size of the object, times its own",
    values: [0.6, 0.8, 1, 1.2, 1.4],
    changes: (value) => ({ model: scaleSize("object", value) }),
  },
  noise: {
    id: "noise",
    label: "noise on measured places, standard deviation",
    unit: "m",
    undisturbed: 0,
    values: [0, 0.005, 0.01, 0.02, 0.04],
    changes: noise,
  },
  bias: {
    id: "bias",
    label: "added to every entry of the action",
    unit: "action units",
    undisturbed: 0,
    values: [-0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4],
    changes: (value) => ({ env: opaque(actionBias(value)) }),
  },
  delay: {
    id: "delay",
    label: "delay of actions",
    unit: "steps",
    undisturbed: 0,
    values: [0, 1, 2, 3, 5],
    changes: (value) => ({ env: opaque(actuatorDelay(value)) }),
  },
  quality: {
    id: "quality",
    label: "error of the goal that the base aims at, along x",
    unit: "m",
    undisturbed: 0,
    values: [0, 0.02, 0.04, 0.06, 0.08],
    changes: (value) => ({ env: asksForGoals, base: misaimed(value) }),
  },
};

/**
 * What a disturbance changes of a task; nothing at the undisturbed value.
 *
 * @throws {Refusal} With a `ConfigError`, where the task has nothing to change.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SLIPPERY_PUSH } from "./push.ts";
 *
 * const { options } = changesOf(SLIPPERY_PUSH, { axis: "friction", value: 2 });
 * assertEquals(options?.({ friction: 0.18 }), { friction: 0.36 });
 * assertEquals(changesOf(SLIPPERY_PUSH, { axis: "friction", value: 1 }), {});
 * ```
 */
export function changesOf(
  task: Task,
  { axis: id, value }: Disturbance,
): Changes {
  const axis = AXES[id];
  return value === axis.undisturbed ? {} : axis.changes(value, task);
}

/** Where a task writes friction itself once its scene has settled, by its option; else in the model. */
function friction(
  factor: number,
  { options: { friction } }: Task,
): Changes {
  if (friction === undefined) return { model: scaleFriction(factor) };
  const { low, high } = friction;
  return {
    options: (options) => {
      const scaled = factor * (options.friction ?? friction.default);
      if (scaled >= low && scaled <= high) {
        return { ...options, friction: scaled };
      }
      return refuse({
        _tag: "ConfigError",
        message:
          `its friction must be from ${low} to ${high}, and ${factor} times its own is ${scaled}`,
      });
    },
  };
}

/** Where a task has noise of its own, filters count on it: then both add up there. */
function noise(std: number, { options: { noise } }: Task): Changes {
  if (noise === undefined) return { env: (env) => noisyPlaces(env, std) };
  return {
    options: (options) => ({
      ...options,
      noise: Math.hypot(options.noise ?? noise.default, std),
    }),
  };
}

function noisyPlaces(env: Env<unknown>, std: number): Env<unknown> {
  const channels = placesOf(env.spec);
  if (plansInside(env.spec)) {
    refuse({
      _tag: "ConfigError",
      message:
        "its controller plans inside the environment, where places are known",
    });
  }
  if (channels.length === 0) {
    refuse({
      _tag: "ConfigError",
      message:
        "no entry of its observation is named as a place is, such as 'object.x [m]'",
    });
  }
  return opaque(sensorNoise(std, { channels, stream: "stress" }))(env);
}

/** Entries that hold the place of a thing and, with the same error, its place from the grip. */
function placesOf({ channels }: EnvSpec): readonly (readonly number[])[] {
  return ["object", "hook"].flatMap((thing) =>
    ["x", "y", "z"].map((axis) =>
      [`${thing}.${axis} [m]`, `${thing} from grip.${axis} [m]`]
        .map((name) => channels.indexOf(name)).filter((i) => i >= 0)
    )
  ).filter((alike) => alike.length > 0);
}

/** The environment as it is, where a base can mistake the goal. */
function asksForGoals(env: Env<unknown>): Env<unknown> {
  const { goals } = env.spec;
  if (goals !== undefined && !plansInside(env.spec)) return env;
  const why = goals === undefined
    ? "its goal never changes, so that no controller reads it"
    : "its controller plans inside the environment, where the goal is known";
  return refuse({ _tag: "ConfigError", message: why });
}

/** Whether the controller's actions come with the observation, worked out from the state itself. */
function plansInside({ channels }: EnvSpec): boolean {
  return channels.includes("advice.0");
}

/** Only its own states are ever handed to an environment. */
function opaque<S>(
  transform: (env: Env<unknown>) => Env<S>,
): OpaqueTransform {
  return transform as unknown as OpaqueTransform;
}
