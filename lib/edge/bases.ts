/**
 * The controllers that can leave the machine: those of the library that need no
 * simulator, by task and name, and how each of them sees.
 *
 * @module
 */

import { lookUpRule } from "../control/cached.ts";
import type { Rule } from "../control/controller.ts";
import { HOOK_LAYOUT, hookRule } from "../control/reactive_hook.ts";
import {
  CALIBRATED,
  MISCALIBRATED,
  pickAndPlaceRule,
  TIGHT,
} from "../control/reactive_pick_and_place.ts";
import { pushRule } from "../control/reactive_push.ts";
import {
  ESTIMATED_LAYOUT,
  NOISY_FRAMES,
  PRESENT_LAYOUT,
} from "../suite/hook_bases.ts";
import type { Policy } from "../types.ts";
import type { Artefact, Senses } from "./artefact.ts";
import { take } from "./inputs.ts";
import { sizesOf } from "./networks.ts";
import { NEWER, refuseFile } from "./refuse.ts";
import type { Tensor } from "./safetensors.ts";

/** A controller as a function of what is seen and the goal wanted. */
export type BaseFunction = (
  observation: Float32Array,
  goal: Float32Array,
) => ArrayLike<number>;

type Options = Readonly<Record<string, number>>;
type Tensors = Readonly<Record<string, Tensor>>;

/** Entries of what is seen that a controller reads at least, entries that it plays, and itself. */
type Known = readonly [reads: number, plays: number, rule: Rule];

/** A controller under options, which are finite, and with what it looks up. */
type Make = (options: Options, tensors: Tensors) => Known;

/** Entries of the goal that controllers read. */
const GOAL = 3;

function rest(): void {}

function push({ width = 0.15 }: Options): Known {
  return [6, 4, pushRule(width)];
}

function pick(values: typeof CALIBRATED): Make {
  return (options) => [10, 4, pickAndPlaceRule({ ...values, ...options })];
}

const BASES: Readonly<Record<string, Make>> = {
  "push/reactive": push,
  "slippery-push/reactive": push,
  "pick-and-place/miscalibrated": pick(MISCALIBRATED),
  "pick-and-place/tight": pick(TIGHT),
  "pick-and-place/calibrated": pick(CALIBRATED),
  "noisy-hook/raw": () => [80, 4, hookRule(PRESENT_LAYOUT)],
  "noisy-hook/filtered": () => [86, 4, hookRule(ESTIMATED_LAYOUT)],
  "complex-hook/reactive": () => [40, 4, hookRule(HOOK_LAYOUT)],
  "pusher/cached": cachedIn,
  "pusher/still": () => [0, 7, rest],
};

/**
 * How policies of a task see over one of its controllers, or over none of its
 * own (`null`); `undefined` where that controller cannot leave the simulator.
 */
export function sensesOf(
  task: string,
  base: string | null,
  { noise }: Options,
): Senses | undefined {
  if (base !== null && !Object.hasOwn(BASES, `${task}/${base}`)) {
    return undefined;
  }
  if (task !== "noisy-hook") return { frames: 1, filter: null };
  const filter = base === "filtered" ? { kind: "hook", noise } as const : null;
  return { frames: NOISY_FRAMES, filter };
}

/**
 * The base of an artefact.
 *
 * @param given What stands for a controller that came from a file.
 * @throws {RangeError} If it is not known here, or must be given and is not, or
 * does not fit the sizes.
 */
export function baseOf(
  { manifest, tensors }: Artefact,
  given?: BaseFunction,
): Policy {
  const { base: { kind, name, options }, task } = manifest;
  const { observationSize, goalSize, actionSize: size } = sizesOf(manifest);
  if (kind === "none") return following("none", size, rest);
  if (kind === "file") {
    if (given === undefined) {
      refuseFile(
        `its controller '${name}' came from a file and is not in it`,
        "give its function as 'base'",
      );
    }
    return following(name, size, (observation, goal, out) => {
      take(`action of ${name}`, given(observation, goal), size, out);
    });
  }
  const known = `${task}/${name}`;
  // Names with a stroke are inherited by no record.
  const make: Make | undefined = BASES[known];
  if (make === undefined) {
    refuseFile(`there is no controller '${known}'`, NEWER);
  }
  const [reads, plays, rule] = make(options, tensors);
  if (observationSize < reads || goalSize < GOAL || size !== plays) {
    refuseFile(`its channels are not those of '${known}'`);
  }
  return following(known, size, rule);
}

function following(id: string, size: number, rule: Rule): Policy {
  const action = new Float32Array(size);
  return {
    id,
    init: () => undefined,
    act(_memory, observation, desired) {
      rule(observation, desired, action);
      return { action, memory: undefined };
    },
  };
}

function cachedIn(
  _options: Options,
  { "base.states": states, "base.actions": actions }: Tensors,
): Known {
  if (!(states && actions)) refuseFile("it lacks the tables of its controller");
  const [rows] = states.shape;
  const [reads, plays] = [states, actions].map(({ data }) =>
    data.length / rows
  );
  return [reads, plays, lookUpRule(states.data, actions.data, rows)];
}
