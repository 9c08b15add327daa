/**
 * The kernels that acting needs, over a memory of their own: from a compiled
 * module, or as TypeScript twins where there is none; both give the same bits.
 *
 * @module
 */

import { LARGEST_MEMORY, PAGE } from "../../kernels/arena.ts";
import {
  normaliseTwin,
  tanhTwin,
} from "../../kernels/reference_elementwise.ts";
import { mlpForwardTwin } from "../../kernels/reference_mlp.ts";
import type { KernelMemory, Kernels } from "../../kernels/types.ts";
import { refuseFile } from "./refuse.ts";

/** Version of the kernels' interface that this code calls: the module exports `kernels_1`. */
export const KERNELS = 1;

/** What acting calls. */
export type ActingKernels =
  & Pick<Kernels, "mlpForward" | "normalise" | "tanh">
  & { readonly memory: KernelMemory };

/**
 * The kernels over at least `bytes` bytes.
 *
 * @throws {RangeError} If the module is not `kernels.wasm` of this version, or
 * there is no such memory.
 */
export function actingKernels(
  module: WebAssembly.Module | undefined,
  bytes: number,
): ActingKernels {
  if (bytes > LARGEST_MEMORY) {
    refuseFile(
      `it needs ${bytes} bytes to act in`,
      "load it with fewer 'rows'",
    );
  }
  const pages = Math.ceil(bytes / PAGE);
  if (module !== undefined) return linked(module, pages);
  const buffer = new ArrayBuffer(pages * PAGE);
  const floats = new Float32Array(buffer);
  return {
    memory: { buffer },
    mlpForward: mlpForwardTwin(floats, new Int32Array(buffer)),
    normalise: normaliseTwin(floats),
    tanh: tanhTwin(floats),
  };
}

function linked(module: WebAssembly.Module, pages: number): ActingKernels {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  let found: WebAssembly.Exports = {};
  try {
    found = new WebAssembly.Instance(module, { env: { memory } }).exports;
  } catch {
    // Said below: the kernels of this project have this one import.
  }
  const version = `kernels_${KERNELS}`;
  if (!(version in found)) {
    refuseFile(
      `the module lacks ${version}`,
      "use the kernels.wasm exported with it",
    );
  }
  return { ...found as unknown as Kernels, memory };
}
