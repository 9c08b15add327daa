/**
 * The vector-Jacobian product of `mlpForward` (Rumelhart, Hinton and Williams
 * 1986), from the head down:
 *
 *   dW = xᵀ dz,   db = sum over rows of dz,   dx = dz Wᵀ,   dz = dy through relu and LN
 *
 *   scratch   | one delta: rows x widest | the other: rows x widest | of a gradient |
 *
 * A layer's delta is read from one half while the layer below gets the other.
 * Between two hidden layers only the units that fired take part; the lists are
 * those that the forward pass left on the tape.
 */

import { firedBackward, firedGradient } from "./active";
import { gemmNt } from "./gemm_nt";
import { gemmTn } from "./gemm_tn";
import { normaliseBack, rectifyBack } from "./layer_norm";
import { firstList, tapeBytes } from "./mlp_forward";

export function mlpBackward(
  network: usize, params: usize, x: usize, tape: usize, dy: usize,
  gradient: usize, dx: usize, first: i32, scratch: usize, rows: i32,
): void {
  const inputs = load<i32>(network);
  const depth = load<i32>(network, 4);
  const layerNorm = load<i32>(network, 8);
  const hiddens = network + 16;
  // Start behind the last hidden layer and walk back over params and tape.
  tape += tapeBytes(network, rows);
  let counts = firstList(network, tape);
  let offset: usize = 0;
  let width = inputs;
  let widest = 0;
  for (let layer = 0; layer < depth; layer++) {
    const hidden = load<i32>(hiddens + (<usize>layer << 2));
    offset += <usize>(width + 1) * hidden;
    counts += <usize>rows * (hidden + 1) << 2;
    width = hidden;
    widest = max(widest, hidden);
  }
  const half = <usize>rows * widest << 2;
  const spill = scratch + (half << 1);
  let delta = dy;
  let next = scratch;
  let spare = scratch + half;
  let out = load<i32>(network, 12);
  for (let layer = depth; layer > 0; layer--) {
    const bytes = <usize>rows * <usize>width << 2;
    const scale = tape - (<usize>rows << 2);
    const y = scale - bytes;
    tape = y - bytes;
    counts -= bytes + (<usize>rows << 2);
    const w = params + (offset << 2);
    const dw = gradient + (offset << 2);
    if (layer == depth) {
      if (gradient) gemmTn(y, delta, dw, width, out, rows, 0);
      gemmNt(delta, w, next, rows, width, out, 0);
    } else {
      if (gradient) firedGradient(y, delta, dw, spill, rows, width, out);
      firedBackward(counts, counts + (<usize>rows << 2), w, delta, next, spill, rows, width, out);
    }
    if (gradient) columnSums(delta, dw + (<usize>width * out << 2), rows, out);
    if (layerNorm) normaliseBack(next, tape, scale, rows, width);
    else rectifyBack(next, tape, rows * width);
    delta = next;
    next = spare;
    spare = delta;
    out = width;
    width = layer > 1 ? load<i32>(hiddens + (<usize>(layer - 2) << 2)) : inputs;
    offset -= <usize>(width + 1) * out;
  }
  if (gradient) {
    gemmTn(x, delta, gradient, inputs, out, rows, 0);
    columnSums(delta, gradient + (<usize>inputs * out << 2), rows, out);
  }
  if (dx) gemmNt(delta, params + (<usize>first * out << 2), dx, rows, inputs - first, out, 0);
}

/** sums[j] = sum over rows, first to last, of d[row, j]. */
export function columnSums(d: usize, sums: usize, rows: i32, width: i32): void {
  const stride = <usize>width << 2;
  let j = 0;
  for (; j + 16 <= width; j += 16, d += 64, sums += 64) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let row = 0, at = d; row < rows; row++, at += stride) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
    }
    v128.store(sums, s0); v128.store(sums, s1, 16);
    v128.store(sums, s2, 32); v128.store(sums, s3, 48);
  }
  for (; j < width; j++, d += 4, sums += 4) {
    let sum: f32 = 0;
    for (let row = 0, at = d; row < rows; row++, at += stride) sum += load<f32>(at);
    store<f32>(sums, sum);
  }
}
