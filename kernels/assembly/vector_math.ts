/**
 * Elementary functions on four floats at once, from 32-bit sums, products,
 * quotients and square roots alone; `kernels/reference_vector_math.ts` is the
 * same listing with the same bits.
 *
 *   2^t    = 2^n 2^f,  n = t rounded, f = t - n in [-1/2, 1/2], 2^f a polynomial
 *   -ln u  = -(e ln 2 + 2 artanh s),  u = m 2^e, s = (m - 1) / (m + 1)
 */

import { mac } from "./lanes";

export const LOG2_E: f32 = 1.442695;
const LN2: f32 = 0.6931472;
/** Adding 1.5 2^23 leaves the whole part of a small number in the lowest bits. */
export const ROUNDER: f32 = 12582912.0;
/** Exponents beyond these would leave the range of normal floats. */
export const WIDEST: f32 = 126.0;
/** Bits of sqrt(1/2). */
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** e^x; x is held to |x log2 e| <= 126, and NaN becomes 2^126. */
@inline
export function exp(x: v128): v128 {
  let t = f32x4.mul(x, f32x4.splat(LOG2_E));
  t = f32x4.pmax(f32x4.splat(-WIDEST), f32x4.pmin(f32x4.splat(WIDEST), t));
  const shifted = f32x4.add(t, f32x4.splat(ROUNDER));
  const f = f32x4.sub(t, f32x4.sub(shifted, f32x4.splat(ROUNDER)));
  let sum = f32x4.splat(0.00015345805);
  sum = mac(f32x4.splat(0.001339993), sum, f);
  sum = mac(f32x4.splat(0.009618489), sum, f);
  sum = mac(f32x4.splat(0.055503286), sum, f);
  sum = mac(f32x4.splat(0.24022646), sum, f);
  sum = mac(f32x4.splat(0.6931472), sum, f);
  sum = mac(f32x4.splat(1.0), sum, f);
  return i32x4.add(sum, i32x4.shl(shifted, 23));
}

/** -ln u for normal positive u. */
@inline
export function minusLog(u: v128): v128 {
  const e = i32x4.shr_s(i32x4.sub(u, i32x4.splat(SQRT_HALF_BITS)), 23);
  const m = i32x4.sub(u, i32x4.shl(e, 23));
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1.0)), f32x4.add(m, f32x4.splat(1.0)));
  const z = f32x4.mul(s, s);
  let sum = f32x4.splat(0.11111111);
  sum = mac(f32x4.splat(0.14285715), sum, z);
  sum = mac(f32x4.splat(0.2), sum, z);
  sum = mac(f32x4.splat(0.33333334), sum, z);
  sum = mac(f32x4.splat(1.0), sum, z);
  const twice = f32x4.mul(f32x4.add(s, s), sum);
  return f32x4.neg(mac(twice, f32x4.convert_i32x4_s(e), f32x4.splat(LN2)));
}

/** sin x for |x| <= pi/4. */
@inline
export function sin(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let sum = f32x4.splat(0.0000027557319);
  sum = mac(f32x4.splat(-0.0001984127), sum, z);
  sum = mac(f32x4.splat(0.008333334), sum, z);
  sum = mac(f32x4.splat(-0.16666667), sum, z);
  sum = mac(f32x4.splat(1.0), sum, z);
  return f32x4.mul(x, sum);
}

/** cos x for |x| <= pi/4. */
@inline
export function cos(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let sum = f32x4.splat(0.000024801588);
  sum = mac(f32x4.splat(-0.0013888889), sum, z);
  sum = mac(f32x4.splat(0.041666668), sum, z);
  sum = mac(f32x4.splat(-0.5), sum, z);
  return mac(f32x4.splat(1.0), sum, z);
}
