/**
 * The kernels that acting needs, over a memory of their own: from a compiled
 * module, or as TypeScript twins where there is none; both give the same bits.
 *
 * @module
 */

import { createMemory, instantiate } from "../../kernels/mod.ts";
import { elementwiseTwins } from "../../kernels/reference_elementwise.ts";
import { gemmTwins } from "../../kernels/reference_gemm.ts";
import { mlpTwins } from "../../kernels/reference_mlp.ts";
import type { KernelMemory, Kernels } from "../../kernels/types.ts";

/** Version of the kernels' interface that this code calls; `version()` of the module. */
export const KERNELS = 1;

/** What acting calls. */
export type ActingKernels =
  & Pick<Kernels, "mlpForward" | "normalise" | "tanh">
  & { readonly memory: KernelMemory };

/**
 * The kernels over at least `bytes` bytes.
 *
 * @throws {RangeError} If the module is not `kernels.wasm` of this version.
 */
export function actingKernels(
  module: WebAssembly.Module | undefined,
  bytes: number,
): ActingKernels {
  if (module === undefined) {
    const buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
    const floats = new Float32Array(buffer);
    const products = gemmTwins(floats);
    return {
      memory: { buffer },
      ...mlpTwins(floats, new Int32Array(buffer), products),
      ...elementwiseTwins(floats),
    };
  }
  checkVersion(module);
  return instantiate(module, createMemory(bytes, false));
}

/** The version has no state, so that any memory of the right kind does to ask for it. */
function checkVersion(module: WebAssembly.Module): void {
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  const own = `kernels_${KERNELS}`;
  if (names.includes(own)) return;
  const found = names.find((name) => /^kernels_\d+$/.test(name));
  throw new RangeError(
    `Cannot load the policy as the kernels are ${
      found === undefined
        ? "of no known version"
        : `of version ${found.slice(8)}`
    } and it needs version ${KERNELS}: use the kernels.wasm that was exported with it`,
  );
}
