/**
 * The twins of the products between two hidden layers, of which only the units
 * that fired (are not 0) take part: the terms that `gemm` would multiply by
 * zero are left out, the others keep their order.
 *
 * @module
 */

import { scaledAdder } from "./reference_gemm.ts";
import type { Gemm, Pointer } from "./types.ts";

/**
 * The products of the way back through a layer that reads what a rectifier let
 * through; that of the way there is `gemmTwin(floats, true)`.
 */
export interface FiredProducts {
  /** C = Aᵀ B without the terms where A is 0. */
  readonly gradient: Gemm;
  /** dy `[rows, width]` = dz Wᵀ where y is not 0, else 0; W `[width, out]`. */
  readonly backward: (
    y: Pointer,
    w: Pointer,
    dz: Pointer,
    dy: Pointer,
    rows: number,
    width: number,
    out: number,
  ) => void;
}

/** {@link FiredProducts} over a memory seen as floats. */
export function firedTwins(floats: Float32Array): FiredProducts {
  const fround = Math.fround;
  const chains = new Float32Array(8);
  const addScaled = scaledAdder(floats);

  /** a . b of `n` floats in eight chains. */
  function dot(a: number, b: number, n: number): number {
    chains.fill(0);
    for (let q = 0; q < n; q++) {
      chains[q % 8] += fround(floats[a + q] * floats[b + q]);
    }
    for (let q = 0; q < 4; q++) chains[q] += chains[q + 4];
    const left = fround(chains[0] + chains[1]);
    return fround(left + fround(chains[2] + chains[3]));
  }

  return {
    gradient(a, b, c, m, n, k) {
      a >>>= 2, b >>>= 2, c >>>= 2;
      floats.fill(0, c, c + m * n);
      for (let p = 0; p < k; p++) {
        for (let i = 0; i < m; i++) {
          const x = floats[a + p * m + i];
          if (x !== 0) addScaled(c + i * n, x, b + p * n, n);
        }
      }
    },
    backward(y, w, dz, dy, rows, width, out) {
      y >>>= 2, w >>>= 2, dz >>>= 2, dy >>>= 2;
      for (let row = 0; row < rows; row++) {
        for (let p = 0; p < width; p++) {
          const at = row * width + p;
          floats[dy + at] = floats[y + at] !== 0
            ? dot(dz + row * out, w + p * out, out)
            : 0;
        }
      }
    },
  };
}
