/**
 * Replay of whole episodes in the kernels' memory: a ring of slots that actors
 * write and the sampling kernel reads, with no copy in between.
 *
 * ```text
 * observations [E, T+1, no]   achieved [E, T+1, ng]   desired [E, ng]
 * actions      [E, T, na]     lengths  [E] (32-bit integers)
 * ```
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import type { Pointer } from "../../kernels/types.ts";
import type { EnvSpec, Observation, Vec } from "../types.ts";

/** The store; `pointer` is what the sampling kernel takes. */
export interface Episodes {
  readonly capacity: number;
  readonly horizon: number;
  readonly observations: Slice;
  readonly achieved: Slice;
  readonly desired: Slice;
  readonly actions: Slice;
  readonly lengths: Int32Array;
  readonly pointer: Pointer;
  readonly sizes: {
    readonly observation: number;
    readonly goal: number;
    readonly action: number;
  };
}

/** Writes one episode, moment by moment. */
export interface Recorder {
  /** The moment `t`, 0 to the episode's length. */
  readonly moment: (t: number, observation: Observation) => void;
  /** The executed action of step `t`. */
  readonly action: (t: number, action: Vec) => void;
  /** Closes the episode after `length` steps. */
  readonly end: (length: number) => void;
}

/** An empty store for `capacity` episodes of a task with a finite horizon. */
export function createEpisodes(
  arena: Arena,
  spec: EnvSpec,
  capacity: number,
): Episodes {
  const horizon = spec.horizon;
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(
      `Cannot store episodes as 'horizon' must be a whole number of steps: current value is ${horizon}; add timeLimit to the environment`,
    );
  }
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const observations = arena.floats(capacity * (horizon + 1) * no);
  const achieved = arena.floats(capacity * (horizon + 1) * ng);
  const desired = arena.floats(capacity * ng);
  const actions = arena.floats(capacity * horizon * na);
  const lengths = arena.floats(capacity);
  const pointer = arena.integers([
    observations.pointer,
    achieved.pointer,
    desired.pointer,
    actions.pointer,
    lengths.pointer,
    horizon,
    no,
    ng,
    na,
  ]);
  return {
    capacity,
    horizon,
    observations,
    achieved,
    desired,
    actions,
    lengths: new Int32Array(lengths.view.buffer, lengths.pointer, capacity),
    pointer,
    sizes: { observation: no, goal: ng, action: na },
  };
}

/** A recorder into the slot of the `index`-th episode; the oldest is overwritten. */
export function recorder(store: Episodes, index: number): Recorder {
  const slot = index % store.capacity;
  const { observation: no, goal: ng, action: na } = store.sizes;
  const row = slot * (store.horizon + 1);
  return {
    moment(t, moment) {
      store.observations.view.set(moment.observation, (row + t) * no);
      store.achieved.view.set(moment.achieved, (row + t) * ng);
      if (t === 0) store.desired.view.set(moment.desired, slot * ng);
    },
    action(t, action) {
      store.actions.view.set(action, (slot * store.horizon + t) * na);
    },
    end(length) {
      store.lengths[slot] = length;
    },
  };
}

/** The sections of the store that hold `episodes` episodes, for checkpoints. */
export function usedSections(
  store: Episodes,
  episodes: number,
): Readonly<Record<string, Uint8Array>> {
  const used = Math.min(episodes, store.capacity);
  const { observation: no, goal: ng, action: na } = store.sizes;
  const { horizon } = store;
  function bytes(slice: Slice, floats: number): Uint8Array {
    return new Uint8Array(slice.view.buffer, slice.pointer, floats * 4);
  }
  return {
    observations: bytes(store.observations, used * (horizon + 1) * no),
    achieved: bytes(store.achieved, used * (horizon + 1) * ng),
    desired: bytes(store.desired, used * ng),
    actions: bytes(store.actions, used * horizon * na),
    lengths: new Uint8Array(
      store.lengths.buffer,
      store.lengths.byteOffset,
      used * 4,
    ),
  };
}
