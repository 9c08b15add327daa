/** The gradient of an ensemble's network: its twin, and differences of the loss in doubles. */

import { assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import type { Kernels } from "../../kernels/types.ts";
import {
  type Bench,
  bench,
  normalFloats,
  read,
  sameBits,
  seeds,
  wasm,
} from "./harness.ts";

/** A network and a batch. */
interface Case {
  readonly stateSize: number;
  readonly actionSize: number;
  readonly hidden: readonly number[];
  readonly rows: number;
  readonly seed: number;
}

/** Records that a batch draws from. */
const RECORDS = 7;

const cases: fc.Arbitrary<Case> = fc.record({
  stateSize: fc.integer({ min: 1, max: 6 }),
  actionSize: fc.integer({ min: 1, max: 4 }),
  hidden: fc.array(fc.integer({ min: 1, max: 19 }), { maxLength: 3 }),
  rows: fc.integer({ min: 1, max: 34 }),
  seed: seeds,
});

function widthsOf({ stateSize, actionSize, hidden }: Case): number[] {
  return [stateSize + actionSize, ...hidden, 2 * stateSize];
}

/** All numbers of a case, as floats of 32 bits. */
function numbersOf(given: Case) {
  const { stateSize, actionSize, rows, seed } = given;
  const widths = widthsOf(given);
  const draw = (count: number, stream: number) =>
    normalFloats(count, (seed + stream) >>> 0);
  const params = widths.slice(1).flatMap((n, i) =>
    [...draw((widths[i] + 1) * n, i)].map((w) => w / Math.sqrt(widths[i]))
  );
  const inputs = stateSize + actionSize;
  return {
    params: Float32Array.from(params),
    centre: draw(inputs, 20),
    scale: draw(inputs, 21).map((x) => 0.5 + Math.abs(x)),
    low: draw(stateSize, 22).map((x) => x - 3),
    high: draw(stateSize, 23).map((x) => x),
    decay: draw(widths.length - 1, 24).map((x) => 0.1 * Math.abs(x)),
    records: draw(RECORDS * (inputs + stateSize), 25),
    index: Array.from(draw(rows, 26), (x) => Math.abs(x * 100 | 0) % RECORDS),
  };
}

type Numbers = ReturnType<typeof numbersOf>;

function gradientOf(kernels: Kernels, room: Bench, given: Case) {
  const { stateSize, actionSize, hidden, rows } = given;
  const numbers = numbersOf(given);
  const { params, centre, scale, low, high, decay, records, index } = numbers;
  const member = room.integers([
    room.floats(params),
    0,
    ...[centre, scale, low, high].map(room.floats),
    stateSize,
    actionSize,
    hidden.length,
    ...hidden,
  ]);
  const gradient = room.room(params.length);
  const bounds = room.room(2 * stateSize, 1);
  const widest = Math.max(0, ...hidden);
  const sum = hidden.reduce((total, width) => total + width, 0);
  const words = rows *
    (stateSize + actionSize + 2 * stateSize + 2 * (sum + widest));
  const scratch = room.room(words);
  kernels.ensembleGradient(
    member,
    room.floats(decay),
    room.floats(records),
    room.integers(index),
    gradient,
    bounds,
    scratch,
    rows,
  );
  return { numbers, gradient, bounds };
}

/** The loss in doubles, from the definition in words of the bounded logarithm. */
function lossOf(given: Case, numbers: Numbers): number {
  const { stateSize, actionSize, rows } = given;
  const { params, centre, scale, low, high, decay, records, index } = numbers;
  const widths = widthsOf(given);
  const inputs = stateSize + actionSize;
  const softplus = (z: number) =>
    Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  let total = 0;
  for (const record of index) {
    const from = record * (inputs + stateSize);
    let x = Array.from(
      { length: inputs },
      (_, i) => (records[from + i] - centre[i]) * scale[i],
    );
    let at = 0;
    widths.slice(1).forEach((n, layer) => {
      const k = widths[layer];
      const z = Array.from({ length: n }, (_, j) =>
        x.reduce(
          (sum, value, i) => sum + value * params[at + i * n + j],
          params[at + k * n + j],
        ));
      at += (k + 1) * n;
      const last = layer === widths.length - 2;
      x = last ? z : z.map((value) => value / (1 + Math.exp(-value)));
    });
    for (let i = 0; i < stateSize; i++) {
      const below = high[i] - softplus(high[i] - x[stateSize + i]);
      const logarithm = low[i] + softplus(below - low[i]);
      const gap = x[i] - records[from + inputs + i];
      total += gap ** 2 * Math.exp(-logarithm) + logarithm;
    }
  }
  let squares = 0;
  let at = 0;
  widths.slice(1).forEach((n, layer) => {
    const k = widths[layer];
    for (let i = 0; i < k * n; i++) {
      squares += decay[layer] / 2 * params[at + i] ** 2;
    }
    at += (k + 1) * n;
  });
  return total / (rows * stateSize) + squares;
}

Deno.test("the gradient and its twin give the same bits and touch nothing else", () => {
  fc.assert(
    fc.property(cases, (given) => {
      sameBits((kernels, room) => void gradientOf(kernels, room, given));
    }),
    { numRuns: 60 },
  );
});

Deno.test("the gradient is the difference quotient of the loss in doubles", () => {
  const step = 2 ** -10;
  fc.assert(
    fc.property(cases, fc.nat(), fc.nat(), (given, which, side) => {
      const { numbers, gradient, bounds } = gradientOf(
        wasm,
        bench(wasm),
        given,
      );
      const { params, low, high } = numbers;
      const slope = (moved: (by: number) => Partial<Numbers>) =>
        (lossOf(given, { ...numbers, ...moved(step) }) -
          lossOf(given, { ...numbers, ...moved(-step) })) / (2 * step);
      const shift = (values: Float32Array, at: number) => (by: number) => {
        const all = Float32Array.from(values);
        all[at] += by;
        return all;
      };
      const near = (found: number, expected: number) =>
        assertAlmostEquals(found, expected, 2e-3 * (1 + Math.abs(expected)));
      const p = which % params.length;
      const moveParam = shift(params, p);
      near(
        read(wasm, gradient, params.length)[p],
        slope((by) => ({ params: moveParam(by) })),
      );
      const size = given.stateSize;
      const i = side % size;
      const found = read(wasm, bounds, 2 * size);
      // What was there before, 1, is added to.
      const [moveLow, moveHigh] = [shift(low, i), shift(high, i)];
      near(found[i] - 1, slope((by) => ({ low: moveLow(by) })));
      near(found[size + i] - 1, slope((by) => ({ high: moveHigh(by) })));
    }),
    { numRuns: 200 },
  );
});
