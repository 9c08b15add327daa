/**
 * The twin of the replay kernel: hindsight experience replay with the strategy
 * "future" (Andrychowicz et al. 2017).
 *
 * @module
 */

import { threefry } from "../lib/rng/key.ts";
import type { Kernels } from "./types.ts";

const WORDS = 4294967296;

/** Where the parts of a store lie, in elements, and their sizes. */
type Store = ReturnType<typeof readStore>;

/** `replaySample` over a memory seen as floats and as integers. */
export function replayTwins(
  floats: Float32Array,
  integers: Int32Array,
): Pick<Kernels, "replaySample"> {
  function copy(to: number, from: number, count: number): void {
    floats.copyWithin(to, from, from + count);
  }

  return {
    replaySample(
      replay,
      batch,
      first,
      rows,
      episodes,
      hi,
      lo,
      ratio,
      threshold,
    ) {
      if (episodes < 1) return;
      const key = { hi, lo };
      const store = readStore(integers, replay >>> 2);
      const { size, no, ng, na } = store;
      const [observation, next, goals, action, rewards, indices] = pointers(
        integers.subarray(batch >>> 2, (batch >>> 2) + 6),
      );
      for (let i = first; i < first + rows; i++) {
        const words = [...threefry(key, i, 2), ...threefry(key, i, 3)];
        const row = drawRow(integers, store, words, episodes, ratio);
        const { record, own, drawn } = row;
        const goal = isWithin(floats, drawn, store) ? drawn : own;
        copy(observation + i * no, record, no);
        copy(next + i * no, record + size, no);
        copy(goals + i * ng, goal, ng);
        copy(action + i * na, record + no + ng, na);
        const far = distance(floats, record + size + no, goal, ng);
        floats[rewards + i] = far <= threshold ? 0 : -1;
        integers[indices + 2 * i] = row.episode;
        integers[indices + 2 * i + 1] = row.t;
      }
    },
  };
}

function readStore(integers: Int32Array, at: number) {
  const words = integers.subarray(at, at + 9);
  const [records, desired, lengths, bounds] = pointers(words);
  const [, , , , horizon, no, ng, na, size] = words;
  return { records, desired, lengths, bounds, horizon, no, ng, na, size };
}

/** An episode, a step of it, its own goal and the one that hindsight draws, by four random words. */
function drawRow(
  integers: Int32Array,
  { records, desired, lengths, horizon, size, no, ng }: Store,
  [episodeWord, stepWord, relabelWord, futureWord]: readonly number[],
  episodes: number,
  ratio: number,
) {
  const episode = below(episodeWord, episodes);
  const length = integers[lengths + episode];
  const t = below(stepWord, length);
  const record = records + (episode * (horizon + 1) + t) * size;
  const later = record + (1 + below(futureWord, length - t)) * size + no;
  const own = desired + episode * ng;
  const drawn = relabelWord < ratio * WORDS ? later : own;
  return { episode, t, record, own, drawn };
}

function distance(
  floats: Float32Array,
  a: number,
  b: number,
  count: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const d = floats[a + i] - floats[b + i];
    sum += d * d;
  }
  return Math.sqrt(sum);
}

/** Whether a goal lies within the bounds of those that are asked for; there may be none. */
function isWithin(
  floats: Float32Array,
  goal: number,
  { bounds, ng }: Store,
): boolean {
  if (bounds === 0) return true;
  for (let i = 0; i < ng; i++) {
    const x = floats[goal + i];
    if (x < floats[bounds + i] || x > floats[bounds + ng + i]) return false;
  }
  return true;
}

/** Byte pointers as element indices. */
function pointers(words: Int32Array): number[] {
  return Array.from(words, (word) => word >>> 2);
}

/** floor(w n / 2^32), exact for n up to 2^21. */
function below(word: number, n: number): number {
  return Math.floor((word / WORDS) * n);
}
