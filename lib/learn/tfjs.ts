/**
 * TensorFlow.js as the second backend: the same kernel interface, with every
 * network passed through tfjs and differentiated by it.
 *
 * It is the oracle that the hand-written backward pass is held against, and
 * the bridge for losses that have no kernel. The library is given as an
 * argument, so nothing here is loaded by those who do not use it.
 *
 * @module
 */

import type { Kernels, NetworkPointer, Pointer } from "../../kernels/types.ts";
import {
  type Layer,
  layers,
  type Network,
  parameterCount,
  tapeSize,
} from "./network.ts";

/** The part of `@tensorflow/tfjs` that the backend calls. */
export type Tensorflow = typeof import("@tensorflow/tfjs");
type Tensor = import("@tensorflow/tfjs").Tensor;
type Tensor2D = import("@tensorflow/tfjs").Tensor2D;

const EPSILON = 1e-5;

/**
 * `kernels` with the network passes done by tfjs; the rest is as it was.
 *
 * @example
 * ```ts ignore
 * import * as tf from "@tensorflow/tfjs";
 * import "@tensorflow/tfjs-backend-wasm";
 * await tf.setBackend("wasm");
 * const backend = tfjsBackend(kernels, tf);
 * ```
 */
export function tfjsBackend(kernels: Kernels, tf: Tensorflow): Kernels {
  const { memory } = kernels;
  /** A copy: tfjs does not take views of shared memory. */
  function read(pointer: Pointer, count: number): Float32Array {
    return new Float32Array(memory.buffer, pointer, count).slice();
  }
  function write(pointer: Pointer, tensor: Tensor): void {
    const values = tensor.dataSync() as Float32Array;
    new Float32Array(memory.buffer, pointer, values.length).set(values);
  }
  function matrix(pointer: Pointer, rows: number, columns: number): Tensor2D {
    return tf.tensor2d(read(pointer, rows * columns), [rows, columns]);
  }
  function tensors(network: Network, params: Pointer): Tensor2D[] {
    return layers(network).flatMap(({ weights, biases, inputs, outputs }) => [
      matrix(params + weights * 4, inputs, outputs),
      matrix(params + biases * 4, 1, outputs),
    ]);
  }
  return {
    ...kernels,
    id: "tfjs",
    mlpForward(pointer, params, x, tape, y, rows) {
      if (rows === 0) return;
      const network = readNetwork(memory.buffer, pointer);
      // The tape belongs to the kernels; tfjs keeps its own.
      new Float32Array(memory.buffer, tape, tapeSize(network, rows)).fill(0);
      tf.tidy(() => {
        const input = matrix(x, rows, network.inputs);
        write(y, forward(tf, network, tensors(network, params), input));
      });
    },
    mlpBackward(
      pointer,
      params,
      x,
      _tape,
      dy,
      gradient,
      dx,
      first,
      _scratch,
      rows,
    ) {
      const network = readNetwork(memory.buffer, pointer);
      if (rows === 0) {
        const count = gradient === 0 ? 0 : parameterCount(network);
        new Float32Array(memory.buffer, gradient, count).fill(0);
        return;
      }
      tf.tidy(() => {
        const [dInput, ...dParams] = pullBack(
          tf,
          network,
          tensors(network, params),
          matrix(x, rows, network.inputs),
          matrix(dy, rows, network.outputs),
        );
        if (dx !== 0) {
          const width = network.inputs - first;
          write(dx, tf.slice(dInput, [0, first], [rows, width]));
        }
        if (gradient !== 0) {
          layers(network).forEach((layer: Layer, i) => {
            write(gradient + layer.weights * 4, dParams[2 * i]);
            write(gradient + layer.biases * 4, dParams[2 * i + 1]);
          });
        }
      });
    },
  };
}

/** Gradients of <y, cotangent> by the input, then by each parameter. */
function pullBack(
  tf: Tensorflow,
  network: Network,
  params: readonly Tensor2D[],
  input: Tensor2D,
  cotangent: Tensor2D,
): Tensor[] {
  const pull = tf.grads((...values: Tensor[]) => {
    const [x, ...rest] = values as Tensor2D[];
    return forward(tf, network, rest, x);
  });
  return pull([input, ...params], cotangent);
}

/** y = head(relu(LN?(x W + b)) ...), as `kernels/types.ts` defines it. */
function forward(
  tf: Tensorflow,
  network: Network,
  params: readonly Tensor2D[],
  x: Tensor2D,
): Tensor2D {
  let y = x;
  for (let i = 0; i < params.length; i += 2) {
    const z: Tensor2D = tf.add(tf.matMul(y, params[i]), params[i + 1]);
    const last = i + 2 === params.length;
    y = last ? z : tf.relu(network.layerNorm ? normalised(tf, z) : z);
  }
  return y;
}

/** (z - mean) / sqrt(variance + epsilon), per row. */
function normalised(tf: Tensorflow, z: Tensor2D): Tensor2D {
  const centred = tf.sub(z, tf.mean(z, 1, true));
  const variance = tf.mean(tf.square(centred), 1, true);
  return tf.div(centred, tf.sqrt(tf.add(variance, EPSILON)));
}

/** The shape behind a network pointer. */
function readNetwork(
  buffer: ArrayBufferLike,
  pointer: NetworkPointer,
): Network {
  const [inputs, depth, layerNorm, outputs] = new Int32Array(
    buffer,
    pointer,
    4,
  );
  const hidden = Array.from(new Int32Array(buffer, pointer + 16, depth));
  return { inputs, hidden, outputs, layerNorm: layerNorm === 1 };
}
