/**
 * A point mass that must reach a goal: the smallest environment with every
 * feature that the laws and the learner's tests need.
 *
 * v' = v + dt (force u + wind z - drag v),  x' = x + dt v'
 *
 * Per axis the observation is `[x, v]`, the goal is a position, the action a
 * force in [-1, 1]. States are affine and buffers are lent just as in the
 * physics: a state is a handle on a slot whose buffers the next step
 * overwrites, a consumed handle throws `ReferenceError`, and `drop` fills the
 * buffers with NaN so that a reader who kept them is found out.
 *
 * @module
 */

import { fromPolicy } from "../lib/control/controller.ts";
import { restart, termination, transition } from "../lib/env/step.ts";
import { normal, uniform } from "../lib/rng/distributions.ts";
import { derive, foldIn } from "../lib/rng/key.ts";
import type {
  Env,
  EnvSpec,
  Key,
  Observation,
  Policy,
  TimeStep,
  Vec,
} from "../lib/types.ts";

/** How a {@link toy} differs from the default one. */
export interface ToyOptions {
  /** Axes of motion; sizes are 2, 1, 1 per axis. Default 1. */
  readonly axes?: number;
  /** Standard deviation of a random acceleration, m/s^2. Default 0. */
  readonly wind?: number;
  /** End the episode at the goal. Default false, as in the Fetch tasks. */
  readonly terminates?: boolean;
  /** Distance to the goal that counts as success, m. Default 0.05. */
  readonly threshold?: number;
}

/** A handle: valid while its generation is the slot's. */
export interface ToyState {
  readonly slot: Slot;
  readonly generation: number;
}

/** The toy environment; `live` counts states neither stepped nor dropped. */
export interface ToyEnv extends Env<ToyState> {
  readonly live: () => number;
}

interface Slot {
  generation: number;
  t: number;
  windKey: Key;
  readonly position: Float64Array;
  readonly velocity: Float64Array;
  readonly goal: Float64Array;
  readonly shown: Observation;
}

const DT = 0.1; // s
const FORCE = 2; // m/s^2 at full action
const DRAG = 1; // 1/s

/** Makes a toy environment. Starts and goals are uniform in [-0.5, 0.5] m. */
export function toy(options: ToyOptions = {}): ToyEnv {
  const { axes = 1, wind = 0, terminates = false, threshold = 0.05 } = options;
  const spec = toySpec(axes, threshold);
  const free: Slot[] = [];
  let live = 0;

  function reset(key: Key): TimeStep<ToyState> {
    const slot = free.pop() ?? makeSlot(axes);
    const place = derive(key, "toy/place");
    slot.windKey = derive(key, "toy/wind");
    slot.t = 0;
    for (let i = 0; i < axes; i++) {
      slot.position[i] = uniform(place, 2 * i) - 0.5;
      slot.goal[i] = uniform(place, 2 * i + 1) - 0.5;
      slot.velocity[i] = 0;
    }
    live++;
    show(slot);
    const { success, metrics } = judge(slot, threshold);
    return restart(handle(slot), slot.shown, { success, metrics });
  }

  function step(state: ToyState, action: Vec): TimeStep<ToyState> {
    const slot = consume(state);
    if (action.length !== axes) {
      throw new RangeError(
        `Cannot step as 'action' must have ${axes} entries: it has ${action.length}`,
      );
    }
    const gust = foldIn(slot.windKey, slot.t++);
    for (let i = 0; i < axes; i++) {
      const push = FORCE * Math.min(1, Math.max(-1, action[i]));
      const noise = wind === 0 ? 0 : wind * normal(gust, i);
      slot.velocity[i] += DT * (push + noise - DRAG * slot.velocity[i]);
      slot.position[i] += DT * slot.velocity[i];
    }
    show(slot);
    const outcome = judge(slot, threshold);
    const make = terminates && outcome.success ? termination : transition;
    return make(handle(slot), slot.shown, outcome);
  }

  function drop(state: ToyState): void {
    const slot = consume(state);
    slot.shown.observation.fill(NaN);
    slot.shown.achieved.fill(NaN);
    slot.shown.desired.fill(NaN);
    free.push(slot);
    live--;
  }

  return { spec, reset, step, drop, live: () => live };
}

/**
 * Pulls towards the goal like a damped spring: a base that is good with
 * `gain` 4 and poor with a small one.
 */
export function toyPolicy(gain: number, axes = 1): Policy {
  return fromPolicy(`toy spring ${gain}`, (observation, desired, out) => {
    for (let i = 0; i < axes; i++) {
      const pull = gain * (desired[i] - observation[2 * i]);
      const force = pull - 0.5 * observation[2 * i + 1];
      out[i] = Math.min(1, Math.max(-1, force));
    }
  }, axes);
}

function toySpec(axes: number, threshold: number): EnvSpec {
  const indices = Array.from({ length: axes }, (_, i) => i);
  const flip = (size: number) => ({
    source: Array.from({ length: size }, (_, i) => i),
    sign: Array.from({ length: size }, () => -1),
    offset: Array.from({ length: size }, () => 0),
  });
  return {
    id: "toy",
    observationSize: 2 * axes,
    goalSize: axes,
    actionSize: axes,
    horizon: Infinity,
    dt: DT,
    channels: indices.flatMap((i) => [`x${i} [m]`, `v${i} [m/s]`]),
    reward: { kind: "sparse", threshold },
    mirror: {
      observation: flip(2 * axes),
      goal: flip(axes),
      action: flip(axes),
    },
  };
}

function makeSlot(axes: number): Slot {
  return {
    generation: 0,
    t: 0,
    windKey: { hi: 0, lo: 0 },
    position: new Float64Array(axes),
    velocity: new Float64Array(axes),
    goal: new Float64Array(axes),
    shown: {
      observation: new Float32Array(2 * axes),
      achieved: new Float32Array(axes),
      desired: new Float32Array(axes),
    },
  };
}

function handle(slot: Slot): ToyState {
  return { slot, generation: slot.generation };
}

function consume(state: ToyState): Slot {
  if (state.generation !== state.slot.generation) {
    throw new ReferenceError("Cannot use toy state: it was already consumed");
  }
  state.slot.generation++;
  return state.slot;
}

function show({ shown, position, velocity, goal }: Slot): void {
  for (let i = 0; i < position.length; i++) {
    shown.observation[2 * i] = position[i];
    shown.observation[2 * i + 1] = velocity[i];
    shown.achieved[i] = position[i];
    shown.desired[i] = goal[i];
  }
}

/** Judges the lent 32-bit goals, so that hindsight agrees to the bit. */
function judge({ shown }: Slot, threshold: number) {
  const distance = Math.hypot(
    ...shown.achieved.map((x, i) => x - shown.desired[i]),
  );
  const success = distance <= threshold;
  return { reward: success ? 0 : -1, success, metrics: { distance } };
}
