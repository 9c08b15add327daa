/**
 * C [m, n] = A Bᵀ (+ C) with A [m, k], B [n, k]: the gradient of a layer's
 * input, dX = dY Wᵀ.
 *
 * Rows of B are transposed four by four in registers, after which the tile is
 * that of `gemm`, and so is the order of the additions:
 *
 *   B  j    | b00 b01 b02 b03 |        | b00 b10 b20 b30 |   p
 *      j+1  | b10 b11 b12 b13 |   ->   | b01 b11 b21 b31 |   p+1
 *      j+2  | b20 b21 b22 b23 |        | b02 b12 b22 b32 |   p+2
 *      j+3  | b30 b31 b32 b33 |        | b03 b13 b23 b33 |   p+3
 *
 * For a batch, a panel of 8 columns of Bᵀ is laid out once and serves all rows
 * of A. It lies in the last 8 rows of C, which are computed last:
 *
 *   C  +--------------------------------+
 *      | m - 8 rows, 8 columns at a time |
 *      +--------------------------------+
 *      | 8 n floats: panel [<= n, 8]     |
 *      +--------------------------------+
 */

import { gemm, strip8 } from "./gemm";
import { high, highPair, low, lowPair, mac, splat, start, startPart, storePart } from "./lanes";

/** The deepest panel: 8 x 128 floats are 4 KiB. */
const PANEL_DEPTH: i32 = 128;

export function gemmNt(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // One column of A, one of B: an outer product, and B is a row already.
  if (k == 1 && n > 1) return gemm(a, b, c, m, n, 1, accumulate);
  const ld = <usize>k << 2;
  const ldc = <usize>n << 2;
  let rows = 0, columns = 0;
  if (!accumulate && m >= 16 && n >= 16 && k > 0) {
    rows = m - 8;
    columns = n & ~7;
    memory.fill(c, 0, ldc * rows);
    panels(a, ld, b, c, ldc, rows, columns, k, min(PANEL_DEPTH, n));
    tiles(a, ld, b + ld * columns, c + (<usize>columns << 2), ldc, rows, n - columns, k, 0);
  }
  tiles(a + ld * rows, ld, b, c + ldc * rows, ldc, m - rows, n, k, accumulate);
}

/** `rows` rows of the first `columns` columns of C, with panels behind them. */
function panels(
  a: usize, ld: usize, b: usize, c: usize, ldc: usize,
  rows: i32, columns: i32, k: i32, deepest: i32,
): void {
  const panel = c + ldc * rows;
  for (let j = 0; j < columns; j += 8, b += ld << 3, c += 32) {
    for (let p = 0; p < k; p += deepest) {
      const depth = min(deepest, k - p);
      const at = <usize>p << 2;
      transpose(b + at, ld, panel, depth);
      transpose(b + at + (ld << 2), ld, panel + 16, depth);
      strip8(a + at, ld, panel, 32, c, ldc, rows, depth);
    }
  }
}

/** Four rows of B, `depth` floats each, to every other vector of the panel. */
function transpose(b0: usize, ld: usize, panel: usize, depth: i32): void {
  let b1 = b0 + ld, b2 = b1 + ld, b3 = b2 + ld;
  let p = 0;
  for (; p + 4 <= depth; p += 4, panel += 128) {
    const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const l01 = low(r0, r1), l23 = low(r2, r3), h01 = high(r0, r1), h23 = high(r2, r3);
    v128.store(panel, lowPair(l01, l23));
    v128.store(panel, highPair(l01, l23), 32);
    v128.store(panel, lowPair(h01, h23), 64);
    v128.store(panel, highPair(h01, h23), 96);
    b0 += 16; b1 += 16; b2 += 16; b3 += 16;
  }
  for (; p < depth; p++, panel += 32) {
    v128.store(panel, gather(b0, b1, b2, b3));
    b0 += 4; b1 += 4; b2 += 4; b3 += 4;
  }
}

/** One float of each of four rows of B. */
@inline
function gather(b0: usize, b1: usize, b2: usize, b3: usize): v128 {
  const one = v128.load32_lane(b1, v128.load32_zero(b0), 1);
  return v128.load32_lane(b3, v128.load32_lane(b2, one, 2), 3);
}

/** `m` rows and `n` columns of C without a panel. */
function tiles(
  a: usize, ld: usize, b: usize, c: usize, ldc: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  for (let j = 0; j < n; j += 4, b += ld << 2, c += 16) {
    const columns = min(4, n - j);
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      tile4(a + ld * i, ld, b, c + ldc * i, ldc, columns, k, accumulate);
    }
    for (; i < m; i++) tile1(a + ld * i, ld, b, c + ldc * i, columns, k, accumulate);
  }
}

/** 4 rows x 4 columns of C; rows of B beyond `columns` repeat the last one. */
function tile4(
  a0: usize, ld: usize, b0: usize, c: usize, ldc: usize, columns: i32, k: i32, accumulate: i32,
): void {
  let b1 = b0 + (columns > 1 ? ld : 0), b2 = b1 + (columns > 2 ? ld : 0);
  let b3 = b2 + (columns > 3 ? ld : 0);
  let a1 = a0 + ld, a2 = a1 + ld, a3 = a2 + ld;
  const c1 = c + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
  const whole = columns == 4;
  let s0 = whole ? start(c, accumulate) : startPart(c, columns, accumulate);
  let s1 = whole ? start(c1, accumulate) : startPart(c1, columns, accumulate);
  let s2 = whole ? start(c2, accumulate) : startPart(c2, columns, accumulate);
  let s3 = whole ? start(c3, accumulate) : startPart(c3, columns, accumulate);
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const l01 = low(r0, r1), l23 = low(r2, r3), h01 = high(r0, r1), h23 = high(r2, r3);
    let t = lowPair(l01, l23);
    s0 = mac(s0, splat(a0, 0), t); s1 = mac(s1, splat(a1, 0), t);
    s2 = mac(s2, splat(a2, 0), t); s3 = mac(s3, splat(a3, 0), t);
    t = highPair(l01, l23);
    s0 = mac(s0, splat(a0, 4), t); s1 = mac(s1, splat(a1, 4), t);
    s2 = mac(s2, splat(a2, 4), t); s3 = mac(s3, splat(a3, 4), t);
    t = lowPair(h01, h23);
    s0 = mac(s0, splat(a0, 8), t); s1 = mac(s1, splat(a1, 8), t);
    s2 = mac(s2, splat(a2, 8), t); s3 = mac(s3, splat(a3, 8), t);
    t = highPair(h01, h23);
    s0 = mac(s0, splat(a0, 12), t); s1 = mac(s1, splat(a1, 12), t);
    s2 = mac(s2, splat(a2, 12), t); s3 = mac(s3, splat(a3, 12), t);
    a0 += 16; a1 += 16; a2 += 16; a3 += 16;
    b0 += 16; b1 += 16; b2 += 16; b3 += 16;
  }
  for (; p < k; p++) {
    const t = gather(b0, b1, b2, b3);
    s0 = mac(s0, splat(a0, 0), t); s1 = mac(s1, splat(a1, 0), t);
    s2 = mac(s2, splat(a2, 0), t); s3 = mac(s3, splat(a3, 0), t);
    a0 += 4; a1 += 4; a2 += 4; a3 += 4;
    b0 += 4; b1 += 4; b2 += 4; b3 += 4;
  }
  if (whole) {
    v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
  } else {
    storePart(c, s0, columns); storePart(c1, s1, columns);
    storePart(c2, s2, columns); storePart(c3, s3, columns);
  }
}

/** 1 row x 4 columns of C. */
function tile1(
  a: usize, ld: usize, b0: usize, c: usize, columns: i32, k: i32, accumulate: i32,
): void {
  let b1 = b0 + (columns > 1 ? ld : 0), b2 = b1 + (columns > 2 ? ld : 0);
  let b3 = b2 + (columns > 3 ? ld : 0);
  let s = columns == 4 ? start(c, accumulate) : startPart(c, columns, accumulate);
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    const r0 = v128.load(b0), r1 = v128.load(b1), r2 = v128.load(b2), r3 = v128.load(b3);
    const l01 = low(r0, r1), l23 = low(r2, r3), h01 = high(r0, r1), h23 = high(r2, r3);
    s = mac(s, splat(a, 0), lowPair(l01, l23));
    s = mac(s, splat(a, 4), highPair(l01, l23));
    s = mac(s, splat(a, 8), lowPair(h01, h23));
    s = mac(s, splat(a, 12), highPair(h01, h23));
    a += 16; b0 += 16; b1 += 16; b2 += 16; b3 += 16;
  }
  for (; p < k; p++) {
    s = mac(s, splat(a, 0), gather(b0, b1, b2, b3));
    a += 4; b0 += 4; b1 += 4; b2 += 4; b3 += 4;
  }
  if (columns == 4) v128.store(c, s);
  else storePart(c, s, columns);
}
