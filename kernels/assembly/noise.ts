/**
 * Standard normals four at a time: Threefry-2x32-20 and the transform of Box
 * and Muller (1958) in 32-bit arithmetic.
 *
 * Block (row, NOISE + j) of a key gives the normals 2j and 2j + 1 of a row:
 *
 *   word 0   u = (bits 9..31 + 1/2) / 2^23                radius sqrt(-ln u)
 *   word 1   bit 31, bit 30: signs of the two normals
 *            bits 6..29, signed: psi in (-pi/4, pi/4)     within a quarter turn
 *
 *   z[2j] = +-radius (cos psi + sin psi),  z[2j+1] = +-radius (cos psi - sin psi)
 *
 * which is sqrt(-2 ln u) times sine and cosine of pi/4 + psi. |z| <= 5.77.
 */

import { cos, minusLog, sin } from "./vector_math";

/** Second counter of the first pair; `c1` below it belongs to `rng`. */
const NOISE: u32 = 0x6e6f6973;

/** pi / 4 / 2^23 */
const TURN: f32 = 9.3626757e-8;

/**
 * dst [count, rows]: row r holds the normals of counter `first + r`. `rows` is
 * a multiple of 4.
 *
 *   dst   | normal 0 of all rows | normal 1 of all rows | ...
 */
export function noise(dst: usize, count: i32, rows: i32, hi: u32, lo: u32, first: u32): void {
  const column = <usize>rows << 2;
  for (let at: usize = 0; at < column; at += 16, first += 4) {
    const c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
    let to = dst + at;
    for (let i = 0; i < count; i += 2, to += column << 1) {
      block(hi, lo, c0, NOISE + (i >> 1), to, i + 1 < count ? to + column : 0);
    }
  }
}

/** One block per lane, turned into the normals at `to` and, unless it is 0, at `next`. */
@inline
function block(k0: u32, k1: u32, c0: v128, c1: u32, to: usize, next: usize): void {
  const a = i32x4.splat(k0), b = i32x4.splat(k1);
  const c = i32x4.splat(k0 ^ k1 ^ 0x1bd11bda);
  let x = i32x4.add(c0, a);
  let y = i32x4.splat(c1 + k1);
  x = i32x4.add(x, y); y = turn(y, 13, x);
  x = i32x4.add(x, y); y = turn(y, 15, x);
  x = i32x4.add(x, y); y = turn(y, 26, x);
  x = i32x4.add(x, y); y = turn(y, 6, x);
  x = i32x4.add(x, b); y = i32x4.add(y, i32x4.add(c, i32x4.splat(1)));
  x = i32x4.add(x, y); y = turn(y, 17, x);
  x = i32x4.add(x, y); y = turn(y, 29, x);
  x = i32x4.add(x, y); y = turn(y, 16, x);
  x = i32x4.add(x, y); y = turn(y, 24, x);
  x = i32x4.add(x, c); y = i32x4.add(y, i32x4.add(a, i32x4.splat(2)));
  x = i32x4.add(x, y); y = turn(y, 13, x);
  x = i32x4.add(x, y); y = turn(y, 15, x);
  x = i32x4.add(x, y); y = turn(y, 26, x);
  x = i32x4.add(x, y); y = turn(y, 6, x);
  x = i32x4.add(x, a); y = i32x4.add(y, i32x4.add(b, i32x4.splat(3)));
  x = i32x4.add(x, y); y = turn(y, 17, x);
  x = i32x4.add(x, y); y = turn(y, 29, x);
  x = i32x4.add(x, y); y = turn(y, 16, x);
  x = i32x4.add(x, y); y = turn(y, 24, x);
  x = i32x4.add(x, b); y = i32x4.add(y, i32x4.add(c, i32x4.splat(4)));
  x = i32x4.add(x, y); y = turn(y, 13, x);
  x = i32x4.add(x, y); y = turn(y, 15, x);
  x = i32x4.add(x, y); y = turn(y, 26, x);
  x = i32x4.add(x, y); y = turn(y, 6, x);
  x = i32x4.add(x, c); y = i32x4.add(y, i32x4.add(a, i32x4.splat(5)));
  pair(x, y, to, next);
}

/** rotl(y, bits) ^ x */
@inline
function turn(y: v128, bits: i32, x: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(y, bits), i32x4.shr_u(y, 32 - bits)), x);
}

@inline
function pair(x: v128, y: v128, to: usize, next: usize): void {
  const half = f32x4.splat(0.5);
  const u = f32x4.mul(
    f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(x, 9)), half),
    f32x4.splat(1.1920929e-7),
  );
  const within = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(y, 2), 8));
  const psi = f32x4.mul(f32x4.add(within, half), f32x4.splat(TURN));
  const radius = f32x4.sqrt(minusLog(u));
  const c = cos(psi), s = sin(psi);
  const sign = i32x4.splat(0x80000000);
  v128.store(to, v128.xor(f32x4.mul(radius, f32x4.add(c, s)), v128.and(y, sign)));
  if (next) {
    const other = v128.and(i32x4.shl(y, 1), sign);
    v128.store(next, v128.xor(f32x4.mul(radius, f32x4.sub(c, s)), other));
  }
}
