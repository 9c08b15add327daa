/**
 * The twins of the elementary functions and the noise of the particle kernels,
 * one number at a time: the listing of `assembly/vector_math.ts` and
 * `assembly/noise.ts` with the same bits.
 *
 * Absolute errors are below 2e-7 of the greater of 1 and the value on the
 * ranges given.
 *
 * @module
 */

import { threefry } from "../lib/rng/key.ts";
import type { Key } from "../lib/types.ts";

const fround = Math.fround;
const bits = new Int32Array(1);
const value = new Float32Array(bits.buffer);

const LOG2_E = fround(1.442695);
const LN2 = fround(0.6931472);
const ROUNDER = 12582912;
const SQRT_HALF_BITS = 0x3f3504f3;

/** Coefficients of the highest power first, as 32-bit floats. */
function series(...coefficients: readonly number[]): Float32Array {
  return Float32Array.from(coefficients);
}

const POWER = series(
  0.00015345805,
  0.001339993,
  0.009618489,
  0.055503286,
  0.24022646,
  0.6931472,
  1,
);
const ARTANH = series(0.11111111, 0.14285715, 0.2, 0.33333334, 1);
const SINE = series(
  0.0000027557319,
  -0.0001984127,
  0.008333334,
  -0.16666667,
  1,
);
const COSINE = series(0.000024801588, -0.0013888889, 0.041666668, -0.5, 1);

/** Horner's rule in 32 bits. */
function polynomial(coefficients: Float32Array, x: number): number {
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) {
    sum = fround(coefficients[i] + fround(sum * x));
  }
  return sum;
}

/** The lowest bits of `x` rounded to a whole number. */
export function wholeBits(x: number): number {
  value[0] = fround(x + ROUNDER);
  return bits[0];
}

/** e^x, held to 2^-126 .. 2^126. */
export function exp32(x: number): number {
  const free = fround(x * LOG2_E);
  const upper = free < 126 ? free : 126;
  const t = -126 < upper ? upper : -126;
  const shifted = fround(t + ROUNDER);
  const sum = polynomial(POWER, fround(t - fround(shifted - ROUNDER)));
  const power = wholeBits(t) << 23;
  value[0] = sum;
  bits[0] += power;
  return value[0];
}

/** x / (1 + e^-x). */
export function swish32(x: number): number {
  return fround(x / fround(1 + exp32(-x)));
}

/** -ln u for normal positive u. */
function minusLog32(u: number): number {
  value[0] = u;
  const e = (bits[0] - SQRT_HALF_BITS) >> 23;
  bits[0] -= e << 23;
  const m = value[0];
  const s = fround(fround(m - 1) / fround(m + 1));
  const sum = polynomial(ARTANH, fround(s * s));
  return -fround(fround(fround(s + s) * sum) + fround(e * LN2));
}

/** sin x for |x| <= pi/4. */
function sin32(x: number): number {
  return fround(x * polynomial(SINE, fround(x * x)));
}

/** cos x for |x| <= pi/4. */
function cos32(x: number): number {
  return polynomial(COSINE, fround(x * x));
}

const NOISE = 0x6e6f6973;
const TURN = fround(9.3626757e-8);

/** Normal `i` of counter `row`, as the noise of the particles draws it. */
export function noise32(key: Key, row: number, i: number): number {
  const [x, y] = threefry(key, row | 0, (NOISE + (i >> 1)) | 0);
  const u = fround(((x >>> 9) + 0.5) * fround(1.1920929e-7));
  const within = (y << 2) >> 8;
  const psi = fround((within + 0.5) * TURN);
  const radius = fround(Math.sqrt(minusLog32(u)));
  const first = i % 2 === 0;
  const [c, s] = [cos32(psi), sin32(psi)];
  const size = fround(radius * fround(first ? c + s : c - s));
  const negative = ((first ? y : y << 1) | 0) < 0;
  return negative ? -size : size;
}
