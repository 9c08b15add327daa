/**
 * The gradient of a batch's loss under one probabilistic network of an ensemble
 * (Nix and Weigend 1994; Chua et al. 2018), network and variance as in `ensemble.ts`:
 *
 *   L = sum ((mean - change)^2 / variance + ln variance) / (rows S) + sum_l decay_l |W_l|^2 / 2
 *
 *   s = 1 / (1 + e^(high - v)),  variance = e^low + e^high s,  q = e^high s / variance
 *   excess = 1 - (mean - change)^2 / variance
 *   dL/dmean = 2 (mean - change) / variance,    dL/dv = excess q (1 - s)
 *   dL/dhigh = excess q s,                      dL/dlow = excess (1 - q)
 *
 * each over rows S; below the head, with gate = 1 / (1 + e^-z) and y = z gate,
 *
 *   dW = xᵀ dz + decay W,   db = sum over rows of dz,   dx = dz Wᵀ,   dz = dy (gate + y (1 - gate))
 *
 *   records   | state S, action A, change S | ... ; `index` names the rows of the batch
 *   scratch   | x | y 0 | gate 0 | y 1 | gate 1 | ... | head, then its delta | delta | delta |
 */

import { widthOf } from "./ensemble";
import { gemm } from "./gemm";
import { gemmNt } from "./gemm_nt";
import { gemmTn } from "./gemm_tn";
import { loadPart, storePart } from "./lanes";
import { columnSums } from "./mlp_backward";
import { exp } from "./vector_math";

/** Writes the parameter gradient; adds to that of the bounds [2 S], low then high. */
export function ensembleGradient(
  member: usize, decay: usize, records: usize, index: usize,
  gradient: usize, bounds: usize, scratch: usize, rows: i32,
): void {
  const size = load<i32>(member, 24), depth = load<i32>(member, 32);
  const inputs = size + load<i32>(member, 28);
  gather(member, records, index, scratch, inputs, inputs + size, rows);
  let params = <usize>load<u32>(member);
  gradient -= params;
  let x = scratch, y = scratch + (<usize>rows * inputs << 2);
  let width = inputs, widest = 0;
  for (let layer = 0; layer < depth; layer++) {
    const hidden = widthOf(member, layer, depth);
    const gate = y + (<usize>rows * hidden << 2);
    dense(params, x, gate, rows, width, hidden);
    activate(gate, y, rows * hidden);
    params += <usize>(width + 1) * hidden << 2;
    x = y;
    y = gate + (<usize>rows * hidden << 2);
    width = hidden;
    widest = max(widest, hidden);
  }
  let outputs = size << 1;
  dense(params, x, y, rows, width, outputs);
  headDelta(member, records + (<usize>inputs << 2), index, inputs + size, y, bounds, rows);
  let delta = y, next = y + (<usize>rows * outputs << 2);
  let spare = next + (<usize>rows * widest << 2);
  for (let layer = depth; ; layer--) {
    const dw = gradient + params;
    scaled(params, dw, load<f32>(decay + (<usize>layer << 2)), width * outputs);
    gemmTn(x, delta, dw, width, outputs, rows, 1);
    columnSums(delta, dw + (<usize>width * outputs << 2), rows, outputs);
    if (layer == 0) return;
    gemmNt(delta, params, next, rows, width, outputs, 0);
    throughGate(next, x, x + (<usize>rows * width << 2), rows * width);
    delta = next;
    next = spare;
    spare = delta;
    outputs = width;
    width = layer > 1 ? widthOf(member, layer - 2, depth) : inputs;
    params -= <usize>(width + 1) * outputs << 2;
    x -= <usize>rows * width << (layer > 1 ? 3 : 2);
  }
}

/** x [rows, inputs] = (states and actions of the batch - centre) scale. */
function gather(
  member: usize, records: usize, index: usize, x: usize, inputs: i32, stride: i32, rows: i32,
): void {
  const centre = <usize>load<u32>(member, 8), scale = <usize>load<u32>(member, 12);
  const bytes = <usize>inputs << 2;
  for (let row = 0; row < rows; row++, index += 4, x += bytes) {
    const from = records + (<usize>load<u32>(index) * stride << 2);
    for (let at: usize = 0; at < bytes; at += 4) {
      store<f32>(x + at, (load<f32>(from + at) - load<f32>(centre + at)) * load<f32>(scale + at));
    }
  }
}

/** z [rows, outputs] = x W + b. */
function dense(params: usize, x: usize, z: usize, rows: i32, width: i32, outputs: i32): void {
  const bytes = <usize>outputs << 2;
  const bias = params + bytes * width;
  for (let row = 0, to = z; row < rows; row++, to += bytes) memory.copy(to, bias, bytes);
  gemm(x, params, z, rows, outputs, width, 1);
}

/** y = z gate, where `gate` holds z before and 1 / (1 + e^-z) after. */
function activate(gate: usize, y: usize, count: i32): void {
  let left = count;
  for (; left >= 4; left -= 4, gate += 16, y += 16) {
    const z = v128.load(gate), g = sigmoid(z);
    v128.store(gate, g);
    v128.store(y, f32x4.mul(z, g));
  }
  if (left) {
    const z = loadPart(gate, left), g = sigmoid(z);
    storePart(gate, g, left);
    storePart(y, f32x4.mul(z, g), left);
  }
}

@inline
function sigmoid(z: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(z))));
}

/** delta *= gate + y (1 - gate). */
function throughGate(delta: usize, y: usize, gate: usize, count: i32): void {
  let left = count;
  for (; left >= 4; left -= 4, delta += 16, y += 16, gate += 16) {
    v128.store(delta, f32x4.mul(v128.load(delta), slope(v128.load(y), v128.load(gate))));
  }
  if (left) {
    const d = loadPart(delta, left);
    storePart(delta, f32x4.mul(d, slope(loadPart(y, left), loadPart(gate, left))), left);
  }
}

@inline
function slope(y: v128, gate: v128): v128 {
  return f32x4.add(gate, f32x4.mul(y, f32x4.sub(f32x4.splat(1), gate)));
}

/** dst = factor src. */
function scaled(src: usize, dst: usize, factor: f32, count: i32): void {
  let left = count;
  for (; left >= 4; left -= 4, src += 16, dst += 16) {
    v128.store(dst, f32x4.mul(f32x4.splat(factor), v128.load(src)));
  }
  if (left) storePart(dst, f32x4.mul(f32x4.splat(factor), loadPart(src, left)), left);
}

/** head [rows, 2 S]: mean and v become dL/dmean and dL/dv; adds to the gradient of the bounds. */
function headDelta(
  member: usize, changes: usize, index: usize, stride: i32, head: usize, bounds: usize, rows: i32,
): void {
  const low = <usize>load<u32>(member, 16), high = <usize>load<u32>(member, 20);
  const size = load<i32>(member, 24);
  const bytes = <usize>size << 2;
  const unit = <f32>1 / <f32>(rows * size);
  for (let row = 0; row < rows; row++, index += 4, head += bytes << 1) {
    const wanted = changes + (<usize>load<u32>(index) * stride << 2);
    for (let at: usize = 0; at < bytes; at += 4) {
      const bound = load<f32>(high + at), to = head + at;
      const floor = power(load<f32>(low + at));
      const s = <f32>1 / (<f32>1 + power(bound - load<f32>(to + bytes)));
      const part = power(bound) * s, variance = floor + part;
      const gap = load<f32>(to) - load<f32>(wanted + at), q = part / variance;
      const excess = (<f32>1 - gap * gap / variance) * unit;
      store<f32>(to, <f32>2 * gap / variance * unit);
      store<f32>(to + bytes, excess * q * (<f32>1 - s));
      const lower = bounds + at, upper = lower + bytes;
      store<f32>(lower, load<f32>(lower) + excess * (floor / variance));
      store<f32>(upper, load<f32>(upper) + excess * q * s);
    }
  }
}

/** e^x of one number. */
@inline
function power(x: f32): f32 {
  return f32x4.extract_lane(exp(f32x4.splat(x)), 0);
}
