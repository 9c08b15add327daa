/**
 * The controllers that can leave the machine: those of the library that need no
 * simulator, by task and name, and how each of them sees.
 *
 * @module
 */

import { cached } from "../control/cached.ts";
import { fromFunction, zero } from "../control/controller.ts";
import { reactiveHook } from "../control/reactive_hook.ts";
import {
  CALIBRATED,
  MISCALIBRATED,
  reactivePickAndPlace,
  TIGHT,
} from "../control/reactive_pick_and_place.ts";
import { reactivePush } from "../control/reactive_push.ts";
import { filteredHook, NOISY_FRAMES, rawHook } from "../suite/hook_bases.ts";
import type { Policy } from "../types.ts";
import type { Manifest, Senses } from "./artefact.ts";
import type { Tensor } from "./safetensors.ts";

/** A controller as a function of what is seen and the goal wanted. */
export type BaseFunction = (
  observation: Float32Array,
  goal: Float32Array,
) => ArrayLike<number>;

type Options = Readonly<Record<string, number>>;
type Files = Readonly<Record<string, Tensor>>;

/** A controller that can be made of an artefact. */
interface EdgeBase {
  readonly policy: (options: Options, tensors: Files) => Policy;
  /** How base and networks see, under these settings of the environment; one frame unless given. */
  readonly senses?: (env: Options) => Senses;
}

const PLAIN: Senses = { frames: 1, filter: null };
const TWO: Senses = { frames: NOISY_FRAMES, filter: null };

const PUSH: EdgeBase = { policy: reactivePush };

function pick(values: typeof CALIBRATED): EdgeBase {
  return {
    policy: (options) => reactivePickAndPlace({ ...values, ...options }),
  };
}

const BASES: Readonly<Record<string, EdgeBase>> = {
  "push/reactive": PUSH,
  "slippery-push/reactive": PUSH,
  "pick-and-place/miscalibrated": pick(MISCALIBRATED),
  "pick-and-place/tight": pick(TIGHT),
  "pick-and-place/calibrated": pick(CALIBRATED),
  "noisy-hook/raw": { policy: rawHook, senses: () => TWO },
  "noisy-hook/filtered": {
    policy: filteredHook,
    senses: ({ noise }) => ({ ...TWO, filter: { kind: "hook", noise } }),
  },
  "complex-hook/reactive": { policy: () => reactiveHook() },
  "pusher/cached": {
    policy: (_, { "base.states": states, "base.actions": actions }) =>
      cached({ states: rowsOf(states), actions: rowsOf(actions) }),
  },
  "pusher/still": { policy: () => zero(7) },
};

/**
 * How policies of a task see over one of its controllers, or over none of its
 * own (`null`); `undefined` where that controller cannot leave the simulator.
 */
export function sensesOf(
  task: string,
  base: string | null,
  env: Options,
): Senses | undefined {
  if (base === null) return task === "noisy-hook" ? TWO : PLAIN;
  const name = `${task}/${base}`;
  if (!Object.hasOwn(BASES, name)) return undefined;
  return BASES[name].senses?.(env) ?? PLAIN;
}

/**
 * The base of an artefact.
 *
 * @param given What stands for a controller that came from a file.
 * @throws {RangeError} If it is not known here, or must be given and is not.
 */
export function baseOf(
  { task, base, actionChannels }: Manifest,
  tensors: Files,
  given?: BaseFunction,
): Policy {
  const { kind, name, options } = base;
  if (kind === "none") return zero(actionChannels.length);
  if (kind === "file") {
    return fromFunction(name, given ?? refuseMissing(name));
  }
  const known = `${task}/${name}`;
  if (!Object.hasOwn(BASES, known)) refuseUnknown(known);
  return BASES[known].policy(options, tensors);
}

function rowsOf(tensor: Tensor | undefined): readonly Float32Array[] {
  if (tensor?.shape.length !== 2) {
    throw new RangeError(
      "Cannot load the policy as the tensors of its base are missing: export the run again",
    );
  }
  const { shape: [rows, width], data } = tensor;
  return Array.from(
    { length: rows },
    (_, i) => data.subarray(i * width, (i + 1) * width),
  );
}

function refuseMissing(name: string): never {
  throw new RangeError(
    `Cannot load the policy as its controller came from the file '${name}', which is not in it: give its function as 'base'`,
  );
}

function refuseUnknown(name: string): never {
  throw new RangeError(
    `Cannot load the policy as this version has no controller '${name}': allowed are ${
      Object.keys(BASES).join(", ")
    }. Load it with the version that wrote it`,
  );
}
