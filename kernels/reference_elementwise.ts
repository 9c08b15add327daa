/**
 * The twins of the kernels that treat each element by itself.
 *
 * @module
 */

import type { Kernels } from "./types.ts";

const fround = Math.fround;

/** `tanh`, `adam`, `polyak` and `normalise` over a memory seen as floats. */
export function elementwiseTwins(
  floats: Float32Array,
): Pick<Kernels, "tanh" | "adam" | "polyak" | "normalise"> {
  return {
    tanh: tanhTwin(floats),
    adam: adamTwin(floats),
    polyak(target, source, count, tau) {
      target >>>= 2, source >>>= 2;
      const share = fround(tau);
      for (let i = 0; i < count; i++) {
        const old = floats[target + i];
        const gap = fround(floats[source + i] - old);
        floats[target + i] = old + fround(share * gap);
      }
    },
    normalise: normaliseTwin(floats),
  };
}

/** `tanh` alone. */
export function tanhTwin(floats: Float32Array): Kernels["tanh"] {
  return (src, dst, count) => {
    src >>>= 2, dst >>>= 2;
    for (let i = 0; i < count; i++) floats[dst + i] = tanhOf(floats[src + i]);
  };
}

/** `normalise` alone. */
export function normaliseTwin(floats: Float32Array): Kernels["normalise"] {
  return (src, dst, rows, width, stride, mean, scale, clip) => {
    src >>>= 2, dst >>>= 2, mean >>>= 2, scale >>>= 2;
    const high = fround(clip);
    for (let row = 0; row < rows; row++, src += width, dst += stride) {
      for (let i = 0; i < width; i++) {
        const centred = fround(floats[src + i] - floats[mean + i]);
        const value = fround(centred * floats[scale + i]);
        // Written so that NaN passes through.
        floats[dst + i] = value < -high ? -high : high < value ? high : value;
      }
    }
  };
}

function adamTwin(floats: Float32Array): Kernels["adam"] {
  return (
    params,
    gradient,
    gradient2,
    m,
    v,
    count,
    rate,
    beta1,
    beta2,
    epsilon,
  ) => {
    const [p, g1, g2] = [params >>> 2, gradient >>> 2, gradient2 >>> 2];
    const [m0, v0] = [m >>> 2, v >>> 2];
    const [b1, b2] = [fround(beta1), fround(beta2)];
    const [rest1, rest2] = [fround(1 - beta1), fround(1 - beta2)];
    const [step, eps] = [fround(rate), fround(epsilon)];
    for (let i = 0; i < count; i++) {
      let g = floats[g1 + i];
      if (gradient2 !== 0) g = fround(g + floats[g2 + i]);
      const first = fround(fround(b1 * floats[m0 + i]) + fround(rest1 * g));
      const square = fround(rest2 * fround(g * g));
      const second = fround(fround(b2 * floats[v0 + i]) + square);
      floats[m0 + i] = first;
      floats[v0 + i] = second;
      const root = fround(fround(Math.sqrt(second)) + eps);
      floats[p + i] -= fround(fround(step * first) / root);
    }
  };
}

/**
 * tanh x = t / (t + 2) with t = exp(2 |x|) - 1, in double precision, from sums,
 * products and quotients alone; |error| < 1e-7 after rounding to 32 bits.
 *
 * exp(y) - 1 = 2^n q + (2^n - 1) with n = floor(y / ln 2 + 1/2) and
 * q = exp(y - n ln 2) - 1, so nothing cancels near zero. The series of q stops
 * at r^13, and |r| <= 0.347. Beyond |x| = 10 the result rounds to 1.
 */
export function tanhOf(x: number): number {
  if (Number.isNaN(x)) return x;
  const wide = Math.abs(x);
  const y = 2 * (wide < 10 ? wide : 10);
  const n = Math.floor(y * 1.4426950408889634 + 0.5);
  const r = y - n * 0.6931471805599453;
  let sum = 0;
  let factorial = 6227020800;
  for (let k = 13; k > 0; factorial /= k--) sum = sum * r + 1 / factorial;
  const power = 1 << n;
  const t = power * (r * sum) + (power - 1);
  const size = t / (t + 2);
  return x < 0 ? -size : size;
}
