/**
 * Products in 16-bit integers with 32-bit sums: twice the multiplications of an
 * instruction, and exact sums.
 *
 *   x = q / scale of the particle,    |q| <= 8191:  14 bits
 *   w = q' / scale of the output,     |q'| <= 32767 and sum |q'| <= 262143
 *   sum x w + bias = (sum q q') / (scales) + bias
 *
 * 8191 * 262143 < 2^31, so no sum overflows. What is lost is that of the
 * factors alone: half a unit of 1/8191 of the particle's greatest value, and
 * for 200 inputs some 1/1000 of a typical weight, at random.
 *
 *   packed layer   | 1 / scale [n] | words [(k + 1) / 2, n]: q'[2p] below, q'[2p + 1] above |
 */

const MOST_VALUE: f32 = 8191.0;
const MOST_WEIGHT: f32 = 32767.0;
const MOST_SUM: f32 = 262143.0;
/** See `vector_math.ts`: the lowest 16 bits of x + ROUNDER are x, rounded to even. */
const ROUNDER: f32 = 12582912.0;
/** Keeps 0 / 0 away. */
const LEAST: f32 = 1e-30;

/** Bytes of a packed layer. */
@inline
export function packedBytes(k: i32, n: i32): usize {
  return <usize>(((k + 1) >> 1) + 1) * n << 2;
}

/** Packs W [k, n]. */
export function packLayer(w: usize, packed: usize, k: i32, n: i32): void {
  const ld = <usize>n << 2;
  for (let j = 0; j < n; j++, w += 4, packed += 4) {
    let most = LEAST, sum = LEAST;
    for (let i = 0; i < k; i++) {
      const size = abs<f32>(load<f32>(w + ld * i));
      most = max<f32>(most, size);
      sum = sum + size;
    }
    // Rounding adds at most half a unit per weight.
    const scale = min<f32>(MOST_WEIGHT / most, (MOST_SUM - <f32>k) / sum);
    store<f32>(packed, <f32>1.0 / scale);
    let to = packed + ld;
    for (let i = 0; i < k; i += 2, to += ld) {
      const below = whole(load<f32>(w + ld * i) * scale);
      const above = i + 1 < k ? whole(load<f32>(w + ld * (i + 1)) * scale) : 0;
      store<i32>(to, (below & 0xffff) | (above << 16));
    }
  }
}

@inline
function whole(x: f32): i32 {
  return reinterpret<i32>(x + ROUNDER);
}

/**
 * Values [k, rows] into words [(k + 1) / 2, rows], each particle by its own
 * greatest value; `scales` [rows] is what one unit of it is worth.
 */
export function quantise(values: usize, words: usize, scales: usize, k: i32, rows: i32): void {
  const ld = <usize>rows << 2;
  for (const end = values + ld; values < end; values += 32, words += 32, scales += 32) {
    quantiseFour(values, words, scales, ld, k);
    quantiseFour(values + 16, words + 16, scales + 16, ld, k);
  }
}

@inline
function quantiseFour(values: usize, words: usize, scales: usize, ld: usize, k: i32): void {
  const last = values + ld * (k - 1);
  // As whole numbers, sizes of floats are ordered alike, with NaN above all.
  let most = f32x4.splat(LEAST);
  const size = i32x4.splat(0x7fffffff);
  let at = values;
  for (; at < last; at += ld << 1) {
    const one = v128.and(size, v128.load(at)), other = v128.and(size, v128.load(at + ld));
    most = i32x4.max_s(most, i32x4.max_s(one, other));
  }
  if (at == last) most = i32x4.max_s(most, v128.and(size, v128.load(at)));
  v128.store(scales, f32x4.mul(most, f32x4.splat(1.0 / MOST_VALUE)));
  const scale = f32x4.div(f32x4.splat(MOST_VALUE), most);
  for (at = values; at < last; at += ld << 1, words += ld) {
    const below = wholes(v128.load(at), scale), above = wholes(v128.load(at + ld), scale);
    v128.store(words, evenOdd(below, i32x4.shl(above, 16)));
  }
  if (at == last) v128.store(words, evenOdd(wholes(v128.load(at), scale), i32x4.splat(0)));
}

/** The lower half of each word from one, the upper from the other. */
@inline
function evenOdd(one: v128, other: v128): v128 {
  return i8x16.shuffle(one, other, 0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30, 31);
}

@inline
function wholes(x: v128, scale: v128): v128 {
  return f32x4.add(f32x4.mul(x, scale), f32x4.splat(ROUNDER));
}
