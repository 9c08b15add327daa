/**
 * C [m, n] = A [m, k] B [k, n] (+ C).
 *
 * Every element of C is the same chain of single additions, p = 0 .. k-1:
 *
 *   c = c0; c = c + a[i,p] * b[p,j]; ...        (c0 = 0, or C when it accumulates)
 *
 * so its bits depend on its row of A and its column of B alone: not on m, not
 * on the tile that it falls in, not on the lane. Stopping the chain, storing c
 * and going on later changes nothing, which is what makes blocking over k free.
 *
 *             B   j .. j+8                 one tile: 4 rows x 8 columns of C in
 *               +---------+                8 registers, 2 for B, 1 for a[i,p];
 *             k | | | | | |                B's strip stays in the first cache
 *               +---------+                while the rows of a block go by
 *      A  k                   C  j .. j+8
 *   i +------+             i +---------+
 *     |------|  broadcast    | tile    |
 * i+3 +------+           i+3 +---------+
 */

import { loadPart, start, startPart, storePart } from "./lanes";
import { gemmNt } from "./gemm_nt";

/** Rows of A that pass one strip of B before the next strip. */
const ROW_BLOCK: i32 = 32;

export function gemm(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // A column of C is a row of Cᵀ = Bᵀ Aᵀ, and both are contiguous.
  if (n == 1) return gemmNt(b, a, c, 1, m, k, accumulate);
  if (m == 1) return row(a, b, c, n, k, accumulate);
  const lda = <usize>k << 2;
  const ldb = <usize>n << 2;
  for (let i = 0; i < m; i += ROW_BLOCK) {
    const rows = min(ROW_BLOCK, m - i);
    let j = 0;
    for (; j + 8 <= n; j += 8) strip8(a, lda, b + (j << 2), c + (j << 2), ldb, rows, k, accumulate);
    if (j + 4 <= n) {
      strip4(a, lda, b + (j << 2), c + (j << 2), ldb, rows, k, accumulate);
      j += 4;
    }
    if (j < n) stripPart(a, lda, b + (j << 2), c + (j << 2), ldb, n - j, rows, k, accumulate);
    a += lda * rows;
    c += ldb * rows;
  }
}

/** 8 columns of C. The last tile repeats its last row where fewer than 4 are left. */
function strip8(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, rows: i32, k: i32, accumulate: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i;
    let a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0);
    let a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldb * i;
    const c1 = c0 + (i + 1 < rows ? ldb : 0);
    const c2 = c1 + (i + 2 < rows ? ldb : 0);
    const c3 = c2 + (i + 3 < rows ? ldb : 0);
    let s00 = start(c0, accumulate), s01 = start(c0 + 16, accumulate);
    let s10 = start(c1, accumulate), s11 = start(c1 + 16, accumulate);
    let s20 = start(c2, accumulate), s21 = start(c2 + 16, accumulate);
    let s30 = start(c3, accumulate), s31 = start(c3 + 16, accumulate);
    let at = b;
    const end = a0 + (<usize>k << 2);
    while (a0 < end) {
      const b0 = v128.load(at), b1 = v128.load(at, 16);
      const x0 = v128.load_splat<f32>(a0);
      s00 = f32x4.add(s00, f32x4.mul(x0, b0));
      s01 = f32x4.add(s01, f32x4.mul(x0, b1));
      const x1 = v128.load_splat<f32>(a1);
      s10 = f32x4.add(s10, f32x4.mul(x1, b0));
      s11 = f32x4.add(s11, f32x4.mul(x1, b1));
      const x2 = v128.load_splat<f32>(a2);
      s20 = f32x4.add(s20, f32x4.mul(x2, b0));
      s21 = f32x4.add(s21, f32x4.mul(x2, b1));
      const x3 = v128.load_splat<f32>(a3);
      s30 = f32x4.add(s30, f32x4.mul(x3, b0));
      s31 = f32x4.add(s31, f32x4.mul(x3, b1));
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
      at += ldb;
    }
    v128.store(c0, s00); v128.store(c0, s01, 16);
    v128.store(c1, s10); v128.store(c1, s11, 16);
    v128.store(c2, s20); v128.store(c2, s21, 16);
    v128.store(c3, s30); v128.store(c3, s31, 16);
  }
}

/** 4 columns of C. */
function strip4(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, rows: i32, k: i32, accumulate: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i;
    let a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0);
    let a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldb * i;
    const c1 = c0 + (i + 1 < rows ? ldb : 0);
    const c2 = c1 + (i + 2 < rows ? ldb : 0);
    const c3 = c2 + (i + 3 < rows ? ldb : 0);
    let s0 = start(c0, accumulate), s1 = start(c1, accumulate);
    let s2 = start(c2, accumulate), s3 = start(c3, accumulate);
    let at = b;
    const end = a0 + (<usize>k << 2);
    while (a0 < end) {
      const b0 = v128.load(at);
      s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1), b0));
      s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2), b0));
      s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3), b0));
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
      at += ldb;
    }
    v128.store(c0, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
  }
}

/** The last 1 to 3 columns of C. */
function stripPart(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, columns: i32,
  rows: i32, k: i32, accumulate: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i;
    let a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0);
    let a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldb * i;
    const c1 = c0 + (i + 1 < rows ? ldb : 0);
    const c2 = c1 + (i + 2 < rows ? ldb : 0);
    const c3 = c2 + (i + 3 < rows ? ldb : 0);
    let s0 = startPart(c0, columns, accumulate), s1 = startPart(c1, columns, accumulate);
    let s2 = startPart(c2, columns, accumulate), s3 = startPart(c3, columns, accumulate);
    let at = b;
    const end = a0 + (<usize>k << 2);
    while (a0 < end) {
      const b0 = loadPart(at, columns);
      s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(a0), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(a1), b0));
      s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(a2), b0));
      s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(a3), b0));
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
      at += ldb;
    }
    storePart(c0, s0, columns); storePart(c1, s1, columns);
    storePart(c2, s2, columns); storePart(c3, s3, columns);
  }
}

/** One row of C: 32 columns at a time, so that 8 chains hide the latency of the adds. */
function row(a: usize, b: usize, c: usize, n: i32, k: i32, accumulate: i32): void {
  const ldb = <usize>n << 2;
  const end = a + (<usize>k << 2);
  let j = 0;
  for (; j + 32 <= n; j += 32, b += 128, c += 128) {
    let s0 = start(c, accumulate), s1 = start(c + 16, accumulate);
    let s2 = start(c + 32, accumulate), s3 = start(c + 48, accumulate);
    let s4 = start(c + 64, accumulate), s5 = start(c + 80, accumulate);
    let s6 = start(c + 96, accumulate), s7 = start(c + 112, accumulate);
    for (let x = a, at = b; x < end; x += 4, at += ldb) {
      const value = v128.load_splat<f32>(x);
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(at)));
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(at, 16)));
      s2 = f32x4.add(s2, f32x4.mul(value, v128.load(at, 32)));
      s3 = f32x4.add(s3, f32x4.mul(value, v128.load(at, 48)));
      s4 = f32x4.add(s4, f32x4.mul(value, v128.load(at, 64)));
      s5 = f32x4.add(s5, f32x4.mul(value, v128.load(at, 80)));
      s6 = f32x4.add(s6, f32x4.mul(value, v128.load(at, 96)));
      s7 = f32x4.add(s7, f32x4.mul(value, v128.load(at, 112)));
    }
    v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
    v128.store(c, s4, 64); v128.store(c, s5, 80); v128.store(c, s6, 96); v128.store(c, s7, 112);
  }
  for (; j + 4 <= n; j += 4, b += 16, c += 16) {
    let s = start(c, accumulate);
    for (let x = a, at = b; x < end; x += 4, at += ldb) {
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(x), v128.load(at)));
    }
    v128.store(c, s);
  }
  if (j < n) {
    let s = startPart(c, n - j, accumulate);
    for (let x = a, at = b; x < end; x += 4, at += ldb) {
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(x), loadPart(at, n - j)));
    }
    storePart(c, s, n - j);
  }
}
