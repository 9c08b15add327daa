/**
 * One row of C = A B (+ C): a single observation through a layer.
 *
 *   A  | a0 | a1 | ... | a(k-1) |
 *   B  rows of n floats, of which 32 columns = 2 cache lines are read at a time
 *
 * Eight chains of four lanes hide the latency of the additions. The chain of an
 * element is that of `gemm`, hence the same bits as in a batch.
 */

import { loadPart, mac, splat, start, startPart, storePart } from "./lanes";

export function row(a: usize, b: usize, c: usize, n: i32, k: i32, accumulate: i32): void {
  const ldb = <usize>n << 2;
  const end = a + (<usize>k << 2);
  let j = 0;
  for (; j + 32 <= n; j += 32, b += 128, c += 128) row32(a, end, b, ldb, c, accumulate);
  for (; j + 4 <= n; j += 4, b += 16, c += 16) {
    let s = start(c, accumulate);
    for (let x = a, y = b; x < end; x += 4, y += ldb) s = mac(s, splat(x, 0), v128.load(y));
    v128.store(c, s);
  }
  if (j == n) return;
  let s = startPart(c, n - j, accumulate);
  for (let x = a, y = b; x < end; x += 4, y += ldb) s = mac(s, splat(x, 0), loadPart(y, n - j));
  storePart(c, s, n - j);
}

/** 32 columns of C. */
function row32(a: usize, end: usize, b: usize, ldb: usize, c: usize, accumulate: i32): void {
  let s0 = start(c, accumulate), s1 = start(c + 16, accumulate);
  let s2 = start(c + 32, accumulate), s3 = start(c + 48, accumulate);
  let s4 = start(c + 64, accumulate), s5 = start(c + 80, accumulate);
  let s6 = start(c + 96, accumulate), s7 = start(c + 112, accumulate);
  for (; a < end; a += 4, b += ldb) {
    const x = splat(a, 0);
    s0 = mac(s0, x, v128.load(b)); s1 = mac(s1, x, v128.load(b, 16));
    s2 = mac(s2, x, v128.load(b, 32)); s3 = mac(s3, x, v128.load(b, 48));
    s4 = mac(s4, x, v128.load(b, 64)); s5 = mac(s5, x, v128.load(b, 80));
    s6 = mac(s6, x, v128.load(b, 96)); s7 = mac(s7, x, v128.load(b, 112));
  }
  v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
  v128.store(c, s4, 64); v128.store(c, s5, 80); v128.store(c, s6, 96); v128.store(c, s7, 112);
}
