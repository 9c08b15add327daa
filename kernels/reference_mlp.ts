/**
 * The twins of the network kernels: y = relu(LN?(x W + b)) per hidden layer, a
 * linear head, and their vector-Jacobian product.
 *
 * @module
 */

import { firedTwins } from "./reference_active.ts";
import { gemmTwin } from "./reference_gemm.ts";
import {
  normBackTwin,
  normTwin,
  rectifyBackTwin,
  rectifyTwin,
} from "./reference_layer_norm.ts";
import type { Kernels, Pointer } from "./types.ts";

type Products = Pick<Kernels, "gemm" | "gemmTn" | "gemmNt">;

/** A network read from memory: the widths of its layers, inputs first, outputs last. */
interface Architecture {
  readonly widths: readonly number[];
  readonly layerNorm: boolean;
}

/** `mlpForward` and `mlpBackward` over a memory seen as floats and as integers. */
export function mlpTwins(
  floats: Float32Array,
  integers: Int32Array,
  products: Products,
): Pick<Kernels, "mlpForward" | "mlpBackward"> {
  return {
    mlpForward: mlpForwardTwin(floats, integers),
    mlpBackward: mlpBackwardTwin(floats, integers, products),
  };
}

function read(integers: Int32Array, network: Pointer): Architecture {
  const at = network >>> 2;
  const hidden = integers.subarray(at + 4, at + 4 + integers[at + 1]);
  return {
    widths: [integers[at], ...hidden, integers[at + 3]],
    layerNorm: integers[at + 2] !== 0,
  };
}

/** The forward pass alone: all that acting needs. */
export function mlpForwardTwin(
  floats: Float32Array,
  integers: Int32Array,
): Kernels["mlpForward"] {
  const all = gemmTwin(floats);
  const fired = gemmTwin(floats, true);
  const normalise = normTwin(floats);
  const rectify = rectifyTwin(floats);

  return (network, params, x, tape, y, rows) => {
    const { widths, layerNorm } = read(integers, network);
    const head = widths.length - 2;
    for (let layer = 0; layer <= head; layer++) {
      const [width, out] = [widths[layer], widths[layer + 1]];
      const bytes = rows * out * 4;
      const z = layer === head ? y : tape;
      // Every row of z becomes the bias; the product adds to it.
      const bias = (params >>> 2) + width * out;
      for (let row = 0; row < rows; row++) {
        floats.copyWithin((z >>> 2) + row * out, bias, bias + out);
      }
      const product = layer > 0 && layer < head ? fired : all;
      product(x, params, z, rows, out, width, 1);
      if (layer === head) return;
      if (layerNorm) normalise(z, z + bytes, z + 2 * bytes, rows, out);
      else rectify(z, z + bytes, rows * out);
      x = tape + bytes;
      tape += 2 * bytes + rows * 4;
      params += (width + 1) * out * 4;
    }
  };
}

function mlpBackwardTwin(
  floats: Float32Array,
  integers: Int32Array,
  products: Products,
): Kernels["mlpBackward"] {
  const normaliseBack = normBackTwin(floats);
  const rectifyBack = rectifyBackTwin(floats);
  const fired = firedTwins(floats);

  /** sums[j] = sum over rows, first to last, of d[row, j]. */
  function columnSums(d: Pointer, sums: Pointer, rows: number, width: number) {
    floats.fill(0, sums >>> 2, (sums >>> 2) + width);
    for (let i = 0; i < rows * width; i++) {
      floats[(sums >>> 2) + i % width] += floats[(d >>> 2) + i];
    }
  }

  return (
    network,
    params,
    x,
    tape,
    dy,
    gradient,
    dx,
    first,
    scratch,
    rows,
  ) => {
    const { widths, layerNorm } = read(integers, network);
    const { weights, tapes } = offsets(widths, rows);
    const half = rows * Math.max(0, ...widths.slice(1, -1)) * 4;
    let delta = dy;
    for (let layer = widths.length - 2; layer >= 0; layer--) {
      const [width, out] = [widths[layer], widths[layer + 1]];
      const z = tape + tapes[layer - 1];
      const input = layer > 0 ? z + rows * width * 4 : x;
      const inner = layer > 0 && layer < widths.length - 2;
      if (gradient !== 0) {
        const dw = gradient + weights[layer];
        const product = inner ? fired.gradient : products.gemmTn;
        product(input, delta, dw, width, out, rows, 0);
        columnSums(delta, dw + width * out * 4, rows, out);
      }
      const w = params + weights[layer];
      if (layer === 0) {
        const from = w + first * out * 4;
        if (dx) products.gemmNt(delta, from, dx, rows, width - first, out, 0);
        return;
      }
      const into = scratch + (layer % 2) * half;
      if (inner) fired.backward(input, w, delta, into, rows, width, out);
      else products.gemmNt(delta, w, into, rows, width, out, 0);
      if (layerNorm) {
        normaliseBack(into, z, z + 2 * rows * width * 4, rows, width);
      } else rectifyBack(into, z, rows * width);
      delta = into;
    }
  };
}

/** Byte offsets: weights of every layer in the parameters, hidden layers in the tape. */
function offsets(
  widths: readonly number[],
  rows: number,
): { readonly weights: readonly number[]; readonly tapes: readonly number[] } {
  const weights = [0];
  const tapes = [0];
  for (let layer = 0; layer < widths.length - 2; layer++) {
    const [width, out] = [widths[layer], widths[layer + 1]];
    weights.push(weights[layer] + (width + 1) * out * 4);
    tapes.push(tapes[layer] + (2 * out + 1) * rows * 4);
  }
  return { weights, tapes };
}
