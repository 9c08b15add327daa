/**
 * swish(x) = x / (1 + e^-x) (Ramachandran et al. 2017), sixteen numbers at a
 * time, with the steps of `exp` in `vector_math.ts`.
 *
 * An engine makes a constant vector anew wherever it is used, at the price of
 * several instructions; here every constant comes from a table in memory and
 * serves four vectors.
 *
 *   table   | -log2 e | widest | -widest | rounder | 2^f: highest power ... 1 |
 */

import { mac } from "./lanes";
import { LOG2_E, ROUNDER, WIDEST } from "./vector_math";

/** Writes the table of 11 floats that `swish` reads. */
export function swishTable(table: usize): void {
  store<f32>(table, -LOG2_E); store<f32>(table, WIDEST, 4);
  store<f32>(table, -WIDEST, 8); store<f32>(table, ROUNDER, 12);
  store<f32>(table, 0.00015345805, 16);
  store<f32>(table, 0.001339993, 20);
  store<f32>(table, 0.009618489, 24);
  store<f32>(table, 0.055503286, 28);
  store<f32>(table, 0.24022646, 32);
  store<f32>(table, 0.6931472, 36);
  store<f32>(table, 1.0, 40);
}

/** dst = swish(src); `count` is a multiple of 16. */
export function swish(src: usize, dst: usize, count: i32, table: usize): void {
  const end = src + (<usize>count << 2);
  for (; src < end; src += 64, dst += 64) {
    let a = v128.load(src), b = v128.load(src, 16), c = v128.load(src, 32), d = v128.load(src, 48);
    let k = v128.load_splat<f32>(table);
    a = f32x4.mul(a, k); b = f32x4.mul(b, k); c = f32x4.mul(c, k); d = f32x4.mul(d, k);
    k = v128.load_splat<f32>(table, 4);
    a = f32x4.pmin(k, a); b = f32x4.pmin(k, b); c = f32x4.pmin(k, c); d = f32x4.pmin(k, d);
    k = v128.load_splat<f32>(table, 8);
    a = f32x4.pmax(k, a); b = f32x4.pmax(k, b); c = f32x4.pmax(k, c); d = f32x4.pmax(k, d);
    k = v128.load_splat<f32>(table, 12);
    let e = f32x4.add(a, k), f = f32x4.add(b, k), g = f32x4.add(c, k), h = f32x4.add(d, k);
    a = f32x4.sub(a, f32x4.sub(e, k)); b = f32x4.sub(b, f32x4.sub(f, k)); c = f32x4.sub(c, f32x4.sub(g, k)); d = f32x4.sub(d, f32x4.sub(h, k));
    e = i32x4.shl(e, 23); f = i32x4.shl(f, 23); g = i32x4.shl(g, 23); h = i32x4.shl(h, 23);
    k = v128.load_splat<f32>(table, 16);
    let p = k, q = k, r = k, s = k;
    k = v128.load_splat<f32>(table, 20);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    k = v128.load_splat<f32>(table, 24);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    k = v128.load_splat<f32>(table, 28);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    k = v128.load_splat<f32>(table, 32);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    k = v128.load_splat<f32>(table, 36);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    k = v128.load_splat<f32>(table, 40);
    p = mac(k, p, a); q = mac(k, q, b); r = mac(k, r, c); s = mac(k, s, d);
    p = f32x4.add(k, i32x4.add(p, e)); q = f32x4.add(k, i32x4.add(q, f)); r = f32x4.add(k, i32x4.add(r, g)); s = f32x4.add(k, i32x4.add(s, h));
    v128.store(dst, f32x4.div(v128.load(src), p));
    v128.store(dst, f32x4.div(v128.load(src, 16), q), 16);
    v128.store(dst, f32x4.div(v128.load(src, 32), r), 32);
    v128.store(dst, f32x4.div(v128.load(src, 48), s), 48);
  }
}
