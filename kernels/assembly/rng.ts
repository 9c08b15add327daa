/**
 * Threefry-2x32-20 (Salmon et al. 2011) and the draws of `lib/rng`, bit for bit.
 *
 * Block (c0, c1) of a key gives two 32-bit words:
 *
 *   c1 = 0  uniforms    word 0
 *   c1 = 1  normals     words 0 and 1 (Box and Muller 1958)
 *   c1 = 2  replay      episode word, step word     (replay_draw.ts)
 *   c1 = 3  replay      relabel word, future word   (replay_draw.ts)
 *
 * A block is returned as one 64-bit integer: word 0 below, word 1 above.
 */

const LN2: f64 = 0.6931471805599453;
const TWO_PI: f64 = 6.283185307179586;
const SQRT2: f64 = 1.4142135623730951;
const WORDS: f64 = 4294967296.0;

/** Two words packed as `word1 << 32 | word0`. */
function threefry(k0: u32, k1: u32, c0: u32, c1: u32): u64 {
  const k2: u32 = k0 ^ k1 ^ 0x1bd11bda;
  let x0: u32 = c0 + k0;
  let x1: u32 = c1 + k1;
  x0 += x1; x1 = rotl<u32>(x1, 13) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 15) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 26) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 6) ^ x0;
  x0 += k1; x1 += k2 + 1;
  x0 += x1; x1 = rotl<u32>(x1, 17) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 29) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 16) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 24) ^ x0;
  x0 += k2; x1 += k0 + 2;
  x0 += x1; x1 = rotl<u32>(x1, 13) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 15) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 26) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 6) ^ x0;
  x0 += k0; x1 += k1 + 3;
  x0 += x1; x1 = rotl<u32>(x1, 17) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 29) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 16) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 24) ^ x0;
  x0 += k1; x1 += k2 + 4;
  x0 += x1; x1 = rotl<u32>(x1, 13) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 15) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 26) ^ x0;
  x0 += x1; x1 = rotl<u32>(x1, 6) ^ x0;
  x0 += k2; x1 += k0 + 5;
  return (<u64>x1 << 32) | <u64>x0;
}

export function uniforms(dst: usize, count: i32, hi: u32, lo: u32, first: u32): void {
  for (let i = 0; i < count; i++) {
    const word = <u32>threefry(hi, lo, first + i, 0);
    store<f32>(dst + (<usize>i << 2), <f32>(<f64>word / WORDS));
  }
}

export function normals(dst: usize, count: i32, hi: u32, lo: u32, first: u32): void {
  for (let i = 0; i < count; i++) {
    const words = threefry(hi, lo, first + i, 1);
    const u = (<f64>(<u32>words) + 0.5) / WORDS;
    const v = <f64>(<u32>(words >> 32)) / WORDS;
    store<f32>(dst + (<usize>i << 2), <f32>(sqrt<f64>(-2.0 * log(u)) * cosTurn(v)));
  }
}

/** Natural logarithm of a normal positive double; see `lib/rng/elementary.ts`. */
@inline
function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa >= SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1.0) / (mantissa + 1.0);
  const z = s * s;
  let sum: f64 = 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  sum = sum * z + 1.0;
  return <f64>exponent * LN2 + 2.0 * s * sum;
}

/** cos(2 pi t) for t in [0, 1). */
@inline
function cosTurn(t: f64): f64 {
  return sinTurn(t >= 0.75 ? t - 0.75 : t + 0.25);
}

/** sin(2 pi t) for t in [0, 1). */
@inline
function sinTurn(t: f64): f64 {
  const folded = t < 0.25 ? t : t < 0.75 ? 0.5 - t : t - 1.0;
  const x = folded * TWO_PI;
  const z = x * x;
  let sum: f64 = -1.0 / 25852016738884976640000.0;
  sum = sum * z + 1.0 / 51090942171709440000.0;
  sum = sum * z - 1.0 / 121645100408832000.0;
  sum = sum * z + 1.0 / 355687428096000.0;
  sum = sum * z - 1.0 / 1307674368000.0;
  sum = sum * z + 1.0 / 6227020800.0;
  sum = sum * z - 1.0 / 39916800.0;
  sum = sum * z + 1.0 / 362880.0;
  sum = sum * z - 1.0 / 5040.0;
  sum = sum * z + 1.0 / 120.0;
  sum = sum * z - 1.0 / 6.0;
  sum = sum * z + 1.0;
  return x * sum;
}
