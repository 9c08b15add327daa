/**
 * Particles through one probabilistic network of an ensemble (Chua et al. 2018):
 *
 *   x = ((s, a) - centre) scale,   x <- swish(x W + b),   (mean, v) = x W + b
 *   variance = e^low + e^high / (1 + e^(high - v)),       s <- s + mean + sqrt(variance) z
 *
 * The variance is that of the two soft bounds on its logarithm,
 * v' = high - softplus(high - v) and low + softplus(v' - low), solved.
 *
 *   member    | params | packed | centre | scale | low | high | S | A | depth | hidden 0 | ...
 *   params    | W0 [in, h0] | b0 [h0] | ... | head W [h, 2 S] | head b [2 S]
 *
 * Particles lie in columns, so that four of them are one vector and nothing is
 * ever transposed; all entries of a particle depend on it alone.
 *
 *   states    | s0 of all rows | s1 of all rows | ...      (rows: a multiple of 16)
 *   scratch   | values widest x rows | products widest x rows | words | row scales | table | 0 0 0 0 0 |
 *
 * Where `packed` is not 0, layers multiply in 16-bit integers: see `fixed_point.ts`.
 */

import { packedBytes, packLayer, quantise } from "./fixed_point";
import { noise } from "./noise";
import { denseFixed, denseFloat } from "./particle_product";
import { swish, swishTable } from "./swish";
import { exp } from "./vector_math";

/** Entries of a member before its hidden widths, in bytes. */
const HIDDEN: usize = 36;

/** Fills the packed weights of a member, if it has any, from its parameters. */
export function ensemblePack(member: usize): void {
  let params = <usize>load<u32>(member), packed = <usize>load<u32>(member, 4);
  if (!packed) return;
  const depth = load<i32>(member, 32);
  let width = load<i32>(member, 24) + load<i32>(member, 28);
  for (let layer = 0; layer <= depth; layer++) {
    const outputs = widthOf(member, layer, depth);
    packLayer(params, packed, width, outputs);
    packed += packedBytes(width, outputs);
    params += <usize>(width + 1) * outputs << 2;
    width = outputs;
  }
}

/** moments [2 S, rows]: mean of the change of state, then its standard deviation. */
export function ensembleMoments(
  member: usize, states: usize, actions: usize, moments: usize, scratch: usize, rows: i32,
): void {
  let params = <usize>load<u32>(member), packed = <usize>load<u32>(member, 4);
  const size = load<i32>(member, 24), actionSize = load<i32>(member, 28);
  const depth = load<i32>(member, 32);
  const area = <usize>widest(member, depth) * rows << 2;
  const products = scratch + area, words = products + area;
  const scales = words + (area >> 1) + (<usize>rows << 2);
  const table = scales + (<usize>rows << 2);
  swishTable(table);
  const zeros = table + 44;
  memory.fill(zeros, 0, 20);
  let width = size + actionSize;
  normaliseColumns(states, member, 0, size, scratch, rows);
  normaliseColumns(actions, member, size, actionSize, scratch, rows);
  for (let layer = 0; layer <= depth; layer++) {
    const outputs = widthOf(member, layer, depth);
    const bias = params + (<usize>width * outputs << 2);
    const out = layer < depth ? products : moments;
    if (packed) {
      quantise(scratch, words, scales, width, rows);
      denseFixed(
        packed + (<usize>outputs << 2), zeros, packed, bias, scales, outputs,
        words, out, rows, (width + 1) >> 1,
      );
      packed += packedBytes(width, outputs);
    } else denseFloat(params, bias, outputs, scratch, out, rows, width);
    if (layer < depth) swish(products, scratch, outputs * rows, table);
    params = bias + (<usize>outputs << 2);
    width = outputs;
  }
  deviations(member, moments + (<usize>size * rows << 2), size, rows);
}

/** states += mean + deviation z, with the normals of counters `first` and on. */
export function ensembleAdvance(
  states: usize, moments: usize, scratch: usize, size: i32, rows: i32, hi: u32, lo: u32, first: u32,
): void {
  noise(scratch, size, rows, hi, lo, first);
  const bytes = <usize>size * rows << 2;
  for (let at: usize = 0; at < bytes; at += 16) {
    const spread = f32x4.mul(v128.load(moments + bytes + at), v128.load(scratch + at));
    const change = f32x4.add(v128.load(moments + at), spread);
    v128.store(states + at, f32x4.add(v128.load(states + at), change));
  }
}

/** Outputs of a layer. */
@inline
export function widthOf(member: usize, layer: i32, depth: i32): i32 {
  return layer < depth
    ? load<i32>(member + (<usize>layer << 2), HIDDEN)
    : load<i32>(member, 24) << 1;
}

/** The widest that values, inputs included, ever get. */
function widest(member: usize, depth: i32): i32 {
  let most = load<i32>(member, 24) + load<i32>(member, 28);
  for (let layer = 0; layer <= depth; layer++) most = max(most, widthOf(member, layer, depth));
  return most;
}

/** Columns of `src` become the columns `from` and on of `values`. */
function normaliseColumns(
  src: usize, member: usize, from: i32, count: i32, values: usize, rows: i32,
): void {
  const skip = <usize>from << 2;
  let centre = <usize>load<u32>(member, 8) + skip, scale = <usize>load<u32>(member, 12) + skip;
  let to = values + skip * rows;
  for (let i = 0; i < count; i++, centre += 4, scale += 4) {
    const c = v128.load_splat<f32>(centre), s = v128.load_splat<f32>(scale);
    for (let row = 0; row < rows; row += 4, src += 16, to += 16) {
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(src), c), s));
    }
  }
}

/** In place: v of every state becomes the standard deviation. */
function deviations(member: usize, at: usize, size: i32, rows: i32): void {
  let low = <usize>load<u32>(member, 16), high = <usize>load<u32>(member, 20);
  for (let i = 0; i < size; i++, low += 4, high += 4) {
    const floor = exp(v128.load_splat<f32>(low));
    const bound = v128.load_splat<f32>(high);
    const most = exp(bound);
    for (let row = 0; row < rows; row += 4, at += 16) {
      const over = f32x4.add(f32x4.splat(1.0), exp(f32x4.sub(bound, v128.load(at))));
      v128.store(at, f32x4.sqrt(f32x4.add(floor, f32x4.div(most, over))));
    }
  }
}
