/**
 * The twins: every kernel in plain TypeScript, with the same order of
 * operations and therefore the same bits as the AssemblyScript.
 *
 * They are the specification that the tests hold the kernels against, the
 * fallback where WebAssembly is missing, and the baseline of the benches.
 *
 * How 32-bit arithmetic is had from doubles: the sum, product, quotient and
 * square root of 32-bit floats, computed in double precision and rounded once,
 * equal the 32-bit operation (Figueroa 1995, "When is double rounding
 * innocuous?"). `Math.fround`, or a store to a `Float32Array`, is that rounding.
 *
 * @module
 */

import { elementwiseTwins } from "./reference_elementwise.ts";
import { ensembleTwins } from "./reference_ensemble.ts";
import { ensembleGradientTwin } from "./reference_ensemble_gradient.ts";
import { gemmTwins } from "./reference_gemm.ts";
import { mlpTwins } from "./reference_mlp.ts";
import { replayTwins } from "./reference_replay.ts";
import { rngTwins } from "./reference_rng.ts";
import type { KernelMemory, Kernels } from "./types.ts";

/** Bytes of the memory that {@link twins} makes for itself: 16 MiB. */
const DEFAULT_BYTES = 16777216;

/**
 * The kernels in TypeScript over `memory`; without one, over 16 MiB of their
 * own. Views are taken once, so the memory may not grow or be detached.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const kernels = twins({ buffer: new ArrayBuffer(2048) });
 * const values = new Float32Array(kernels.memory.buffer, 1024, 2);
 * kernels.uniforms(1024, 2, 0, 7, 0);
 * assertEquals(values.every((value) => value >= 0 && value <= 1), true);
 * ```
 */
export function twins(
  memory: KernelMemory = { buffer: new ArrayBuffer(DEFAULT_BYTES) },
): Kernels {
  const floats = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const products = gemmTwins(floats);
  return {
    id: "twin",
    memory,
    ...rngTwins(floats),
    ...products,
    ...mlpTwins(floats, integers, products),
    ...elementwiseTwins(floats),
    ...replayTwins(floats, integers),
    ...ensembleTwins(floats, integers),
    ...ensembleGradientTwin(floats, integers, products),
  };
}
