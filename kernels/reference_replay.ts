/**
 * The twin of the replay kernel: hindsight experience replay with the strategy
 * "future" (Andrychowicz et al. 2017).
 *
 * @module
 */

import { threefry } from "../lib/rng/key.ts";
import type { Kernels } from "./types.ts";

const WORDS = 4294967296;

/** `replaySample` over a memory seen as floats and as integers. */
export function replayTwins(
  floats: Float32Array,
  integers: Int32Array,
): Pick<Kernels, "replaySample"> {
  function copy(to: number, from: number, count: number): void {
    floats.copyWithin(to, from, from + count);
  }

  function distance(a: number, b: number, count: number): number {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const d = floats[a + i] - floats[b + i];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  function outside(goal: number, bounds: number, count: number): boolean {
    for (let i = 0; i < count; i++) {
      const x = floats[goal + i];
      if (x < floats[bounds + i] || x > floats[bounds + count + i]) return true;
    }
    return false;
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
      const store = integers.subarray(replay >>> 2, (replay >>> 2) + 9);
      const [records, desired, lengths, bounds] = pointers(store);
      const [, , , , horizon, no, ng, na, size] = store;
      const [observation, next, goals, action, rewards, indices] = pointers(
        integers.subarray(batch >>> 2, (batch >>> 2) + 6),
      );
      for (let i = first; i < first + rows; i++) {
        const [episodeWord, stepWord] = threefry(key, i, 2);
        const [relabelWord, futureWord] = threefry(key, i, 3);
        const episode = below(episodeWord, episodes);
        const length = integers[lengths + episode];
        const t = below(stepWord, length);
        const record = records + (episode * (horizon + 1) + t) * size;
        const later = record + (1 + below(futureWord, length - t)) * size + no;
        const own = desired + episode * ng;
        const drawn = relabelWord < ratio * WORDS ? later : own;
        const kept = bounds === 0 || !outside(drawn, bounds, ng);
        const goal = kept ? drawn : own;
        copy(observation + i * no, record, no);
        copy(next + i * no, record + size, no);
        copy(goals + i * ng, goal, ng);
        copy(action + i * na, record + no + ng, na);
        const far = distance(record + size + no, goal, ng);
        floats[rewards + i] = far <= threshold ? 0 : -1;
        integers[indices + 2 * i] = episode;
        integers[indices + 2 * i + 1] = t;
      }
    },
  };
}

/** Byte pointers as element indices. */
function pointers(words: Int32Array): number[] {
  return Array.from(words, (word) => word >>> 2);
}

/** floor(w n / 2^32), exact for n up to 2^21. */
function below(word: number, n: number): number {
  return Math.floor((word / WORDS) * n);
}
