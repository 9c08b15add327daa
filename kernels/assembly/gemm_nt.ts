/**
 * C [m, n] = A Bᵀ (+ C) with A [m, k], B [n, k]: the gradient of a layer's
 * input, dX = dY Wᵀ.
 *
 * Four rows of B, four floats each, are transposed in registers, after which
 * the tile is that of `gemm`, and so is the order of the additions:
 *
 *   B  j    | b00 b01 b02 b03 |        t0 = | b00 b10 b20 b30 |   p
 *      j+1  | b10 b11 b12 b13 |   ->   t1 = | b01 b11 b21 b31 |   p+1
 *      j+2  | b20 b21 b22 b23 |        t2 = | b02 b12 b22 b32 |   p+2
 *      j+3  | b30 b31 b32 b33 |        t3 = | b03 b13 b23 b33 |   p+3
 */

import { gemm } from "./gemm";
import { start, startPart, storePart } from "./lanes";

export function gemmNt(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // One column of A, one of B: an outer product, and B is a row already.
  if (k == 1 && n > 1) return gemm(a, b, c, m, n, 1, accumulate);
  const ld = <usize>k << 2;
  const ldc = <usize>n << 2;
  for (let j = 0; j < n; j += 4) {
    const columns = min(4, n - j);
    let i = 0;
    for (; i + 8 <= m; i += 8) tile8(a + ld * i, ld, b, c + ldc * i, ldc, columns, k, accumulate);
    for (; i < m; i++) tile1(a + ld * i, ld, b, c + ldc * i, columns, k, accumulate);
    b += ld << 2;
    c += 16;
  }
}

@inline
function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

@inline
function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

@inline
function lowPair(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

@inline
function highPair(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}

/** One float of each of the four rows of B: the columns where k is not a multiple of 4. */
@inline
function gather(b0: usize, b1: usize, b2: usize, b3: usize): v128 {
  const one = v128.load32_lane(b1, v128.load32_zero(b0), 1);
  return v128.load32_lane(b3, v128.load32_lane(b2, one, 2), 3);
}

/** 8 rows x 4 columns of C; rows of B beyond `columns` repeat the last one. */
function tile8(
  a: usize, ld: usize, b: usize, c: usize, ldc: usize, columns: i32, k: i32, accumulate: i32,
): void {
  let b0 = b;
  let b1 = b0 + (columns > 1 ? ld : 0);
  let b2 = b1 + (columns > 2 ? ld : 0);
  let b3 = b2 + (columns > 3 ? ld : 0);
  let a0 = a, a1 = a0 + ld, a2 = a1 + ld, a3 = a2 + ld;
  let a4 = a3 + ld, a5 = a4 + ld, a6 = a5 + ld, a7 = a6 + ld;
  const c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
  const c4 = c3 + ldc, c5 = c4 + ldc, c6 = c5 + ldc, c7 = c6 + ldc;
  let s0: v128, s1: v128, s2: v128, s3: v128, s4: v128, s5: v128, s6: v128, s7: v128;
  if (columns == 4) {
    s0 = start(c, accumulate); s1 = start(c1, accumulate);
    s2 = start(c2, accumulate); s3 = start(c3, accumulate);
    s4 = start(c4, accumulate); s5 = start(c5, accumulate);
    s6 = start(c6, accumulate); s7 = start(c7, accumulate);
  } else {
    s0 = startPart(c, columns, accumulate); s1 = startPart(c1, columns, accumulate);
    s2 = startPart(c2, columns, accumulate); s3 = startPart(c3, columns, accumulate);
    s4 = startPart(c4, columns, accumulate); s5 = startPart(c5, columns, accumulate);
    s6 = startPart(c6, columns, accumulate); s7 = startPart(c7, columns, accumulate);
  }
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const l01 = low(r0, r1), l23 = low(r2, r3), h01 = high(r0, r1), h23 = high(r2, r3);
    const t0 = lowPair(l01, l23), t1 = highPair(l01, l23);
    const t2 = lowPair(h01, h23), t3 = highPair(h01, h23);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0), t0));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1), t0));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2), t0));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3), t0));
    s4 = f32x4.add(s4, f32x4.mul(v128.load_splat<f32>(a4), t0));
    s5 = f32x4.add(s5, f32x4.mul(v128.load_splat<f32>(a5), t0));
    s6 = f32x4.add(s6, f32x4.mul(v128.load_splat<f32>(a6), t0));
    s7 = f32x4.add(s7, f32x4.mul(v128.load_splat<f32>(a7), t0));
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0, 4), t1));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1, 4), t1));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2, 4), t1));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3, 4), t1));
    s4 = f32x4.add(s4, f32x4.mul(v128.load_splat<f32>(a4, 4), t1));
    s5 = f32x4.add(s5, f32x4.mul(v128.load_splat<f32>(a5, 4), t1));
    s6 = f32x4.add(s6, f32x4.mul(v128.load_splat<f32>(a6, 4), t1));
    s7 = f32x4.add(s7, f32x4.mul(v128.load_splat<f32>(a7, 4), t1));
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0, 8), t2));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1, 8), t2));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2, 8), t2));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3, 8), t2));
    s4 = f32x4.add(s4, f32x4.mul(v128.load_splat<f32>(a4, 8), t2));
    s5 = f32x4.add(s5, f32x4.mul(v128.load_splat<f32>(a5, 8), t2));
    s6 = f32x4.add(s6, f32x4.mul(v128.load_splat<f32>(a6, 8), t2));
    s7 = f32x4.add(s7, f32x4.mul(v128.load_splat<f32>(a7, 8), t2));
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0, 12), t3));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1, 12), t3));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2, 12), t3));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3, 12), t3));
    s4 = f32x4.add(s4, f32x4.mul(v128.load_splat<f32>(a4, 12), t3));
    s5 = f32x4.add(s5, f32x4.mul(v128.load_splat<f32>(a5, 12), t3));
    s6 = f32x4.add(s6, f32x4.mul(v128.load_splat<f32>(a6, 12), t3));
    s7 = f32x4.add(s7, f32x4.mul(v128.load_splat<f32>(a7, 12), t3));
    a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16; a6 += 16; a7 += 16;
    b0 += 16; b1 += 16; b2 += 16; b3 += 16;
  }
  for (; p < k; p++) {
    const t = gather(b0, b1, b2, b3);
    s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0), t));
    s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1), t));
    s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2), t));
    s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3), t));
    s4 = f32x4.add(s4, f32x4.mul(v128.load_splat<f32>(a4), t));
    s5 = f32x4.add(s5, f32x4.mul(v128.load_splat<f32>(a5), t));
    s6 = f32x4.add(s6, f32x4.mul(v128.load_splat<f32>(a6), t));
    s7 = f32x4.add(s7, f32x4.mul(v128.load_splat<f32>(a7), t));
    a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4; a6 += 4; a7 += 4;
    b0 += 4; b1 += 4; b2 += 4; b3 += 4;
  }
  if (columns == 4) {
    v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
    v128.store(c4, s4); v128.store(c5, s5); v128.store(c6, s6); v128.store(c7, s7);
  } else {
    storePart(c, s0, columns); storePart(c1, s1, columns);
    storePart(c2, s2, columns); storePart(c3, s3, columns);
    storePart(c4, s4, columns); storePart(c5, s5, columns);
    storePart(c6, s6, columns); storePart(c7, s7, columns);
  }
}

/** 1 row x 4 columns of C. */
function tile1(
  a: usize, ld: usize, b: usize, c: usize, columns: i32, k: i32, accumulate: i32,
): void {
  let b0 = b;
  let b1 = b0 + (columns > 1 ? ld : 0);
  let b2 = b1 + (columns > 2 ? ld : 0);
  let b3 = b2 + (columns > 3 ? ld : 0);
  let s = columns == 4 ? start(c, accumulate) : startPart(c, columns, accumulate);
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const l01 = low(r0, r1), l23 = low(r2, r3), h01 = high(r0, r1), h23 = high(r2, r3);
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a), lowPair(l01, l23)));
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a, 4), highPair(l01, l23)));
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a, 8), lowPair(h01, h23)));
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a, 12), highPair(h01, h23)));
    a += 16; b0 += 16; b1 += 16; b2 += 16; b3 += 16;
  }
  for (; p < k; p++) {
    s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(a), gather(b0, b1, b2, b3)));
    a += 4; b0 += 4; b1 += 4; b2 += 4; b3 += 4;
  }
  if (columns == 4) v128.store(c, s);
  else storePart(c, s, columns);
}
