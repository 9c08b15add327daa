/**
 * The twins of the random kernels: `lib/rng` itself, rounded to 32 bits.
 *
 * @module
 */

import { normal, uniform } from "../lib/rng/distributions.ts";
import type { Kernels } from "./types.ts";

/** `uniforms` and `normals` over a memory seen as floats. */
export function rngTwins(
  floats: Float32Array,
): Pick<Kernels, "uniforms" | "normals"> {
  return {
    uniforms(dst, count, hi, lo, first) {
      const key = { hi, lo };
      for (let i = 0; i < count; i++) {
        floats[(dst >>> 2) + i] = uniform(key, first + i);
      }
    },
    normals(dst, count, hi, lo, first) {
      const key = { hi, lo };
      for (let i = 0; i < count; i++) {
        floats[(dst >>> 2) + i] = normal(key, first + i);
      }
    },
  };
}
