/** Network kernels: the definition in doubles, finite differences, twins, independence of rows. */

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
import {
  evaluate,
  notesSize,
  parameterCount,
  scratchSize,
  type Shape,
  tapeSize,
} from "./mlp.ts";

const widths = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.constantFrom(33, 70),
);

const shapes: fc.Arbitrary<Shape> = fc.record({
  inputs: widths,
  hidden: fc.array(widths, { maxLength: 3 }),
  outputs: widths,
  layerNorm: fc.boolean(),
});

const batches = fc.oneof(fc.nat(9), fc.constant(37), fc.constant(64));

interface Placed {
  readonly network: Pointer;
  readonly params: Pointer;
  readonly x: Pointer;
  readonly tape: Pointer;
  readonly y: Pointer;
  readonly dy: Pointer;
  readonly gradient: Pointer;
  readonly dx: Pointer;
  readonly scratch: Pointer;
}

/** A network with its batch in memory; weights are small so that values stay near 1. */
function place(
  { floats, integers, room }: Bench,
  shape: Shape,
  params: Float32Array,
  x: Float32Array,
  dy: Float32Array,
  rows: number,
): Placed {
  return {
    network: integers([
      shape.inputs,
      shape.hidden.length,
      shape.layerNorm ? 1 : 0,
      shape.outputs,
      ...shape.hidden,
    ]),
    params: floats(params),
    x: floats(x),
    tape: room(tapeSize(shape, rows) + notesSize(shape, rows)),
    y: room(rows * shape.outputs),
    dy: floats(dy),
    gradient: room(parameterCount(shape)),
    dx: room(rows * shape.inputs),
    scratch: room(scratchSize(shape, rows)),
  };
}

function data(shape: Shape, rows: number, seed: number) {
  return {
    params: normalFloats(parameterCount(shape), seed).map((w) => 0.5 * w),
    x: normalFloats(rows * shape.inputs, (seed + 1) >>> 0),
    dy: normalFloats(rows * shape.outputs, (seed + 2) >>> 0),
  };
}

function forward(kernels: Kernels, at: Placed, rows: number): void {
  kernels.mlpForward(at.network, at.params, at.x, at.tape, at.y, rows);
}

function backward(
  kernels: Kernels,
  at: Placed,
  rows: number,
  gradient = at.gradient,
  dx = at.dx,
  first = 0,
): void {
  const { network, params, x, tape, dy, scratch } = at;
  kernels.mlpBackward(
    network,
    params,
    x,
    tape,
    dy,
    gradient,
    dx,
    first,
    scratch,
    rows,
  );
}

Deno.test("mlpForward is the network in double precision up to rounding", () => {
  fc.assert(
    fc.property(shapes, batches, seeds, (shape, rows, seed) => {
      const { params, x, dy } = data(shape, rows, seed);
      const at = place(bench(wasm), shape, params, x, dy, rows);
      forward(wasm, at, rows);
      const found = read(wasm, at.y, rows * shape.outputs);
      for (let row = 0; row < rows; row++) {
        const { y, conditioned } = evaluate(
          shape,
          params,
          x.subarray(row * shape.inputs, (row + 1) * shape.inputs),
        );
        if (!conditioned) continue;
        y.forEach((value, j) =>
          assertAlmostEquals(
            found[row * shape.outputs + j],
            value,
            1e-4 * (1 + Math.abs(value)),
          )
        );
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("mlpBackward is the gradient of dy . y by finite differences", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer({ min: 1, max: 5 }),
      seeds,
      (shape, rows, seed) => {
        const { params, x, dy } = data(shape, rows, seed);
        const at = place(bench(wasm), shape, params, x, dy, rows);
        forward(wasm, at, rows);
        backward(wasm, at, rows);
        const gradient = read(wasm, at.gradient, params.length);
        const dx = read(wasm, at.dx, x.length);
        const directions = [
          normalFloats(params.length, 77),
          normalFloats(x.length, 78),
        ];
        const slope = directionalDerivative(shape, params, x, dy, directions);
        // A kink of the rectifier or a vanishing deviation leaves no derivative to compare.
        fc.pre(slope !== undefined);
        const terms = [...gradient].map((g, i) => g * directions[0][i])
          .concat([...dx].map((g, i) => g * directions[1][i]));
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        const found = terms.reduce((sum, term) => sum + term, 0);
        assertAlmostEquals(found, slope ?? NaN, 1e-4 * (1 + size));
      },
    ),
    { numRuns: 100 },
  );
});

/**
 * d/dt of sum dy . y(params + t u, x + t v) at t = 0 by central differences in
 * doubles; undefined where the function is not smooth within the step.
 */
function directionalDerivative(
  shape: Shape,
  params: Float32Array,
  x: Float32Array,
  dy: Float32Array,
  [u, v]: readonly Float32Array[],
): number | undefined {
  const rows = dy.length / shape.outputs;
  let smooth = true;
  function value(t: number): number {
    const moved = Float64Array.from(params, (w, i) => w + t * u[i]);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const input = Float64Array.from(
        { length: shape.inputs },
        (_, i) => x[row * shape.inputs + i] + t * v[row * shape.inputs + i],
      );
      const { y, conditioned } = evaluate(shape, moved, input);
      smooth &&= conditioned;
      y.forEach((each, j) => sum += each * dy[row * shape.outputs + j]);
    }
    return sum;
  }
  const h = 1e-6;
  const slope = (value(h) - value(-h)) / (2 * h);
  return smooth ? slope : undefined;
}

/** Scratch and notes are free to differ between kernels and twins. */
function forget(kernels: Kernels, at: Placed, shape: Shape, rows: number) {
  const notes = at.tape + 4 * tapeSize(shape, rows);
  read(kernels, notes, notesSize(shape, rows)).fill(0);
  read(kernels, at.scratch, scratchSize(shape, rows)).fill(0);
}

Deno.test("network kernels and their twins give the same bits and touch their outputs alone", () => {
  fc.assert(
    fc.property(shapes, batches, seeds, (shape, rows, seed) => {
      const { params, x, dy } = data(shape, rows, seed);
      sameBits((kernels, memory) => {
        const at = place(memory, shape, params, x, dy, rows);
        forward(kernels, at, rows);
        backward(kernels, at, rows);
        forget(kernels, at, shape, rows);
      });
    }),
    { numRuns: 80 },
  );
});

Deno.test("an output and an input gradient of a row depend on that row alone", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer({ min: 1, max: 70 }),
      seeds,
      (shape, rows, seed) => {
        const { params, x, dy } = data(shape, rows, seed);
        const all = place(bench(wasm), shape, params, x, dy, rows);
        forward(wasm, all, rows);
        backward(wasm, all, rows);
        const row = seed % rows;
        const { inputs, outputs } = shape;
        const of = (
          pointer: Pointer,
          width: number,
          r: number,
        ) => [...read(wasm, pointer + 4 * r * width, width)];
        const expected = [of(all.y, outputs, row), of(all.dx, inputs, row)];
        const one = place(
          bench(wasm),
          shape,
          params,
          x.slice(row * inputs, (row + 1) * inputs),
          dy.slice(row * outputs, (row + 1) * outputs),
          1,
        );
        forward(wasm, one, 1);
        backward(wasm, one, 1);
        assertEquals(
          [of(one.y, outputs, 0), of(one.dx, inputs, 0)],
          expected,
        );
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a row of 128-wide layers has the same bits among 1 and among 256 rows", () => {
  const shape = { inputs: 32, hidden: [128, 128], outputs: 1, layerNorm: true };
  const { params, x, dy } = data(shape, 256, 5);
  const all = place(bench(wasm), shape, params, x, dy, 256);
  forward(wasm, all, 256);
  const expected = read(wasm, all.y, 256).slice();
  for (const row of [0, 1, 31, 32, 127, 255]) {
    const at = place(
      bench(wasm),
      shape,
      params,
      x.slice(row * 32, row * 32 + 32),
      dy.slice(0, 1),
      1,
    );
    forward(wasm, at, 1);
    assertEquals(read(wasm, at.y, 1)[0], expected[row]);
  }
});

Deno.test("kernels and twins give the same bits at the learner's own shape", () => {
  const shape = { inputs: 32, hidden: [128, 128], outputs: 1, layerNorm: true };
  const { params, x, dy } = data(shape, 128, 6);
  sameBits((kernels, memory) => {
    const at = place(memory, shape, params, x, dy, 128);
    forward(kernels, at, 128);
    backward(kernels, at, 128);
    forget(kernels, at, shape, 128);
  });
});

Deno.test("mlpBackward leaves out what is not asked for, and the tape as it was", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer({ min: 1, max: 9 }),
      seeds,
      (shape, rows, seed) => {
        const { params, x, dy } = data(shape, rows, seed);
        const at = place(bench(wasm), shape, params, x, dy, rows);
        const count = params.length;
        forward(wasm, at, rows);
        const tape = read(wasm, at.tape, tapeSize(shape, rows)).slice();
        const gradient = read(wasm, at.gradient, count);
        const dx = read(wasm, at.dx, x.length);
        backward(wasm, at, rows);
        const both = [[...gradient], [...dx]];
        gradient.fill(7), dx.fill(7);
        backward(wasm, at, rows, 0);
        assertEquals([[...new Set(gradient)], [...dx]], [[7], both[1]]);
        dx.fill(7);
        backward(wasm, at, rows, at.gradient, 0);
        assertEquals([[...gradient], [...new Set(dx)]], [both[0], [7]]);
        assertEquals(read(wasm, at.tape, tape.length), tape);
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("mlpBackward gives the gradient of the last inputs alone where asked", () => {
  const shape = { inputs: 9, hidden: [12, 8], outputs: 1, layerNorm: true };
  const { params, x, dy } = data(shape, 5, 3);
  const at = place(bench(wasm), shape, params, x, dy, 5);
  forward(wasm, at, 5);
  backward(wasm, at, 5);
  const all = [...read(wasm, at.dx, 45)];
  backward(wasm, at, 5, 0, at.dx, 6);
  const expected = all.filter((_, i) => i % 9 >= 6);
  assertEquals([...read(wasm, at.dx, 15)], expected);
});

Deno.test("the gradient of an empty batch is zero", () => {
  const shape = { inputs: 3, hidden: [5, 4], outputs: 2, layerNorm: true };
  const { params, x, dy } = data(shape, 0, 1);
  const at = place(bench(wasm), shape, params, x, dy, 0);
  forward(wasm, at, 0);
  backward(wasm, at, 0);
  assert(read(wasm, at.gradient, params.length).every((g) => g === 0));
});

Deno.test("a NaN in the input reaches the output", () => {
  for (const layerNorm of [false, true]) {
    const shape = { inputs: 3, hidden: [5, 4], outputs: 2, layerNorm };
    const { params, x, dy } = data(shape, 2, 1);
    x[1] = NaN;
    const at = place(bench(wasm), shape, params, x, dy, 2);
    forward(wasm, at, 2);
    const y = read(wasm, at.y, 4);
    assertEquals([...y].map(Number.isNaN), [true, true, false, false]);
  }
});
