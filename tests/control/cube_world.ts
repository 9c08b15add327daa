/**
 * A gripper, a cube and nothing else: a model for searches whose physics is one
 * line. The gripper moves by 0.05 m per unit of action, not below the floor,
 * and takes a cube that it is within 0.04 m of along in the plane.
 *
 * States are affine handles on a fixed number of slots, as in the physics.
 *
 * @module
 */

import type { Model } from "../../lib/control/tree_mpc.ts";
import { restart, transition } from "../../lib/env/step.ts";
import type { TimeStep, Vec } from "../../lib/types.ts";

/** Gripper, then cube, `[6]` (m). */
export type Places = readonly number[];

/** A handle: valid while its generation is the slot's. */
export interface CubeState {
  readonly slot: number;
  readonly generation: number;
}

/** The model with what tests ask of it. */
export interface CubeWorld extends Model<CubeState> {
  readonly begin: (places: Places) => TimeStep<CubeState>;
  /** States in use now, and at most so far. */
  readonly live: () => number;
  readonly peak: () => number;
  /** Steps taken so far. */
  readonly steps: () => number;
}

const NEAR = 0.04;

/** Where one step leads. */
export function pushed(places: Places, action: ArrayLike<number>): Places {
  const next = [...places];
  for (let i = 0; i < 3; i++) next[i] += 0.05 * action[i];
  next[2] = Math.max(0, next[2]);
  const touches = [0, 1, 2].every((i) =>
    Math.abs(next[i] - places[3 + i]) < NEAR
  );
  if (touches) {
    next[3] += next[0] - places[0];
    next[4] += next[1] - places[1];
  }
  return next;
}

/** A world with so many slots and its goal at `goal`. */
export function cubeWorld(goal: Vec, slots: number): CubeWorld {
  const free = Array.from({ length: slots }, (_, i) => slots - 1 - i);
  const generations = free.map(() => 0);
  const places: Places[] = free.map(() => []);
  let peak = 0;
  let steps = 0;

  function claim(at: Places): CubeState {
    const slot = free.pop();
    if (slot === undefined) throw new RangeError("all slots are in use");
    peak = Math.max(peak, slots - free.length);
    places[slot] = at;
    return { slot, generation: generations[slot] };
  }
  function check({ slot, generation }: CubeState): Places {
    if (generations[slot] !== generation) {
      throw new ReferenceError(
        "Cannot use cube state: it was already consumed",
      );
    }
    return places[slot];
  }
  function seen(state: CubeState) {
    const observation = Float32Array.from(places[state.slot]);
    return { observation, achieved: observation.slice(3), desired: goal };
  }
  return {
    spec: {
      id: "cube world",
      observationSize: 6,
      goalSize: 3,
      actionSize: 4,
      horizon: Infinity,
      dt: 0.04,
      channels: Array.from({ length: 6 }, (_, i) => `x${i} [m]`),
      reward: { kind: "sparse", threshold: 0.05 },
    },
    begin: (at) => {
      const state = claim(at);
      return restart(state, seen(state), { success: false });
    },
    fork: (state) => claim(check(state)),
    step: (state, action) => {
      const { slot } = state;
      places[slot] = pushed(check(state), action);
      steps++;
      const next = { slot, generation: ++generations[slot] };
      return transition(next, seen(next), { reward: -1, success: false });
    },
    drop: (state) => {
      check(state);
      generations[state.slot]++;
      free.push(state.slot);
    },
    live: () => slots - free.length,
    peak: () => peak,
    steps: () => steps,
  };
}
