/**
 * The twins of the particle kernels: see `assembly/ensemble.ts` for the
 * equations and the drawings of the memory.
 *
 * @module
 */

import { exp32, noise32, swish32, wholeBits } from "./reference_vector_math.ts";
import type { Kernels, Pointer } from "./types.ts";

const fround = Math.fround;
const MOST_VALUE = 8191;
const MOST_WEIGHT = 32767;
const MOST_SUM = 262143;
const LEAST = fround(1e-30);

/** What a member's integers say; offsets count floats. */
export interface Member {
  readonly params: number;
  readonly packed: number;
  readonly centre: number;
  readonly scale: number;
  readonly low: number;
  readonly high: number;
  readonly size: number;
  /** Inputs, hidden widths, outputs. */
  readonly widths: readonly number[];
}

/** The particle kernels over a memory seen as floats and as integers. */
export function ensembleTwins(
  floats: Float32Array,
  integers: Int32Array,
): Pick<
  Kernels,
  "ensemblePack" | "ensembleMoments" | "ensembleAdvance"
> {
  return {
    ensemblePack(pointer) {
      const member = memberAt(integers, pointer);
      let { params, packed } = member;
      if (packed === 0) return;
      member.widths.slice(1).forEach((outputs, layer) => {
        const inputs = member.widths[layer];
        packLayer(floats, integers, params, packed, inputs, outputs);
        packed += packedWords(inputs, outputs);
        params += (inputs + 1) * outputs;
      });
    },
    ensembleMoments(pointer, states, actions, moments, scratch, rows) {
      const member = memberAt(integers, pointer);
      const columns = { states: states >>> 2, actions: actions >>> 2, rows };
      const to = moments >>> 2;
      forward(floats, integers, member, columns, to, scratch >>> 2);
      deviations(floats, member, to + member.size * rows, rows);
    },
    ensembleAdvance(states, moments, scratch, size, rows, hi, lo, first) {
      const [s, m, z] = [states >>> 2, moments >>> 2, scratch >>> 2];
      for (let i = 0; i < size; i++) {
        for (let r = 0; r < rows; r++) {
          floats[z + i * rows + r] = noise32({ hi, lo }, first + r, i);
        }
      }
      // The last pair of an odd count is drawn whole but not kept.
      for (let i = 0; i < size * rows; i++) {
        const spread = fround(floats[m + size * rows + i] * floats[z + i]);
        floats[s + i] += fround(floats[m + i] + spread);
      }
    },
  };
}

/** The member at a pointer. */
export function memberAt(integers: Int32Array, pointer: Pointer): Member {
  const at = pointer >>> 2;
  const [params, packed, centre, scale, low, high, size, actions, depth] =
    integers.subarray(at, at + 9);
  const hidden = [...integers.subarray(at + 9, at + 9 + depth)];
  return {
    params: params >>> 2,
    packed: packed >>> 2,
    centre: centre >>> 2,
    scale: scale >>> 2,
    low: low >>> 2,
    high: high >>> 2,
    size,
    widths: [size + actions, ...hidden, 2 * size],
  };
}

function packedWords(inputs: number, outputs: number): number {
  return (((inputs + 1) >> 1) + 1) * outputs;
}

function forward(
  floats: Float32Array,
  integers: Int32Array,
  member: Member,
  columns: { states: number; actions: number; rows: number },
  moments: number,
  values: number,
): void {
  const { widths, size } = member;
  const { states, actions, rows } = columns;
  const area = Math.max(...widths) * rows;
  const products = values + area;
  const words = products + area;
  const scales = words + (area >> 1) + rows;
  for (let i = 0; i < widths[0]; i++) {
    const src = i < size ? states + i * rows : actions + (i - size) * rows;
    for (let r = 0; r < rows; r++) {
      const centred = fround(floats[src + r] - floats[member.centre + i]);
      floats[values + i * rows + r] = centred * floats[member.scale + i];
    }
  }
  let { params, packed } = member;
  for (let layer = 1; layer < widths.length; layer++) {
    const [k, n] = [widths[layer - 1], widths[layer]];
    const bias = params + k * n;
    const last = layer === widths.length - 1;
    const out = last ? moments : products;
    if (packed !== 0) {
      quantise(floats, integers, values, words, scales, k, rows);
      denseFixed(integers, packed + n, n, words, out, rows, (k + 1) >> 1);
      dequantise(floats, integers, out, packed, bias, scales, n, rows);
      packed += packedWords(k, n);
    } else denseFloat(floats, params, bias, n, values, out, rows, k);
    if (!last) {
      for (let i = 0; i < n * rows; i++) {
        floats[values + i] = swish32(floats[products + i]);
      }
    }
    params = bias + n;
  }
}

function denseFloat(
  floats: Float32Array,
  b: number,
  bias: number,
  n: number,
  x: number,
  c: number,
  rows: number,
  k: number,
): void {
  for (let j = 0; j < n; j++) {
    const to = c + j * rows;
    floats.fill(floats[bias + j], to, to + rows);
    for (let p = 0; p < k; p++) {
      const w = floats[b + p * n + j];
      for (let r = 0; r < rows; r++) {
        floats[to + r] += fround(w * floats[x + p * rows + r]);
      }
    }
  }
}

function denseFixed(
  integers: Int32Array,
  b: number,
  n: number,
  x: number,
  c: number,
  rows: number,
  pairs: number,
): void {
  for (let j = 0; j < n; j++) {
    const to = c + j * rows;
    integers.fill(0, to, to + rows);
    for (let p = 0; p < pairs; p++) {
      const w = integers[b + p * n + j];
      for (let r = 0; r < rows; r++) {
        const q = integers[x + p * rows + r];
        const below = Math.imul((w << 16) >> 16, (q << 16) >> 16);
        integers[to + r] += below + Math.imul(w >> 16, q >> 16);
      }
    }
  }
}

function packLayer(
  floats: Float32Array,
  integers: Int32Array,
  w: number,
  packed: number,
  k: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) {
    let most = LEAST;
    let sum = LEAST;
    for (let i = 0; i < k; i++) {
      const size = Math.abs(floats[w + i * n + j]);
      most = Math.max(most, size);
      sum = fround(sum + size);
    }
    const scale = Math.min(
      fround(MOST_WEIGHT / most),
      fround((MOST_SUM - k) / sum),
    );
    floats[packed + j] = 1 / scale;
    for (let i = 0; i < k; i += 2) {
      const whole = (i: number) =>
        i < k ? wholeBits(fround(floats[w + i * n + j] * scale)) : 0;
      const to = packed + n + (i >> 1) * n + j;
      integers[to] = (whole(i) & 0xffff) | (whole(i + 1) << 16);
    }
  }
}

function quantise(
  floats: Float32Array,
  integers: Int32Array,
  values: number,
  words: number,
  scales: number,
  k: number,
  rows: number,
): void {
  for (let r = 0; r < rows; r++) {
    let most = LEAST;
    for (let i = 0; i < k; i++) {
      most = Math.max(most, Math.abs(floats[values + i * rows + r]));
    }
    floats[scales + r] = most * fround(1 / MOST_VALUE);
    const scale = fround(MOST_VALUE / most);
    const whole = (i: number) =>
      i < k ? wholeBits(fround(floats[values + i * rows + r] * scale)) : 0;
    for (let i = 0; i < k; i += 2) {
      integers[words + (i >> 1) * rows + r] = (whole(i) & 0xffff) |
        (whole(i + 1) << 16);
    }
  }
}

function dequantise(
  floats: Float32Array,
  integers: Int32Array,
  sums: number,
  columns: number,
  bias: number,
  scales: number,
  n: number,
  rows: number,
): void {
  for (let j = 0; j < n; j++) {
    for (let r = 0; r < rows; r++) {
      const unit = fround(floats[scales + r] * floats[columns + j]);
      const sum = fround(integers[sums + j * rows + r]);
      floats[sums + j * rows + r] = fround(sum * unit) + floats[bias + j];
    }
  }
}

function deviations(
  floats: Float32Array,
  { low, high, size }: Member,
  at: number,
  rows: number,
): void {
  for (let i = 0; i < size; i++) {
    const floor = exp32(floats[low + i]);
    const bound = floats[high + i];
    const most = exp32(bound);
    for (let r = at + i * rows; r < at + (i + 1) * rows; r++) {
      const over = fround(1 + exp32(fround(bound - floats[r])));
      floats[r] = Math.sqrt(fround(floor + fround(most / over)));
    }
  }
}
