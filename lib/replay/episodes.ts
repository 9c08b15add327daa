/**
 * Replay of whole episodes in the kernels' memory: a ring of slots that actors
 * write and the sampling kernel reads, with no copy in between.
 *
 * ```text
 * records [E, T+1, size]   desired [E, ng]   lengths [E] (32-bit integers)
 *
 * a record: observation [no] | achieved goal [ng] | executed action [na] | padding
 * ```
 *
 * What belongs to one moment lies together, and the next moment behind it: a
 * sampled transition touches few cache lines, which is what sampling from a
 * large store costs. A size that is a multiple of four floats keeps vectors
 * aligned; FetchPush's 25 + 3 + 4 floats are two lines exactly.
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import type { Pointer } from "../../kernels/types.ts";
import type { Box, EnvSpec, Observation, Sizes, Vec } from "../types.ts";

/** The store; `pointer` is what the sampling kernel takes. */
export interface Episodes {
  readonly capacity: number;
  /** The first episodes, which are never overwritten. */
  readonly kept: number;
  readonly horizon: number;
  /** Moment by moment; see {@link recordAt}. */
  readonly records: Slice;
  readonly desired: Slice;
  readonly lengths: Int32Array;
  readonly pointer: Pointer;
  readonly sizes: {
    readonly observation: number;
    readonly goal: number;
    readonly action: number;
    /** Floats from one record to the next. */
    readonly record: number;
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

/**
 * An empty store for `capacity` episodes of a task with a finite horizon, of
 * which the first `kept` are never overwritten.
 *
 * @throws {RangeError} If the horizon is no number of steps, or what is kept leaves no room.
 */
export function createEpisodes(
  arena: Arena,
  spec: EnvSpec,
  capacity: number,
  kept = 0,
): Episodes {
  const { horizon } = spec;
  checkStore(horizon, capacity, kept);
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const size = recordSize(spec);
  const records = arena.floats(capacity * (horizon + 1) * size);
  const desired = arena.floats(capacity * ng);
  const lengths = arena.floats(capacity);
  const pointer = arena.integers([
    records.pointer,
    desired.pointer,
    lengths.pointer,
    spec.goals === undefined ? 0 : boundsOf(arena, spec.goals),
    horizon,
    no,
    ng,
    na,
    size,
  ]);
  return {
    capacity,
    kept,
    horizon,
    records,
    desired,
    lengths: new Int32Array(lengths.view.buffer, lengths.pointer, capacity),
    pointer,
    sizes: { observation: no, goal: ng, action: na, record: size },
  };
}

function checkStore(horizon: number, capacity: number, kept: number): void {
  if (kept > 0 && kept >= capacity) {
    throw new RangeError(
      `Cannot keep ${kept} episodes for good as replay holds ${capacity}: make 'capacityEpisodes' larger or 'warmup' shorter`,
    );
  }
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw new RangeError(
      `Cannot store episodes as 'horizon' must be a whole number of steps: current value is ${horizon}; add timeLimit to the environment`,
    );
  }
}

/** Floats of a store for `capacity` episodes, alignment of its slices excepted. */
export function episodesSize(spec: Sizes, capacity: number): number {
  const { goalSize: ng, horizon } = spec;
  return capacity * ((horizon + 1) * recordSize(spec) + ng + 1) + 2 * ng;
}

/** Floats of one record, padding included. */
function recordSize(spec: Sizes): number {
  const used = spec.observationSize + spec.goalSize + spec.actionSize;
  return Math.ceil(used / 4) * 4;
}

/**
 * The bounds as the kernel reads them, `[low | high]`. They are rounded inwards:
 * a 32-bit float lies within the rounded bounds exactly where it lies within
 * the given ones.
 */
function boundsOf(arena: Arena, { low, high }: Box): Pointer {
  const { pointer, view } = arena.floats(low.length + high.length);
  for (let i = 0; i < low.length; i++) {
    view[i] = floatAbove(low[i]);
    view[low.length + i] = -floatAbove(-high[i]);
  }
  return pointer;
}

/** The least 32-bit float that is not below `x`. */
function floatAbove(x: number): number {
  const float = new Float32Array([x]);
  if (float[0] >= x) return float[0];
  const bits = new Int32Array(float.buffer);
  if (float[0] === 0) bits[0] = 1;
  else bits[0] += float[0] > 0 ? 1 : -1;
  return float[0];
}

/**
 * Where the record of moment `t` in a slot begins in `records.view`: the
 * observation first, then the achieved goal, then the action executed at `t`.
 */
export function recordAt(store: Episodes, slot: number, t: number): number {
  return (slot * (store.horizon + 1) + t) * store.sizes.record;
}

/** The slot of the `index`-th episode: that of the oldest which need not be kept. */
export function slotOf(
  { capacity, kept }: Pick<Episodes, "capacity" | "kept">,
  index: number,
): number {
  return index < capacity ? index : kept + (index - kept) % (capacity - kept);
}

/** A recorder into the slot of the `index`-th episode; see {@link slotOf}. */
export function recorder(store: Episodes, index: number): Recorder {
  const slot = slotOf(store, index);
  const { observation: no, goal: ng } = store.sizes;
  const { view } = store.records;
  return {
    moment(t, moment) {
      const start = recordAt(store, slot, t);
      view.set(moment.observation, start);
      view.set(moment.achieved, start + no);
      if (t === 0) store.desired.view.set(moment.desired, slot * ng);
    },
    action(t, action) {
      view.set(action, recordAt(store, slot, t) + no + ng);
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
  function bytes(slice: Slice, floats: number): Uint8Array {
    return new Uint8Array(slice.view.buffer, slice.pointer, floats * 4);
  }
  return {
    records: bytes(store.records, recordAt(store, used, 0)),
    desired: bytes(store.desired, used * store.sizes.goal),
    lengths: new Uint8Array(
      store.lengths.buffer,
      store.lengths.byteOffset,
      used * 4,
    ),
  };
}
