/** Hindsight replay: what a drawn row is, and how rows are distributed. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import {
  type Bench,
  bench,
  normalFloats,
  read,
  sameBits,
  seeds,
  wasm,
} from "./harness.ts";

/** Sizes of a store and the lengths of its episodes. */
interface Store {
  readonly horizon: number;
  readonly sizes: readonly [number, number, number];
  readonly lengths: readonly number[];
}

const stores: fc.Arbitrary<Store> = fc.integer({ min: 1, max: 12 }).chain(
  (horizon) =>
    fc.record({
      horizon: fc.constant(horizon),
      sizes: fc.tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
      ),
      lengths: fc.array(fc.integer({ min: 1, max: horizon }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
);

interface Placed {
  readonly replay: Pointer;
  readonly batch: Pointer;
  readonly fields: readonly Pointer[];
}

/** A store of random contents, and room for a batch of `rows`. */
function place(memory: Bench, store: Store, rows: number): Placed {
  const { floats, integers, room } = memory;
  const [no, ng, na] = store.sizes;
  const episodes = store.lengths.length;
  const moments = episodes * (store.horizon + 1);
  const replay = integers([
    floats(normalFloats(moments * no, 1)),
    floats(normalFloats(moments * ng, 2)),
    floats(normalFloats(episodes * ng, 3)),
    floats(normalFloats(episodes * store.horizon * na, 4)),
    integers(store.lengths),
    store.horizon,
    no,
    ng,
    na,
  ]);
  const fields = [no, no, ng, na, 1, 2].map((size) => room(rows * size));
  return { replay, fields, batch: integers(fields) };
}

/** One row of the batch as plain arrays. */
function rowOf(kernels: Kernels, at: Placed, store: Store, i: number) {
  const [no, ng, na] = store.sizes;
  const field = (
    f: number,
    size: number,
  ) => [...read(kernels, at.fields[f] + 4 * i * size, size)];
  const index = new Int32Array(kernels.memory.buffer, at.fields[5] + 8 * i, 2);
  return {
    observation: field(0, no),
    nextObservation: field(1, no),
    goal: field(2, ng),
    action: field(3, na),
    reward: field(4, 1)[0],
    episode: index[0],
    step: index[1],
  };
}

const ratios = fc.constantFrom(0, 0.5, 0.8, 1);

Deno.test("the replay kernel and its twin give the same bits and touch the batch alone", () => {
  fc.assert(
    fc.property(
      stores,
      fc.nat(20),
      ratios,
      seeds,
      seeds,
      (store, rows, ratio, hi, lo) => {
        sameBits((kernels, memory) => {
          const at = place(memory, store, rows);
          const episodes = store.lengths.length;
          kernels.replaySample(
            at.replay,
            at.batch,
            0,
            rows,
            episodes,
            hi,
            lo,
            ratio,
            1,
          );
        });
      },
    ),
  );
});

Deno.test("a row is a transition of one episode, its goal desired or achieved later, its reward the distance", () => {
  fc.assert(
    fc.property(stores, ratios, seeds, seeds, (store, ratio, hi, lo) => {
      const rows = 24;
      const at = place(bench(wasm), store, rows);
      const episodes = store.lengths.length;
      wasm.replaySample(
        at.replay,
        at.batch,
        0,
        rows,
        episodes,
        hi,
        lo,
        ratio,
        1,
      );
      const [no, ng, na] = store.sizes;
      const moments = episodes * (store.horizon + 1);
      const observations = normalFloats(moments * no, 1);
      const achieved = normalFloats(moments * ng, 2);
      const desired = normalFloats(episodes * ng, 3);
      const actions = normalFloats(episodes * store.horizon * na, 4);
      const rowAt = (
        x: Float32Array,
        r: number,
        size: number,
      ) => [...x.subarray(r * size, (r + 1) * size)];
      for (let i = 0; i < rows; i++) {
        const row = rowOf(wasm, at, store, i);
        const { episode, step } = row;
        assert(episode >= 0 && episode < episodes);
        const length = store.lengths[episode];
        assert(step >= 0 && step < length);
        const moment = episode * (store.horizon + 1) + step;
        assertEquals(row.observation, rowAt(observations, moment, no));
        assertEquals(row.nextObservation, rowAt(observations, moment + 1, no));
        assertEquals(
          row.action,
          rowAt(actions, episode * store.horizon + step, na),
        );
        const later = Array.from(
          { length: length - step },
          (_, s) => rowAt(achieved, moment + 1 + s, ng),
        );
        const original = rowAt(desired, episode, ng);
        const same = (goal: number[]) =>
          goal.every((value, j) => value === row.goal[j]);
        if (ratio === 0) assertEquals(row.goal, original);
        else if (ratio === 1) assert(later.some(same));
        else assert(same(original) || later.some(same));
        const distance = Math.sqrt(
          later[0].reduce((sum, g, j) => sum + (g - row.goal[j]) ** 2, 0),
        );
        assertEquals(row.reward, distance <= 1 ? 0 : -1);
      }
    }),
  );
});

Deno.test("a goal relabelled with the very next moment is a success", () => {
  const store: Store = { horizon: 1, sizes: [2, 3, 2], lengths: [1, 1] };
  const at = place(bench(wasm), store, 8);
  wasm.replaySample(at.replay, at.batch, 0, 8, 2, 1, 2, 1, 0);
  for (let i = 0; i < 8; i++) {
    assertEquals(rowOf(wasm, at, store, i).reward, 0);
  }
});

Deno.test("a batch drawn in two parts is the batch drawn at once", () => {
  fc.assert(
    fc.property(stores, fc.nat(20), seeds, seeds, (store, cut, hi, lo) => {
      const batches = [[20], [cut, 20 - cut]].map((parts) => {
        const at = place(bench(wasm), store, 20);
        let first = 0;
        for (const rows of parts) {
          wasm.replaySample(
            at.replay,
            at.batch,
            first,
            rows,
            store.lengths.length,
            hi,
            lo,
            0.8,
            1,
          );
          first += rows;
        }
        return Array.from({ length: 20 }, (_, i) => rowOf(wasm, at, store, i));
      });
      assertEquals(batches[0], batches[1]);
    }),
  );
});

Deno.test("only the first episodes are drawn from, and none from an empty store", () => {
  const store: Store = { horizon: 4, sizes: [1, 1, 1], lengths: [4, 4, 4, 4] };
  const at = place(bench(wasm), store, 64);
  wasm.replaySample(at.replay, at.batch, 0, 64, 2, 1, 2, 0.5, 1);
  for (let i = 0; i < 64; i++) {
    assert(rowOf(wasm, at, store, i).episode < 2);
  }
  const before = rowOf(wasm, at, store, 0);
  wasm.replaySample(at.replay, at.batch, 0, 64, 0, 9, 9, 0.5, 1);
  assertEquals(rowOf(wasm, at, store, 0), before);
});

Deno.test("episode and step, relabelling, and the later moment are uniform", () => {
  const [episodes, horizon, rows] = [5, 8, 4000];
  const store: Store = {
    horizon,
    sizes: [1, 1, 1],
    lengths: new Array(episodes).fill(horizon),
  };
  const at = place(bench(wasm), store, rows);
  wasm.replaySample(at.replay, at.batch, 0, rows, episodes, 5, 6, 0.8, 1);
  const achieved = normalFloats(episodes * (horizon + 1), 2);
  const places = new Array(episodes * horizon).fill(0);
  const futures = new Array(horizon).fill(0);
  let relabelled = 0;
  for (let i = 0; i < rows; i++) {
    const { episode, step, goal } = rowOf(wasm, at, store, i);
    places[episode * horizon + step]++;
    const start = episode * (horizon + 1);
    const moment = achieved.subarray(start, start + horizon + 1)
      .indexOf(goal[0]);
    if (moment < 0) continue;
    relabelled++;
    if (step === 0) futures[moment - 1]++;
  }
  // 99.99 % quantiles of chi-square with 39 and 7 degrees of freedom.
  assert(chiSquare(places) < 81.6, `${chiSquare(places)}`);
  assert(chiSquare(futures) < 29.9, `${chiSquare(futures)}`);
  // Five standard errors of a share of 0.8.
  assert(Math.abs(relabelled / rows - 0.8) < 5 * Math.sqrt(0.16 / rows));
});

/** Pearson's statistic against equal expectations. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  return counts.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
}
