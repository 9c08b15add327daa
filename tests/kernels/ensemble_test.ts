/** Particles through probabilistic networks: twins, an oracle in doubles, closed forms, noise. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
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

/** A network, its inputs, and whether it multiplies in whole numbers. */
interface Case {
  readonly stateSize: number;
  readonly actionSize: number;
  readonly hidden: readonly number[];
  readonly rows: number;
  readonly fixed: boolean;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  stateSize: fc.integer({ min: 1, max: 9 }),
  actionSize: fc.integer({ min: 1, max: 4 }),
  hidden: fc.array(fc.integer({ min: 1, max: 23 }), { maxLength: 3 }),
  rows: fc.constantFrom(16, 32, 48),
  fixed: fc.boolean(),
  seed: seeds,
});

function widthsOf({ stateSize, actionSize, hidden }: Case): number[] {
  return [stateSize + actionSize, ...hidden, 2 * stateSize];
}

/** Everything in memory, with weights of the size that training starts from. */
function layOut(given: Case, { floats, integers, room }: Bench) {
  const { stateSize, actionSize, hidden, rows, fixed, seed } = given;
  const widths = widthsOf(given);
  const layers = hidden.length + 1;
  const draw = (count: number, stream: number) =>
    normalFloats(count, (seed + stream) >>> 0);
  const params = Array.from({ length: layers }, (_, i) => {
    const [k, n] = [widths[i], widths[i + 1]];
    return [...draw((k + 1) * n, i)].map((w) => w / Math.sqrt(k));
  }).flat();
  const words = Array.from(
    { length: layers },
    (_, i) => (Math.ceil(widths[i] / 2) + 1) * widths[i + 1],
  );
  const packed = room(words.reduce((sum, n) => sum + n), 0);
  const input = stateSize + actionSize;
  const scale = draw(input, 21).map((x) => 0.5 + Math.abs(x));
  const low = draw(stateSize, 22).map((x) => x - 6);
  const high = draw(stateSize, 23).map((x) => x - 2);
  const shared = [draw(input, 20), scale, low, high];
  const states = draw(stateSize * rows, 30);
  const actions = draw(actionSize * rows, 31);
  const member = integers([
    floats(params),
    fixed ? packed : 0,
    ...shared.map(floats),
    stateSize,
    actionSize,
    hidden.length,
    ...hidden,
  ]);
  const widest = Math.max(...widths);
  return {
    member,
    states: floats(states),
    actions: floats(actions),
    moments: room(2 * stateSize * rows),
    scratch: room(rows * (2 * widest + Math.ceil(widest / 2) + 2) + 16),
    numbers: { params, shared, states, actions },
  };
}

function moments(kernels: Kernels, given: Case) {
  const at = layOut(given, bench(kernels));
  const { member, states, actions, scratch } = at;
  kernels.ensemblePack(member);
  kernels.ensembleMoments(
    member,
    states,
    actions,
    at.moments,
    scratch,
    given.rows,
  );
  return {
    ...at,
    found: read(kernels, at.moments, 2 * given.stateSize * given.rows),
  };
}

/** The network for one particle, in doubles: mean and log-variance. */
function oracle(
  given: Case,
  { numbers }: ReturnType<typeof layOut>,
  row: number,
) {
  const { stateSize, actionSize, rows } = given;
  const [centre, scale, low, high] = numbers.shared;
  let x = Array.from({ length: stateSize + actionSize }, (_, i) => {
    const value = i < stateSize
      ? numbers.states[i * rows + row]
      : numbers.actions[(i - stateSize) * rows + row];
    return (value - centre[i]) * scale[i];
  });
  const widths = widthsOf(given);
  let at = 0;
  widths.slice(1).forEach((n, layer) => {
    const k = widths[layer];
    const y = Array.from({ length: n }, (_, j) =>
      x.reduce(
        (sum, value, i) => sum + value * numbers.params[at + i * n + j],
        numbers.params[at + k * n + j],
      ));
    at += (k + 1) * n;
    const last = layer === widths.length - 2;
    x = last ? y : y.map((z) => z / (1 + Math.exp(-z)));
  });
  const softplus = (z: number) => Math.log1p(Math.exp(z));
  const deviation = x.slice(stateSize).map((v, i) => {
    const below = high[i] - softplus(high[i] - v);
    return Math.exp((low[i] + softplus(below - low[i])) / 2);
  });
  return [...x.slice(0, stateSize), ...deviation];
}

Deno.test("a step of particles and its twin give the same bits and touch nothing else", () => {
  fc.assert(
    fc.property(cases, fc.nat(1000), (given, first) => {
      sameBits((kernels, room) => {
        const at = layOut(given, room);
        const { stateSize, rows, seed } = given;
        kernels.ensemblePack(at.member);
        kernels.ensembleMoments(
          at.member,
          at.states,
          at.actions,
          at.moments,
          at.scratch,
          rows,
        );
        // What is left in scratch is nobody's concern.
        read(kernels, at.scratch, scratchOf(given)).fill(0);
        kernels.ensembleAdvance(
          at.states,
          at.moments,
          at.scratch,
          stateSize,
          rows,
          seed,
          7,
          first,
        );
      });
    }),
    { numRuns: 60 },
  );
});

function scratchOf(given: Case): number {
  const widest = Math.max(...widthsOf(given));
  return given.rows * (2 * widest + Math.ceil(widest / 2) + 2) + 16;
}

for (const fixed of [false, true]) {
  const name = fixed ? "whole numbers" : "floats";
  Deno.test(`in ${name}, mean and deviation are those of the network in doubles, with softplus bounds`, () => {
    const tolerance = fixed ? 4e-3 : 2e-5;
    fc.assert(
      fc.property(cases, (drawn) => {
        const given = { ...drawn, fixed };
        const at = moments(wasm, given);
        for (const row of [0, given.rows - 1]) {
          oracle(given, at, row).forEach((expected, i) => {
            const bound = tolerance * (1 + Math.abs(expected));
            assertAlmostEquals(at.found[i * given.rows + row], expected, bound);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
}

Deno.test("a particle has the same bits in any batch and at any place in it", () => {
  fc.assert(
    fc.property(cases, fc.nat(15), (drawn, place) => {
      const given = { ...drawn, rows: 32 };
      const wide = moments(wasm, given);
      const one = [...wide.found];
      const { numbers } = wide;
      const small = { ...given, rows: 16 };
      // The same network with particle `place` of the 32 in all 16 rows.
      const room = layOut(small, bench(wasm));
      const spread = (from: Float32Array, to: Pointer, size: number) => {
        const view = read(wasm, to, size * 16);
        view.forEach((_, i) => view[i] = from[(i >> 4) * 32 + place]);
      };
      spread(numbers.states, room.states, given.stateSize);
      spread(numbers.actions, room.actions, given.actionSize);
      wasm.ensemblePack(room.member);
      wasm.ensembleMoments(
        room.member,
        room.states,
        room.actions,
        room.moments,
        room.scratch,
        16,
      );
      read(wasm, room.moments, 2 * given.stateSize * 16).forEach((value, i) =>
        assertEquals(value, one[(i >> 4) * 32 + place])
      );
    }),
    { numRuns: 40 },
  );
});

Deno.test("a NaN stays with its particle", () => {
  for (const fixed of [false, true]) {
    const given = {
      stateSize: 3,
      actionSize: 2,
      hidden: [9, 8],
      rows: 16,
      fixed,
      seed: 5,
    };
    const clean = [...moments(wasm, given).found];
    const at = layOut(given, bench(wasm));
    read(wasm, at.states, 16)[4] = NaN;
    wasm.ensemblePack(at.member);
    wasm.ensembleMoments(
      at.member,
      at.states,
      at.actions,
      at.moments,
      at.scratch,
      16,
    );
    read(wasm, at.moments, 3 * 16).forEach((value, i) => {
      if (i % 16 === 4) assert(Number.isNaN(value));
      else assertEquals(value, clean[i]);
    });
  }
});

/** Normals of counters 0 and on, as the kernel leaves them. */
function noise(count: number, size: number, first = 0): Float32Array {
  const { room } = bench(wasm);
  const [states, still] = [room(size * count, 0), room(2 * size * count, 0)];
  const scratch = room(size * count);
  wasm.ensembleAdvance(states, still, scratch, size, count, 3, 9, first);
  assert(read(wasm, states, size * count).every((x) => x === 0));
  return read(wasm, scratch, size * count).slice();
}

/** The distribution function of a standard normal by the series of Marsaglia (2004). */
function normalBelow(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= x * x / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

Deno.test("the noise is standard normal: moments, distribution function, and no link between a pair", () => {
  const [count, size] = [20_000, 4];
  const draws = noise(count, size);
  const total = draws.length;
  const moment = (power: number) =>
    draws.reduce((sum, x) => sum + x ** power, 0) / total;
  // Five standard errors.
  assert(Math.abs(moment(1)) < 5 / Math.sqrt(total));
  assert(Math.abs(moment(2) - 1) < 5 * Math.sqrt(2 / total));
  assert(Math.abs(moment(3)) < 5 * Math.sqrt(15 / total));
  assert(Math.abs(moment(4) - 3) < 5 * Math.sqrt(96 / total));
  // Kolmogorov and Smirnov, at a level of 1e-5.
  const gap = draws.toSorted().reduce(
    (most, x, i) =>
      Math.max(most, Math.abs(normalBelow(x) - (i + 0.5) / total)),
    0,
  );
  assert(gap < 2.47 / Math.sqrt(total), String(gap));
  for (let i = 1; i < size; i++) {
    for (const power of [1, 2]) {
      let sum = 0;
      for (let r = 0; r < count; r++) {
        const [a, b] = [draws[r], draws[i * count + r]];
        sum += power === 1 ? a * b : (a * a - 1) * (b * b - 1);
      }
      const spread = power === 1 ? 1 : 2;
      assert(Math.abs(sum / count) < 5 * spread / Math.sqrt(count));
    }
  }
});

Deno.test("noise belongs to a counter: parts drawn apart are the whole, for any size of state", () => {
  const whole = noise(48, 5);
  const parts = [noise(16, 5), noise(32, 5, 16)];
  const fewer = noise(48, 4);
  whole.forEach((value, i) => {
    const [column, row] = [Math.floor(i / 48), i % 48];
    const part = row < 16
      ? parts[0][column * 16 + row]
      : parts[1][column * 32 + row - 16];
    assertEquals(value, part);
    if (column < 4) assertEquals(value, fewer[i]);
  });
});

Deno.test("a step adds mean and deviation times noise", () => {
  const { floats, room } = bench(wasm);
  const states = floats(normalFloats(32, 1));
  const before = read(wasm, states, 32).slice();
  const given = floats(normalFloats(64, 2));
  const scratch = room(32);
  wasm.ensembleAdvance(states, given, scratch, 2, 16, 1, 2, 3);
  const z = read(wasm, scratch, 32);
  const found = read(wasm, given, 64);
  read(wasm, states, 32).forEach((value, i) =>
    assertAlmostEquals(value, before[i] + found[i] + found[32 + i] * z[i], 1e-6)
  );
});
