/**
 * Loads TensorFlow.js with its WebAssembly backend, never the slow default one.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import type { Kernels } from "../kernels/types.ts";
import { tfjsBackend } from "../lib/learn/tfjs.ts";

/** The tfjs backend over `kernels`. */
export async function loadTfjs(kernels: Kernels): Promise<Kernels> {
  const folder = new URL(
    ".",
    import.meta.resolve("@tensorflow/tfjs-backend-wasm"),
  );
  setThreadsCount(1);
  setWasmPaths(fileURLToPath(folder));
  await tf.setBackend("wasm");
  return tfjsBackend(kernels, tf);
}
