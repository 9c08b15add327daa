/**
 * C [n, rows] = Bᵀ X + bias: weights B [k, n] times columns X [k, rows], with
 * particles in the lanes.
 *
 *        B  j .. j+5             X  r .. r+8           C  r .. r+8
 *        +---------+             +---------+        j  +---------+
 *      k | | | | | |           k | 4  | 4  |           |  tile   |
 *        +---------+             +---------+       j+5 +---------+
 *
 * A tile is 5 outputs of 8 particles: 10 sums, 2 vectors of X and one weight in
 * all lanes make 14 of 16 registers, at 7 loads for 10 multiply-adds. Few loads
 * matter: some engines check the bounds of every one. All loads of a step share two
 * pointers, and loads of the bias have the same offsets as those of the
 * weights, so that an engine computes the bounds once, before the loop.
 */

import { mac } from "./lanes";

/** Each element is one chain over k from first to last, starting from the bias. */
export function denseFloat(
  b: usize, bias: usize, n: i32, x: usize, c: usize, rows: i32, k: i32,
): void {
  const ldb = <usize>n << 2, ld = <usize>rows << 2;
  let j = 0;
  for (; j + 5 <= n; j += 5, b += 20, bias += 20, c += ld * 5) {
    for (let r: usize = 0; r < ld; r += 32) {
      let s0 = v128.load_splat<f32>(bias), s1 = v128.load_splat<f32>(bias, 4);
      let s2 = v128.load_splat<f32>(bias, 8), s3 = v128.load_splat<f32>(bias, 12);
      let s4 = v128.load_splat<f32>(bias, 16);
      let t0 = s0, t1 = s1, t2 = s2, t3 = s3, t4 = s4;
      let q = b, p = x + r;
      for (const end = p + ld * k; p < end; p += ld, q += ldb) {
        const u = v128.load(p), v = v128.load(p, 16);
        let w = v128.load_splat<f32>(q); s0 = mac(s0, w, u); t0 = mac(t0, w, v);
        w = v128.load_splat<f32>(q, 4); s1 = mac(s1, w, u); t1 = mac(t1, w, v);
        w = v128.load_splat<f32>(q, 8); s2 = mac(s2, w, u); t2 = mac(t2, w, v);
        w = v128.load_splat<f32>(q, 12); s3 = mac(s3, w, u); t3 = mac(t3, w, v);
        w = v128.load_splat<f32>(q, 16); s4 = mac(s4, w, u); t4 = mac(t4, w, v);
      }
      storeTile(c + r, ld, s0, s1, s2, s3, s4, t0, t1, t2, t3, t4);
    }
  }
  for (; j < n; j++, b += 4, bias += 4, c += ld) {
    for (let r: usize = 0; r < ld; r += 32) {
      let s = v128.load_splat<f32>(bias), t = s;
      let q = b, p = x + r;
      for (const end = p + ld * k; p < end; p += ld, q += ldb) {
        const w = v128.load_splat<f32>(q);
        s = mac(s, w, v128.load(p)); t = mac(t, w, v128.load(p, 16));
      }
      v128.store(c + r, s); v128.store(c + r, t, 16);
    }
  }
}

/**
 * The same in whole numbers: a 32-bit word of B and of X holds two 16-bit
 * factors, for k = 2 p and 2 p + 1; `pairs` counts words. Sums of 32 bits are
 * exact, so their order does not matter. They start from five `zeros`, where
 * floats start from the bias, and become floats in the end: a unit of the sum
 * is worth what a unit of the output's `columns` [n] and of the particle's
 * `scales` [rows] are. A particle with a NaN has the scale NaN.
 */
export function denseFixed(
  b: usize, zeros: usize, columns: usize, bias: usize, scales: usize, n: i32,
  x: usize, c: usize, rows: i32, pairs: i32,
): void {
  const ldb = <usize>n << 2, ld = <usize>rows << 2;
  let j = 0;
  for (; j + 5 <= n; j += 5, b += 20, columns += 20, bias += 20) {
    for (let r: usize = 0; r < ld; r += 32) {
      let s0 = v128.load_splat<i32>(zeros), s1 = v128.load_splat<i32>(zeros, 4);
      let s2 = v128.load_splat<i32>(zeros, 8), s3 = v128.load_splat<i32>(zeros, 12);
      let s4 = v128.load_splat<i32>(zeros, 16);
      let t0 = s0, t1 = s1, t2 = s2, t3 = s3, t4 = s4;
      let q = b, p = x + r;
      for (const end = p + ld * pairs; p < end; p += ld, q += ldb) {
        const u = v128.load(p), v = v128.load(p, 16);
        let w = v128.load_splat<i32>(q); s0 = dot(s0, w, u); t0 = dot(t0, w, v);
        w = v128.load_splat<i32>(q, 4); s1 = dot(s1, w, u); t1 = dot(t1, w, v);
        w = v128.load_splat<i32>(q, 8); s2 = dot(s2, w, u); t2 = dot(t2, w, v);
        w = v128.load_splat<i32>(q, 12); s3 = dot(s3, w, u); t3 = dot(t3, w, v);
        w = v128.load_splat<i32>(q, 16); s4 = dot(s4, w, u); t4 = dot(t4, w, v);
      }
      const one = v128.load(scales + r), other = v128.load(scales + r, 16);
      const to = c + r;
      settle(to, one, other, s0, t0, columns, bias);
      settle(to + ld, one, other, s1, t1, columns + 4, bias + 4);
      settle(to + (ld << 1), one, other, s2, t2, columns + 8, bias + 8);
      settle(to + 3 * ld, one, other, s3, t3, columns + 12, bias + 12);
      settle(to + (ld << 2), one, other, s4, t4, columns + 16, bias + 16);
    }
    c += 5 * ld;
  }
  for (; j < n; j++, b += 4, columns += 4, bias += 4, c += ld) {
    for (let r: usize = 0; r < ld; r += 32) {
      let s = i32x4.splat(0), t = s;
      let q = b, p = x + r;
      for (const end = p + ld * pairs; p < end; p += ld, q += ldb) {
        const w = v128.load_splat<i32>(q);
        s = dot(s, w, v128.load(p)); t = dot(t, w, v128.load(p, 16));
      }
      settle(c + r, v128.load(scales + r), v128.load(scales + r, 16), s, t, columns, bias);
    }
  }
}

/** Eight sums of an output as floats, bias added. */
@inline
function settle(
  c: usize, one: v128, other: v128, s: v128, t: v128, column: usize, bias: usize,
): void {
  const unit = v128.load_splat<f32>(column), shift = v128.load_splat<f32>(bias);
  v128.store(c, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(s), f32x4.mul(one, unit)), shift));
  v128.store(c, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(t), f32x4.mul(other, unit)), shift), 16);
}

/** s + w0 x0 + w1 x1 in every lane. */
@inline
function dot(s: v128, w: v128, x: v128): v128 {
  return i32x4.add(s, i32x4.dot_i16x8_s(w, x));
}

@inline
function storeTile(
  c: usize, ld: usize, s0: v128, s1: v128, s2: v128, s3: v128, s4: v128,
  t0: v128, t1: v128, t2: v128, t3: v128, t4: v128,
): void {
  v128.store(c, s0); v128.store(c, t0, 16); c += ld;
  v128.store(c, s1); v128.store(c, t1, 16); c += ld;
  v128.store(c, s2); v128.store(c, t2, 16); c += ld;
  v128.store(c, s3); v128.store(c, t3, 16); c += ld;
  v128.store(c, s4); v128.store(c, t4, 16);
}
