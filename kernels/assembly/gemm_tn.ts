/**
 * C [m, n] = Aᵀ B (+ C) with A [k, m], B [k, n]: the gradient of a weight
 * matrix, the sum over the k rows of a batch of (column of A) x (row of B).
 *
 *        i..i+4            j..j+8                  j..j+8
 *   p +--|----|--+    p +--|------|--+       i   +--------+
 *     | 4 floats |      | 8 floats   |  ->       |  tile  |
 *   k +----------+    k +------------+       i+4 +--------+
 *
 * The order of the additions is that of `gemm`: p = 0 .. k-1.
 */

import { gemm } from "./gemm";
import { loadPart, mac, splat, storePart } from "./lanes";

/** Rows of a batch of which both strips stay in the first cache. */
const DEPTH_BLOCK: i32 = 64;

export function gemmTn(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // A single column, stored as a row: C (or Cᵀ) = bᵀ A.
  if (n == 1) return gemm(b, a, c, 1, m, k, accumulate);
  if (m == 1) return gemm(a, b, c, 1, n, k, accumulate);
  if (!accumulate) memory.fill(c, 0, <usize>m * n << 2);
  const lda = <usize>m << 2;
  const ldb = <usize>n << 2;
  for (let p = 0; p < k; p += DEPTH_BLOCK) {
    const depth = min(DEPTH_BLOCK, k - p);
    let j: usize = 0;
    for (; j + 32 <= ldb; j += 32) strip8(a, lda, b + j, ldb, c + j, m, depth);
    if (j + 16 <= ldb) {
      strip4(a, lda, b + j, ldb, c + j, m, depth);
      j += 16;
    }
    if (j < ldb) stripPart(a, lda, b + j, ldb, c + j, <i32>((ldb - j) >> 2), m, depth);
    a += lda * depth;
    b += ldb * depth;
  }
}

/** Adds to 8 columns of C, 4 rows at a time. */
function strip8(
  a: usize, lda: usize, b: usize, ldb: usize, c: usize, m: i32, k: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 16) {
    const c1 = c + ldb, c2 = c1 + ldb, c3 = c2 + ldb;
    let s00 = v128.load(c), s01 = v128.load(c, 16), s10 = v128.load(c1), s11 = v128.load(c1, 16);
    let s20 = v128.load(c2), s21 = v128.load(c2, 16), s30 = v128.load(c3), s31 = v128.load(c3, 16);
    for (let p = 0, at = a, y = b; p < k; p++, at += lda, y += ldb) {
      const b0 = v128.load(y), b1 = v128.load(y, 16);
      let x = splat(at, 0); s00 = mac(s00, x, b0); s01 = mac(s01, x, b1);
      x = splat(at, 4); s10 = mac(s10, x, b0); s11 = mac(s11, x, b1);
      x = splat(at, 8); s20 = mac(s20, x, b0); s21 = mac(s21, x, b1);
      x = splat(at, 12); s30 = mac(s30, x, b0); s31 = mac(s31, x, b1);
    }
    v128.store(c, s00); v128.store(c, s01, 16);
    v128.store(c1, s10); v128.store(c1, s11, 16);
    v128.store(c2, s20); v128.store(c2, s21, 16);
    v128.store(c3, s30); v128.store(c3, s31, 16);
    c = c3 + ldb;
  }
  for (; i < m; i++, a += 4, c += ldb) {
    let s0 = v128.load(c), s1 = v128.load(c, 16);
    for (let p = 0, at = a, y = b; p < k; p++, at += lda, y += ldb) {
      const x = splat(at, 0);
      s0 = mac(s0, x, v128.load(y)); s1 = mac(s1, x, v128.load(y, 16));
    }
    v128.store(c, s0); v128.store(c, s1, 16);
  }
}

/** 4 columns of C, 4 rows at a time. */
function strip4(
  a: usize, lda: usize, b: usize, ldb: usize, c: usize, m: i32, k: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 16) {
    const c1 = c + ldb, c2 = c1 + ldb, c3 = c2 + ldb;
    let s0 = v128.load(c), s1 = v128.load(c1), s2 = v128.load(c2), s3 = v128.load(c3);
    for (let p = 0, at = a, y = b; p < k; p++, at += lda, y += ldb) {
      const b0 = v128.load(y);
      s0 = mac(s0, splat(at, 0), b0); s1 = mac(s1, splat(at, 4), b0);
      s2 = mac(s2, splat(at, 8), b0); s3 = mac(s3, splat(at, 12), b0);
    }
    v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
    c = c3 + ldb;
  }
  for (; i < m; i++, a += 4, c += ldb) {
    let s = v128.load(c);
    for (let p = 0, at = a, y = b; p < k; p++, at += lda, y += ldb) {
      s = mac(s, splat(at, 0), v128.load(y));
    }
    v128.store(c, s);
  }
}

/** The last 1 to 3 columns of C, two rows at a time. */
function stripPart(
  a: usize, lda: usize, b: usize, ldb: usize, c: usize, columns: i32,
  m: i32, k: i32,
): void {
  for (let i = 0; i < m; i += 2, a += 8, c += ldb << 1) {
    const second = i + 1 < m;
    const c1 = second ? c + ldb : c;
    const a1: usize = second ? 4 : 0;
    let s0 = loadPart(c, columns), s1 = loadPart(c1, columns);
    for (let p = 0, at = a, y = b; p < k; p++, at += lda, y += ldb) {
      const b0 = loadPart(y, columns);
      s0 = mac(s0, splat(at, 0), b0); s1 = mac(s1, splat(at, a1), b0);
    }
    storePart(c, s0, columns); storePart(c1, s1, columns);
  }
}
