/**
 * A multilayer perceptron as one flat parameter vector with a layout.
 *
 * Hidden layers compute y = relu(LN?(x W + b)), the head is linear. Being one
 * vector makes Adam, Polyak averaging, checkpoints and export one linear pass
 * each.
 *
 * @module
 */

import { foldIn } from "../rng/key.ts";
import { uniform } from "../rng/distributions.ts";
import type { Key } from "../types.ts";

/** The shape of a network; see `kernels/types.ts` for its memory. */
export interface Network {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly layerNorm: boolean;
}

/** Where one layer's weights `[inputs, outputs]` and biases `[outputs]` lie. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
}

/** The layers in order, with offsets into the flat vector. */
export function layers(network: Network): readonly Layer[] {
  const widths = [network.inputs, ...network.hidden, network.outputs];
  let offset = 0;
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const weights = offset;
    const biases = weights + inputs * outputs;
    offset = biases + outputs;
    return { inputs, outputs, weights, biases };
  });
}

/** Length of the flat parameter vector. */
export function parameterCount(network: Network): number {
  return layers(network).reduce((n, l) => n + (l.inputs + 1) * l.outputs, 0);
}

/** Floats on the tape of a forward pass over `rows` rows, with the kernels' notes. */
export function tapeSize(network: Network, rows: number): number {
  const notes = 64 + 32 * Math.max(0, ...network.hidden);
  return network.hidden.reduce((n, h) => n + rows * (3 * h + 2), notes);
}

/** Floats of scratch that a backward pass over `rows` rows needs. */
export function scratchSize(network: Network, rows: number): number {
  const widest = Math.max(0, ...network.hidden);
  return (4 * rows + 1) * widest + 32 * rows + 40;
}

/** The network as the integers that the kernels read. */
export function descriptor(network: Network): readonly number[] {
  return [
    network.inputs,
    network.hidden.length,
    network.layerNorm ? 1 : 0,
    network.outputs,
    ...network.hidden,
  ];
}

/**
 * Writes Xavier-uniform weights (Glorot and Bengio 2010, eq. 16) and zero
 * biases into `params`; with `zeroHead` the last layer is zero, so that the
 * network's output is exactly zero (paper, section 4).
 */
export function initialise(
  network: Network,
  key: Key,
  params: Float32Array,
  zeroHead: boolean,
): void {
  params.fill(0);
  const all = layers(network);
  all.forEach((layer, depth) => {
    if (zeroHead && depth === all.length - 1) return;
    const layerKey = foldIn(key, depth);
    const limit = Math.sqrt(6 / (layer.inputs + layer.outputs));
    for (let i = 0; i < layer.inputs * layer.outputs; i++) {
      params[layer.weights + i] = limit * (2 * uniform(layerKey, i) - 1);
    }
  });
}
