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
  /** Floats in a record behind observation, goal and action. */
  readonly padding?: number;
  readonly lengths: readonly number[];
  /** Bounds on every entry of a goal. */
  readonly bounds?: readonly [number, number];
}

/** Whole vectors and not, one loop of the copies and several. */
const observationSizes = [
  ...[1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 20, 21, 24, 25, 28, 29],
  ...[31, 32, 33, 52, 53, 57, 100],
];

const stores: fc.Arbitrary<Store> = fc.integer({ min: 1, max: 12 }).chain(
  (horizon) =>
    fc.record({
      horizon: fc.constant(horizon),
      sizes: fc.tuple(
        fc.constantFrom(...observationSizes),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 8 }),
      ),
      padding: fc.nat(5),
      lengths: fc.array(fc.integer({ min: 1, max: horizon }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
);

const bounded: fc.Arbitrary<Store> = fc.record({
  store: stores,
  bounds: fc.constantFrom([-1, 1] as const, [-0.5, 2] as const, undefined),
}).map(({ store, bounds }) => bounds ? { ...store, bounds } : store);

interface Placed {
  readonly replay: Pointer;
  readonly batch: Pointer;
  readonly fields: readonly Pointer[];
}

/** The contents of a store, stream by stream, `[moments, size]` each. */
function contents({ horizon, sizes, lengths }: Store) {
  const moments = lengths.length * (horizon + 1);
  const [observations, achieved, actions] = sizes.map((size, i) =>
    normalFloats(moments * size, i + 1)
  );
  const desired = normalFloats(lengths.length * sizes[1], 4);
  return { moments, observations, achieved, actions, desired };
}

/** A store of random contents, and room for a batch of `rows`. */
function place(memory: Bench, store: Store, rows: number): Placed {
  const { floats, integers, room } = memory;
  const { sizes, padding = 0, bounds } = store;
  const [no, ng, na] = sizes;
  const { moments, observations, achieved, actions, desired } = contents(store);
  const size = no + ng + na + padding;
  const records = new Float32Array(moments * size).fill(NaN);
  for (let m = 0; m < moments; m++) {
    records.set(observations.subarray(m * no, (m + 1) * no), m * size);
    records.set(achieved.subarray(m * ng, (m + 1) * ng), m * size + no);
    records.set(actions.subarray(m * na, (m + 1) * na), m * size + no + ng);
  }
  const limits = (bounds ?? []).flatMap((x) => new Array<number>(ng).fill(x));
  const replay = integers([
    floats(records),
    floats(desired),
    integers(store.lengths),
    bounds ? floats(limits) : 0,
    store.horizon,
    no,
    ng,
    na,
    size,
  ]);
  const fields = [no, no, ng, na, 1, 2].map((each) => room(rows * each));
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

const ratios = fc.constantFrom(0, 1e-9, 0.5, 0.8, 1);
const thresholds = fc.constantFrom(0, 0.5, 1, 3);

Deno.test("the replay kernel and its twin give the same bits and touch the batch alone", () => {
  fc.assert(
    fc.property(
      bounded,
      fc.tuple(fc.nat(9), fc.nat(70)),
      ratios,
      thresholds,
      seeds,
      seeds,
      (store, [first, rows], ratio, threshold, hi, lo) => {
        sameBits((kernels, memory) => {
          const at = place(memory, store, first + rows);
          const episodes = store.lengths.length;
          kernels.replaySample(
            at.replay,
            at.batch,
            first,
            rows,
            episodes,
            hi,
            lo,
            ratio,
            threshold,
          );
        });
      },
    ),
  );
});

Deno.test("a share of goals below none or above all is none or all, in kernel and twin", () => {
  const store: Store = { horizon: 9, sizes: [3, 2, 1], lengths: [9, 4, 7] };
  for (const ratio of [-1, NaN, 1.5, Infinity]) {
    sameBits((kernels, memory) => {
      const at = place(memory, store, 40);
      kernels.replaySample(at.replay, at.batch, 0, 40, 3, 1, 2, ratio, 1);
    });
  }
});

Deno.test("a row is a transition of one episode, its goal desired or achieved later, its reward the distance", () => {
  fc.assert(
    fc.property(
      bounded,
      ratios,
      thresholds,
      seeds,
      seeds,
      (store, ratio, threshold, hi, lo) => {
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
          threshold,
        );
        for (let i = 0; i < rows; i++) {
          checkRow(store, rowOf(wasm, at, store, i), ratio, threshold);
        }
      },
    ),
  );
});

/** Holds a row against the contents of the store. */
function checkRow(
  store: Store,
  row: ReturnType<typeof rowOf>,
  ratio: number,
  threshold: number,
): void {
  const [no, ng, na] = store.sizes;
  const { observations, achieved, actions, desired } = contents(store);
  const pick = (x: Float32Array, r: number, size: number) => [
    ...x.subarray(r * size, (r + 1) * size),
  ];
  const { episode, step } = row;
  assert(episode >= 0 && episode < store.lengths.length);
  const length = store.lengths[episode];
  assert(step >= 0 && step < length);
  const moment = episode * (store.horizon + 1) + step;
  assertEquals(row.observation, pick(observations, moment, no));
  assertEquals(row.nextObservation, pick(observations, moment + 1, no));
  assertEquals(row.action, pick(actions, moment, na));
  const later = Array.from(
    { length: length - step },
    (_, s) => pick(achieved, moment + 1 + s, ng),
  );
  const [low, high] = store.bounds ?? [-Infinity, Infinity];
  const allowed = later.filter((goal) =>
    goal.every((x) => x >= low && x <= high)
  );
  const original = pick(desired, episode, ng);
  const same = (goal: number[]) => goal.every((x, j) => x === row.goal[j]);
  if (ratio === 0) assertEquals(row.goal, original);
  else if (ratio === 1 && allowed.length === later.length) {
    assert(allowed.some(same));
  } else assert(same(original) || allowed.some(same));
  const distance = Math.sqrt(
    later[0].reduce((sum, g, j) => sum + (g - row.goal[j]) ** 2, 0),
  );
  assertEquals(row.reward, distance <= threshold ? 0 : -1);
}

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
    fc.property(bounded, fc.nat(70), seeds, seeds, (store, cut, hi, lo) => {
      const batches = [[70], [cut, 70 - cut]].map((parts) => {
        const at = place(bench(wasm), store, 70);
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
        return Array.from({ length: 70 }, (_, i) => rowOf(wasm, at, store, i));
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
