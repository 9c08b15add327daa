/**
 * C [m, n] = A [m, k] B [k, n] (+ C).
 *
 * Every element of C is the same chain of single multiplications and additions,
 *
 *   c = c0;  for p = 0 .. k-1:  c = c + a[i,p] * b[p,j]     (c0 = 0, or C to accumulate)
 *
 * so its bits depend on its row of A and its column of B alone: not on m, not
 * on the tile that it falls in, not on the lane. Stopping a chain, storing c
 * and going on later changes nothing: blocking over k is free.
 *
 * A chain starts from C in memory and ends there, in neighbouring vectors: so
 * V8 can join two of them into one of 256 bits, where it is told to.
 *
 *             B   j .. j+8                 one tile: 4 rows x 8 columns of C in
 *               +---------+                8 registers, 2 for B, 1 for a[i,p].
 *             k | | | | | |                The strip of B stays in the cache
 *               +---------+                while all rows of A go by.
 *      A  k                   C  j .. j+8
 *   i +------+             i +---------+
 *     |------|  broadcast    |  tile   |
 * i+3 +------+           i+3 +---------+
 */

import { gemmNt } from "./gemm_nt";
import { row } from "./gemv";
import { loadPart, mac, splat, storePart } from "./lanes";

export function gemm(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // A column of C is a row of Cᵀ = Bᵀ Aᵀ, and both are contiguous.
  if (n == 1) return gemmNt(b, a, c, 1, m, k, accumulate);
  // A tile of fewer than four rows would do the work of four.
  if (m < 4) {
    for (let i = 0; i < m; i++, a += <usize>k << 2, c += <usize>n << 2) {
      row(a, b, c, n, k, accumulate);
    }
    return;
  }
  if (!accumulate) memory.fill(c, 0, <usize>m * n << 2);
  const lda = <usize>k << 2;
  const ldb = <usize>n << 2;
  let j = 0;
  for (; j + 8 <= n; j += 8, b += 32, c += 32) strip8(a, lda, b, ldb, c, ldb, m, k);
  if (j + 4 <= n) {
    strip4(a, lda, b, c, ldb, m, k);
    j += 4, b += 16, c += 16;
  }
  if (j < n) stripPart(a, lda, b, c, ldb, n - j, m, k);
}

/**
 * Adds to 8 columns of C: A rows `lda` bytes apart, B rows `ldb`, C rows `ldc`.
 * The last tile repeats its last row where fewer than 4 are left.
 */
export function strip8(
  a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, rows: i32, k: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i, a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0), a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldc * i, c1 = c0 + (i + 1 < rows ? ldc : 0);
    const c2 = c1 + (i + 2 < rows ? ldc : 0), c3 = c2 + (i + 3 < rows ? ldc : 0);
    let s00 = v128.load(c0), s01 = v128.load(c0, 16), s10 = v128.load(c1), s11 = v128.load(c1, 16);
    let s20 = v128.load(c2), s21 = v128.load(c2, 16), s30 = v128.load(c3), s31 = v128.load(c3, 16);
    const end = a0 + (<usize>k << 2);
    for (let y = b; a0 < end; y += ldb) {
      const b0 = v128.load(y), b1 = v128.load(y, 16);
      let x = splat(a0, 0); s00 = mac(s00, x, b0); s01 = mac(s01, x, b1);
      x = splat(a1, 0); s10 = mac(s10, x, b0); s11 = mac(s11, x, b1);
      x = splat(a2, 0); s20 = mac(s20, x, b0); s21 = mac(s21, x, b1);
      x = splat(a3, 0); s30 = mac(s30, x, b0); s31 = mac(s31, x, b1);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
    }
    v128.store(c0, s00); v128.store(c0, s01, 16);
    v128.store(c1, s10); v128.store(c1, s11, 16);
    v128.store(c2, s20); v128.store(c2, s21, 16);
    v128.store(c3, s30); v128.store(c3, s31, 16);
  }
}

/** 4 columns of C. */
function strip4(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, rows: i32, k: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i, a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0), a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldb * i, c1 = c0 + (i + 1 < rows ? ldb : 0);
    const c2 = c1 + (i + 2 < rows ? ldb : 0), c3 = c2 + (i + 3 < rows ? ldb : 0);
    let s0 = v128.load(c0), s1 = v128.load(c1), s2 = v128.load(c2), s3 = v128.load(c3);
    const end = a0 + (<usize>k << 2);
    for (let y = b; a0 < end; y += ldb) {
      const b0 = v128.load(y);
      s0 = mac(s0, splat(a0, 0), b0); s1 = mac(s1, splat(a1, 0), b0);
      s2 = mac(s2, splat(a2, 0), b0); s3 = mac(s3, splat(a3, 0), b0);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
    }
    v128.store(c0, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
  }
}

/** The last 1 to 3 columns of C. */
function stripPart(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, columns: i32,
  rows: i32, k: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    let a0 = a + lda * i, a1 = a0 + (i + 1 < rows ? lda : 0);
    let a2 = a1 + (i + 2 < rows ? lda : 0), a3 = a2 + (i + 3 < rows ? lda : 0);
    const c0 = c + ldb * i, c1 = c0 + (i + 1 < rows ? ldb : 0);
    const c2 = c1 + (i + 2 < rows ? ldb : 0), c3 = c2 + (i + 3 < rows ? ldb : 0);
    let s0 = loadPart(c0, columns), s1 = loadPart(c1, columns);
    let s2 = loadPart(c2, columns), s3 = loadPart(c3, columns);
    const end = a0 + (<usize>k << 2);
    for (let y = b; a0 < end; y += ldb) {
      const b0 = loadPart(y, columns);
      s0 = mac(s0, splat(a0, 0), b0); s1 = mac(s1, splat(a1, 0), b0);
      s2 = mac(s2, splat(a2, 0), b0); s3 = mac(s3, splat(a3, 0), b0);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
    }
    storePart(c0, s0, columns); storePart(c1, s1, columns);
    storePart(c2, s2, columns); storePart(c3, s3, columns);
  }
}
