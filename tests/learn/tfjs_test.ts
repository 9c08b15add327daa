/** TensorFlow.js as a backend: the same outputs and gradients as the kernels. */

import { Buffer } from "node:buffer";
import { assert } from "@std/assert";
import fc from "fast-check";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import {
  descriptor,
  type Network,
  parameterCount,
  scratchSize,
  tapeSize,
} from "../../lib/learn/network.ts";
import { loadTfjs } from "../../tasks/_tfjs.ts";
import { bench, normalFloats, read, seeds, wasm } from "../kernels/harness.ts";
import { evaluate } from "../kernels/mlp.ts";

const tfjs = await loadTfjs(wasm);

const size = fc.integer({ min: 1, max: 9 });

/** Under LayerNorm a layer of one or two outputs has next to no gradient: only rounding is left. */
const networks: fc.Arbitrary<Network> = fc.record({
  inputs: size,
  hidden: fc.array(fc.integer({ min: 4, max: 24 }), {
    minLength: 1,
    maxLength: 3,
  }),
  outputs: size,
  layerNorm: fc.boolean(),
});

const batches = fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 2, max: 9 }));

/** What goes into both passes over some rows. */
interface Inputs {
  readonly params: Float32Array;
  readonly x: Float32Array;
  readonly dy: Float32Array;
}

function drawn(network: Network, rows: number, seed: number): Inputs {
  const count = parameterCount(network);
  const all = normalFloats(
    count + rows * (network.inputs + network.outputs),
    seed,
  );
  return {
    params: all.slice(0, count).map((each) => each / 2),
    x: all.slice(count, count + rows * network.inputs),
    dy: all.slice(count + rows * network.inputs),
  };
}

/** Where rounding cannot decide on which side of a kink a row lies. */
function isConditioned(network: Network, { params, x }: Inputs, rows: number) {
  const { inputs } = network;
  return Array.from(
    { length: rows },
    (_, row) => x.slice(row * inputs, (row + 1) * inputs),
  ).every((row) => evaluate(network, params, row).conditioned);
}

/** Output, parameter gradient and input gradient by `kernels`. */
function passes(
  kernels: Kernels,
  network: Network,
  { params, x, dy }: Inputs,
  rows: number,
  wanted: { readonly gradient: boolean; readonly dx: boolean },
): readonly Float32Array[] {
  const { room, floats, integers } = bench(kernels);
  const shape = integers(descriptor(network));
  const [p, input, cotangent] = [floats(params), floats(x), floats(dy)];
  const tape = room(tapeSize(network, rows));
  const y = room(rows * network.outputs);
  const gradient = wanted.gradient ? room(params.length) : 0;
  const dx = wanted.dx ? room(x.length) : 0;
  const scratch = room(scratchSize(network, rows));
  kernels.mlpForward(shape, p, input, tape, y, rows);
  kernels.mlpBackward(
    shape,
    p,
    input,
    tape,
    cotangent,
    gradient,
    dx,
    0,
    scratch,
    rows,
  );
  function result(pointer: Pointer, count: number): Float32Array {
    return pointer === 0
      ? new Float32Array()
      : read(kernels, pointer, count).slice();
  }
  return [
    result(y, dy.length),
    result(gradient, params.length),
    result(dx, x.length),
  ];
}

function norm(values: ArrayLike<number>): number {
  return Math.hypot(...Array.from(values));
}

/** |a - b| <= 1e-4 |b|, and 1e-6 for what products that cancel are rounded by. */
function assertNear(a: Float32Array, b: Float32Array, what: string): void {
  const difference = norm(a.map((each, i) => each - b[i]));
  assert(
    a.length === b.length && difference <= 1e-4 * norm(b) + 1e-6,
    `${what}: |a - b| = ${difference}, |b| = ${norm(b)}`,
  );
}

Deno.test("tfjs gives the outputs and gradients of the kernels, those asked for and no others", () => {
  const wanted = fc.record({ gradient: fc.boolean(), dx: fc.boolean() });
  fc.assert(
    fc.property(
      networks,
      batches,
      seeds,
      wanted,
      (network, rows, seed, wanted) => {
        const inputs = drawn(network, rows, seed);
        fc.pre(isConditioned(network, inputs, rows));
        const ours = passes(wasm, network, inputs, rows, wanted);
        const theirs = passes(tfjs, network, inputs, rows, wanted);
        ["y", "parameter gradient", "dx"].forEach((what, i) =>
          assertNear(theirs[i], ours[i], what)
        );
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("a forward pass of tfjs over no rows writes nothing, as that of the kernels", () => {
  fc.assert(
    fc.property(networks, seeds, (network, seed) => {
      const memories = [wasm, tfjs].map((kernels) => {
        const { room, floats, integers } = bench(kernels);
        const shape = integers(descriptor(network));
        const params = floats(drawn(network, 0, seed).params);
        kernels.mlpForward(shape, params, room(0), room(0), room(0), 0);
        return new Uint8Array(kernels.memory.buffer).slice();
      });
      assert(Buffer.compare(memories[0], memories[1]) === 0);
    }),
    { numRuns: 10 },
  );
});
