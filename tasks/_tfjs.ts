/**
 * Loads TensorFlow.js with its WebAssembly backend, never the slow default one.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import type { Kernels } from "../kernels/types.ts";
import { refuse } from "../lib/errors.ts";
import { tfjsBackend } from "../lib/learn/tfjs.ts";

/** What tfjs computes with, for example `wasm`. */
export function activeBackend(): string {
  return tf.getBackend();
}

/**
 * The tfjs backend over `kernels`.
 *
 * @throws {Refusal} Of a `ConfigError` where its WebAssembly backend does not
 * start: tfjs itself would go on with another one.
 */
export async function loadTfjs(kernels: Kernels): Promise<Kernels> {
  const folder = new URL(
    ".",
    import.meta.resolve("@tensorflow/tfjs-backend-wasm"),
  );
  setThreadsCount(1);
  setWasmPaths(fileURLToPath(folder));
  const started = await tf.setBackend("wasm");
  if (!started || activeBackend() !== "wasm") {
    refuse({
      _tag: "ConfigError",
      message: "Cannot use backend 'tfjs' as its WebAssembly backend does " +
        `not start: tfjs would compute with '${activeBackend()}'; ` +
        "run 'deno install', or use --backend kernels",
    });
  }
  return tfjsBackend(kernels, tf);
}
