/**
 * C [m, n] = Aᵀ B (+ C) with A [k, m], B [k, n]: the gradient of a weight
 * matrix, C = sum over the k rows of a batch of (column of A) x (row of B).
 *
 *        i..i+4            j..j+8                  j..j+8
 *   p +--|----|--+    p +--|------|--+       i   +--------+
 *     | 4 floats |      | 8 floats   |  ->       |  tile  |
 *   k +----------+    k +------------+       i+4 +--------+
 *
 * The order of the additions is that of `gemm`: p = 0 .. k-1.
 */

import { gemm } from "./gemm";
import { loadPart, start, startPart, storePart } from "./lanes";

/** Rows of the batch that both strips hold in the first cache at once. */
const DEPTH_BLOCK: i32 = 32;

export function gemmTn(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, accumulate: i32,
): void {
  // A single column, stored as a row: C (or Cᵀ) = bᵀ A.
  if (n == 1) return gemm(b, a, c, 1, m, k, accumulate);
  if (m == 1) return gemm(a, b, c, 1, n, k, accumulate);
  const lda = <usize>m << 2;
  const ldb = <usize>n << 2;
  let p = 0;
  do {
    const depth = min(DEPTH_BLOCK, k - p);
    let j = 0;
    for (; j + 8 <= n; j += 8) strip8(a, lda, b + (j << 2), c + (j << 2), ldb, m, depth, accumulate);
    if (j + 4 <= n) {
      strip4(a, lda, b + (j << 2), c + (j << 2), ldb, m, depth, accumulate);
      j += 4;
    }
    if (j < n) stripPart(a, lda, b + (j << 2), c + (j << 2), ldb, n - j, 0, m, depth, accumulate);
    a += lda * depth;
    b += ldb * depth;
    accumulate = 1;
    p += DEPTH_BLOCK;
  } while (p < k);
}

function strip8(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, m: i32, k: i32, accumulate: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const c1 = c + ldb, c2 = c1 + ldb, c3 = c2 + ldb;
    let s00 = start(c, accumulate), s01 = start(c + 16, accumulate);
    let s10 = start(c1, accumulate), s11 = start(c1 + 16, accumulate);
    let s20 = start(c2, accumulate), s21 = start(c2 + 16, accumulate);
    let s30 = start(c3, accumulate), s31 = start(c3 + 16, accumulate);
    let x = a + (<usize>i << 2);
    let y = b;
    for (let p = 0; p < k; p++) {
      const b0 = v128.load(y), b1 = v128.load(y, 16);
      const x0 = v128.load_splat<f32>(x);
      s00 = f32x4.add(s00, f32x4.mul(x0, b0));
      s01 = f32x4.add(s01, f32x4.mul(x0, b1));
      const x1 = v128.load_splat<f32>(x, 4);
      s10 = f32x4.add(s10, f32x4.mul(x1, b0));
      s11 = f32x4.add(s11, f32x4.mul(x1, b1));
      const x2 = v128.load_splat<f32>(x, 8);
      s20 = f32x4.add(s20, f32x4.mul(x2, b0));
      s21 = f32x4.add(s21, f32x4.mul(x2, b1));
      const x3 = v128.load_splat<f32>(x, 12);
      s30 = f32x4.add(s30, f32x4.mul(x3, b0));
      s31 = f32x4.add(s31, f32x4.mul(x3, b1));
      x += lda;
      y += ldb;
    }
    v128.store(c, s00); v128.store(c, s01, 16);
    v128.store(c1, s10); v128.store(c1, s11, 16);
    v128.store(c2, s20); v128.store(c2, s21, 16);
    v128.store(c3, s30); v128.store(c3, s31, 16);
    c = c3 + ldb;
  }
  if (i < m) {
    stripPart(a, lda, b, c, ldb, 4, i, m, k, accumulate);
    stripPart(a, lda, b + 16, c + 16, ldb, 4, i, m, k, accumulate);
  }
}

function strip4(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, m: i32, k: i32, accumulate: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const c1 = c + ldb, c2 = c1 + ldb, c3 = c2 + ldb;
    let s0 = start(c, accumulate), s1 = start(c1, accumulate);
    let s2 = start(c2, accumulate), s3 = start(c3, accumulate);
    let x = a + (<usize>i << 2);
    let y = b;
    for (let p = 0; p < k; p++) {
      const b0 = v128.load(y);
      s0 = f32x4.add(s0, f32x4.mul(v128.load_splat<f32>(x), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load_splat<f32>(x, 4), b0));
      s2 = f32x4.add(s2, f32x4.mul(v128.load_splat<f32>(x, 8), b0));
      s3 = f32x4.add(s3, f32x4.mul(v128.load_splat<f32>(x, 12), b0));
      x += lda;
      y += ldb;
    }
    v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
    c = c3 + ldb;
  }
  if (i < m) stripPart(a, lda, b, c, ldb, 4, i, m, k, accumulate);
}

/** `columns` (1 to 4) columns of the rows `i` to `m - 1` of C, row by row. */
function stripPart(
  a: usize, lda: usize, b: usize, c: usize, ldb: usize, columns: i32,
  i: i32, m: i32, k: i32, accumulate: i32,
): void {
  for (; i < m; i++, c += ldb) {
    let x = a + (<usize>i << 2);
    let y = b;
    let s = columns == 4 ? start(c, accumulate) : startPart(c, columns, accumulate);
    for (let p = 0; p < k; p++, x += lda, y += ldb) {
      const b0 = columns == 4 ? v128.load(y) : loadPart(y, columns);
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(x), b0));
    }
    if (columns == 4) v128.store(c, s);
    else storePart(c, s, columns);
  }
}
