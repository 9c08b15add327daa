/**
 * Logarithm, sine, cosine and exponential from sums, products and square roots
 * only, so that every engine and the kernels give the same bits: IEEE 754 fixes
 * those operations, while `Math.log` and friends are left to each engine.
 *
 * Absolute errors are below 1e-13 on the ranges given; the tests hold them
 * against the engine's own functions.
 *
 * @module
 */

// Marked so that bundles which compute none of these leave it out.
const scratch = /* @__PURE__ */ new DataView(
  /* @__PURE__ */ new ArrayBuffer(8),
);
const LN2 = 0.6931471805599453;

/**
 * Natural logarithm of a normal positive double.
 *
 * x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s), s = (m-1)/(m+1).
 */
export function log(x: number): number {
  scratch.setFloat64(0, x);
  const high = scratch.getUint32(0);
  let exponent = ((high >>> 20) & 0x7ff) - 1023;
  scratch.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let mantissa = scratch.getFloat64(0);
  if (mantissa >= 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  // Series of artanh; |s| <= 0.1716, so the first term left out is below 1e-16.
  let sum = 1 / 19;
  sum = sum * z + 1 / 17;
  sum = sum * z + 1 / 15;
  sum = sum * z + 1 / 13;
  sum = sum * z + 1 / 11;
  sum = sum * z + 1 / 9;
  sum = sum * z + 1 / 7;
  sum = sum * z + 1 / 5;
  sum = sum * z + 1 / 3;
  sum = sum * z + 1;
  return exponent * LN2 + 2 * s * sum;
}

/** cos(2 pi t) for t in [0, 1). */
export function cosTurn(t: number): number {
  return sinTurn(t >= 0.75 ? t - 0.75 : t + 0.25);
}

/** sin(2 pi t) for t in [0, 1). */
export function sinTurn(t: number): number {
  // Fold to a quarter turn around zero: the argument lies in [-pi/2, pi/2].
  const folded = t < 0.25 ? t : t < 0.75 ? 0.5 - t : t - 1;
  const x = folded * 6.283185307179586;
  const z = x * x;
  let sum = -1 / 25852016738884976640000;
  sum = sum * z + 1 / 51090942171709440000;
  sum = sum * z - 1 / 121645100408832000;
  sum = sum * z + 1 / 355687428096000;
  sum = sum * z - 1 / 1307674368000;
  sum = sum * z + 1 / 6227020800;
  sum = sum * z - 1 / 39916800;
  sum = sum * z + 1 / 362880;
  sum = sum * z - 1 / 5040;
  sum = sum * z + 1 / 120;
  sum = sum * z - 1 / 6;
  sum = sum * z + 1;
  return x * sum;
}

/**
 * Exponential of x from -700 to 700, within 1e-15 of the value, relative.
 *
 * x = k ln 2 + r with |r| <= ln 2 / 2; e^x = 2^k e^r, e^r by Taylor's series.
 */
export function exp(x: number): number {
  const k = Math.round(x / LN2);
  // ln 2 in two parts, the first with zeros at its end: k times it is exact.
  const r = (x - k * LN2_HIGH) - k * LN2_LOW;
  // The first term left out is below 1e-18.
  let sum = 1;
  for (let n = 15; n >= 1; n--) sum = 1 + sum * r / n;
  scratch.setUint32(0, (k + 1023) << 20);
  scratch.setUint32(4, 0);
  return sum * scratch.getFloat64(0);
}

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
