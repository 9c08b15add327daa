/**
 * The twins of the matrix products. Every element of C is one chain of 32-bit
 * multiplications and additions over p = 0 .. k-1, starting from 0, or from C
 * where the product accumulates. The loops below run in the order that suits
 * the cache; the chain of an element stays the same.
 *
 * @module
 */

import type { Gemm, Kernels } from "./types.ts";

/** c[0 .. n-1] += x * b[0 .. n-1], with places c and b in `floats`. */
export function scaledAdder(
  floats: Float32Array,
): (c: number, x: number, b: number, n: number) => void {
  const fround = Math.fround;
  return (c, x, b, n) => {
    for (let j = 0; j < n; j++) {
      floats[c + j] = floats[c + j] + fround(x * floats[b + j]);
    }
  };
}

/**
 * C = A B, or C += A B, a row of A at a time.
 *
 * @param fired Leave out the terms where A is 0, instead of adding zeros.
 */
export function gemmTwin(floats: Float32Array, fired = false): Gemm {
  const addScaled = scaledAdder(floats);
  return (a, b, c, m, n, k, accumulate) => {
    a >>>= 2, b >>>= 2, c >>>= 2;
    if (!accumulate) floats.fill(0, c, c + m * n);
    for (let i = 0; i < m; i++) {
      for (let p = 0; p < k; p++) {
        const x = floats[a + i * k + p];
        if (fired && x === 0) continue;
        addScaled(c + i * n, x, b + p * n, n);
      }
    }
  };
}

/** `gemm`, `gemmTn` and `gemmNt` over a memory seen as floats. */
export function gemmTwins(
  floats: Float32Array,
): Pick<Kernels, "gemm" | "gemmTn" | "gemmNt"> {
  const fround = Math.fround;
  const addScaled = scaledAdder(floats);
  return {
    gemm: gemmTwin(floats),
    gemmTn(a, b, c, m, n, k, accumulate) {
      a >>>= 2, b >>>= 2, c >>>= 2;
      if (!accumulate) floats.fill(0, c, c + m * n);
      for (let p = 0; p < k; p++) {
        for (let i = 0; i < m; i++) {
          addScaled(c + i * n, floats[a + p * m + i], b + p * n, n);
        }
      }
    },
    gemmNt(a, b, c, m, n, k, accumulate) {
      a >>>= 2, b >>>= 2, c >>>= 2;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = accumulate ? floats[c + i * n + j] : 0;
          for (let p = 0; p < k; p++) {
            const product = fround(
              floats[a + i * k + p] * floats[b + j * k + p],
            );
            sum = fround(sum + product);
          }
          floats[c + i * n + j] = sum;
        }
      }
    },
  };
}
