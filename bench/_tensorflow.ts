/**
 * TensorFlow.js on its WebAssembly backend, without threads: the contender
 * from outside.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fileURLToPath } from "node:url";

const entry = import.meta.resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(fileURLToPath(new URL(".", entry)));
await tf.setBackend("wasm");
// tfjs falls back in silence to a backend that is a hundred times slower.
if (tf.getBackend() !== "wasm") {
  throw new Error("Cannot bench as tfjs did not take its wasm backend");
}

export { tf };

/** A matrix of normals of standard deviation `size`. */
export function randomMatrix(
  rows: number,
  columns: number,
  size = 1,
): tf.Tensor2D {
  return tf.randomNormal<tf.Rank.R2>([rows, columns], 0, size);
}
