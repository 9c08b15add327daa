/**
 * The numeric kernels: networks, optimiser, randomness and replay over one flat
 * memory, in WebAssembly or in plain TypeScript, with the same bits.
 *
 * | function | gives |
 * |---|---|
 * | {@link createMemory} | a memory of fixed size, shared between Workers or not |
 * | {@link instantiate} | the kernels of a compiled `kernels.wasm` over a memory |
 * | {@link twins} | the same kernels in TypeScript, where WebAssembly is missing |
 * | {@link createArena} | a bump allocator over the memory |
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { memory, gemm } = twins();
 * const arena = createArena(memory);
 * const [a, b, c] = [arena.floats(2), arena.floats(2), arena.floats(1)];
 * a.view.set([1, 2]);
 * b.view.set([3, 4]);
 * gemm(a.pointer, b.pointer, c.pointer, 1, 1, 2, 0);
 * assertEquals(c.view[0], 11);
 * ```
 *
 * @module
 */

import { LARGEST_MEMORY, PAGE } from "./arena.ts";
import type { Kernels } from "./types.ts";

export { type Arena, createArena, type Slice, sliceBytes } from "./arena.ts";
export { twins } from "./reference.ts";
export type {
  BatchPointer,
  Gemm,
  KernelMemory,
  Kernels,
  MemberPointer,
  NetworkPointer,
  Pointer,
  ReplayPointer,
} from "./types.ts";

/**
 * A memory of at least `bytes` bytes that never grows, so that views on it
 * never die.
 *
 * @param bytes From 1 to {@link LARGEST_MEMORY}; rounded up to whole pages of 64 KiB.
 * @param shared Whether Workers compute on it together; such a memory needs
 * the module `kernels.shared.wasm`.
 * @throws {RangeError} If the size is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(createMemory(100_000, false).buffer.byteLength, 131072);
 * ```
 */
export function createMemory(
  bytes: number,
  shared: boolean,
): WebAssembly.Memory {
  if (!(bytes >= 1 && bytes <= LARGEST_MEMORY)) {
    throw new RangeError(
      `Cannot create a kernel memory as 'bytes' must be between 1 and ${LARGEST_MEMORY}: current value is ${bytes}`,
    );
  }
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
}

/**
 * The kernels of a compiled module over `memory`.
 *
 * @param module From `kernels.wasm`, or from `kernels.shared.wasm` where the
 * memory is shared.
 * @throws {TypeError} If module and memory do not fit together.
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Kernels {
  const exports = link(module, memory) as unknown as Omit<
    Kernels,
    "id" | "memory"
  >;
  return {
    id: "wasm",
    memory,
    uniforms: exports.uniforms,
    normals: exports.normals,
    gemm: exports.gemm,
    gemmTn: exports.gemmTn,
    gemmNt: exports.gemmNt,
    mlpForward: exports.mlpForward,
    mlpBackward: exports.mlpBackward,
    tanh: exports.tanh,
    adam: exports.adam,
    polyak: exports.polyak,
    normalise: exports.normalise,
    replaySample: exports.replaySample,
    ensemblePack: exports.ensemblePack,
    ensembleMoments: exports.ensembleMoments,
    ensembleAdvance: exports.ensembleAdvance,
    ensembleGradient: exports.ensembleGradient,
  };
}

function link(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): WebAssembly.Exports {
  try {
    return new WebAssembly.Instance(module, { env: { memory } }).exports;
  } catch (error) {
    throw new TypeError(
      `Cannot instantiate the kernels as module and memory do not fit together: a shared memory needs kernels.shared.wasm, any other kernels.wasm, and neither may exceed ${LARGEST_MEMORY} bytes`,
      { cause: error },
    );
  }
}
