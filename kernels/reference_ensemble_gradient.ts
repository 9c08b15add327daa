/**
 * The twin of the gradient of an ensemble's network: see
 * `assembly/ensemble_gradient.ts` for the equations and the memory.
 *
 * @module
 */

import { type Member, memberAt } from "./reference_ensemble.ts";
import { exp32 } from "./reference_vector_math.ts";
import type { Kernels, Pointer } from "./types.ts";

const fround = Math.fround;

type Products = Pick<Kernels, "gemm" | "gemmTn" | "gemmNt">;

/** The rows of a batch: where they lie and how many floats each takes. */
interface Batch {
  readonly records: number;
  readonly index: number;
  readonly rows: number;
  readonly stride: number;
}

/** The memory, and the products over it. */
interface Room {
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly products: Products;
}

/** Per layer, counted in floats: its parameters, its inputs and, but for the first, their gates. */
interface Places {
  readonly params: readonly number[];
  /** One more than layers: the last are the outputs. */
  readonly x: readonly number[];
}

/** `ensembleGradient` over a memory seen as floats and as integers. */
export function ensembleGradientTwin(
  floats: Float32Array,
  integers: Int32Array,
  products: Products,
): Pick<Kernels, "ensembleGradient"> {
  const room = { floats, integers, products };
  return {
    ensembleGradient(
      pointer: Pointer,
      decay,
      records,
      index,
      gradient,
      bounds,
      scratch,
      rows,
    ) {
      const member = memberAt(integers, pointer);
      const batch = {
        records: records >>> 2,
        index: index >>> 2,
        rows,
        stride: member.widths[0] + member.size,
      };
      const places = predict(room, member, batch, scratch >>> 2);
      const head = places.x[places.x.length - 1];
      headDelta(floats, integers, member, batch, head, bounds >>> 2);
      descend(room, member, rows, places, decay >>> 2, gradient >>> 2);
    },
  };
}

/** Writes inputs, gates and outputs of the batch from place `first` on. */
function predict(
  { floats, integers, products }: Room,
  member: Member,
  batch: Batch,
  first: number,
): Places {
  const { widths } = member;
  const { rows } = batch;
  const depth = widths.length - 2;
  const [params, x] = [[member.params], [first]];
  gather(floats, integers, member, batch, first);
  for (let layer = 0; layer <= depth; layer++) {
    const [k, n] = [widths[layer], widths[layer + 1]];
    const y = x[layer] + rows * k * (layer === 0 ? 1 : 2);
    const z = layer === depth ? y : y + rows * n;
    dense(floats, products, params[layer], x[layer], z, [rows, k, n]);
    if (layer < depth) activate(floats, z, y, rows * n);
    params.push(params[layer] + (k + 1) * n);
    x.push(y);
  }
  return { params, x };
}

/** Writes the gradient, layer by layer from the head, whose delta lies where the outputs were. */
function descend(
  { floats, products }: Room,
  { widths, size, params: start }: Member,
  rows: number,
  { params, x }: Places,
  decay: number,
  gradient: number,
): void {
  const depth = widths.length - 2;
  let delta = x[depth + 1];
  let next = delta + rows * 2 * size;
  let spare = next + rows * Math.max(0, ...widths.slice(1, -1));
  for (let layer = depth; layer >= 0; layer--) {
    const [k, n] = [widths[layer], widths[layer + 1]];
    const w = params[layer];
    const dw = gradient + w - start;
    for (let i = 0; i < k * n; i++) {
      floats[dw + i] = floats[decay + layer] * floats[w + i];
    }
    products.gemmTn(4 * x[layer], 4 * delta, 4 * dw, k, n, rows, 1);
    columnSums(floats, delta, dw + k * n, rows, n);
    if (layer === 0) return;
    products.gemmNt(4 * delta, 4 * w, 4 * next, rows, k, n, 0);
    throughGate(floats, next, x[layer], rows * k);
    [delta, next, spare] = [next, spare, next];
  }
}

/** z [rows, n] = x W + b. */
function dense(
  floats: Float32Array,
  { gemm }: Products,
  params: number,
  x: number,
  z: number,
  [rows, k, n]: readonly [number, number, number],
): void {
  const bias = params + k * n;
  for (let row = 0; row < rows; row++) {
    floats.copyWithin(z + row * n, bias, bias + n);
  }
  gemm(4 * x, 4 * params, 4 * z, rows, n, k, 1);
}

/** sums[j] = sum over rows, first to last, of d[row, j]. */
function columnSums(
  floats: Float32Array,
  d: number,
  sums: number,
  rows: number,
  width: number,
): void {
  floats.fill(0, sums, sums + width);
  for (let i = 0; i < rows * width; i++) {
    floats[sums + i % width] += floats[d + i];
  }
}

function gather(
  floats: Float32Array,
  integers: Int32Array,
  { widths: [inputs], centre, scale }: Member,
  { records, index, rows, stride }: Batch,
  x: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = records + integers[index + row] * stride;
    for (let i = 0; i < inputs; i++) {
      const centred = fround(floats[from + i] - floats[centre + i]);
      floats[x + row * inputs + i] = centred * floats[scale + i];
    }
  }
}

function activate(
  floats: Float32Array,
  gate: number,
  y: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const z = floats[gate + i];
    floats[gate + i] = 1 / fround(1 + exp32(-z));
    floats[y + i] = z * floats[gate + i];
  }
}

/** The gates lie right behind the values y. */
function throughGate(
  floats: Float32Array,
  delta: number,
  y: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const gate = floats[y + count + i];
    const rest = fround(floats[y + i] * fround(1 - gate));
    floats[delta + i] *= fround(gate + rest);
  }
}

function headDelta(
  floats: Float32Array,
  integers: Int32Array,
  { low, high, size, widths }: Member,
  { records, index, rows, stride }: Batch,
  head: number,
  bounds: number,
): void {
  const unit = fround(1 / (rows * size));
  for (let row = 0; row < rows; row++) {
    const wanted = records + integers[index + row] * stride + widths[0];
    for (let i = 0; i < size; i++) {
      const to = head + row * 2 * size + i;
      const bound = floats[high + i];
      const floor = exp32(floats[low + i]);
      const over = exp32(fround(bound - floats[to + size]));
      const s = fround(1 / fround(1 + over));
      const part = fround(exp32(bound) * s);
      const variance = fround(floor + part);
      const gap = fround(floats[to] - floats[wanted + i]);
      const q = fround(part / variance);
      const error = fround(fround(gap * gap) / variance);
      const excess = fround(fround(1 - error) * unit);
      floats[to] = fround(fround(2 * gap) / variance) * unit;
      floats[to + size] = fround(excess * q) * fround(1 - s);
      floats[bounds + i] += fround(excess * fround(floor / variance));
      floats[bounds + size + i] += fround(fround(excess * q) * s);
    }
  }
}
