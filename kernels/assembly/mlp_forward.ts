/**
 * A batch through a network: hidden layers y = relu(LN?(x W + b)), linear head.
 *
 *   network   | inputs | depth | layerNorm | outputs | hidden 0 | ... |
 *   params    | W0 [in, h0] | b0 [h0] | W1 [h0, h1] | b1 [h1] | ... | head W | head b |
 *   tape      | layer 0: zhat rows x h0 | y rows x h0 | 1/std rows | layer 1: ... |
 *
 * Rows go through a layer in blocks that fit the first cache: bias, product,
 * normalisation and rectifier all meet them there. A row's bits do not depend
 * on its block.
 */

import { gemm } from "./gemm";
import { normaliseRows, rectify } from "./layer_norm";

const ROW_BLOCK: i32 = 32;

export function mlpForward(
  network: usize, params: usize, x: usize, tape: usize, y: usize, rows: i32,
): void {
  let width = load<i32>(network);
  const depth = load<i32>(network, 4);
  const layerNorm = load<i32>(network, 8);
  for (let layer = 0; layer < depth; layer++) {
    const hidden = load<i32>(network + (<usize>layer << 2), 16);
    const bytes = <usize>rows * <usize>hidden << 2;
    forwardLayer(params, x, tape, tape + bytes, tape + (bytes << 1), rows, width, hidden, layerNorm);
    x = tape + bytes;
    tape += (bytes << 1) + (<usize>rows << 2);
    params += <usize>(width + 1) * hidden << 2;
    width = hidden;
  }
  const outputs = load<i32>(network, 12);
  fillRows(y, params + (<usize>width * outputs << 2), rows, outputs);
  gemm(x, params, y, rows, outputs, width, 1);
}

/** One hidden layer, block by block. */
function forwardLayer(
  params: usize, x: usize, z: usize, y: usize, scale: usize,
  rows: i32, width: i32, hidden: i32, layerNorm: i32,
): void {
  const bias = params + (<usize>width * hidden << 2);
  for (let row = 0; row < rows; row += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - row);
    fillRows(z, bias, count, hidden);
    gemm(x, params, z, count, hidden, width, 1);
    if (layerNorm) normaliseRows(z, y, scale, count, hidden);
    else rectify(z, y, count * hidden);
    x += <usize>count * width << 2;
    z += <usize>count * hidden << 2;
    y += <usize>count * hidden << 2;
    scale += <usize>count << 2;
  }
}

/** Each row becomes the bias: the product adds to it. */
function fillRows(z: usize, bias: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, z += bytes) {
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) v128.store(z + at, v128.load(bias + at));
    for (; at < bytes; at += 4) store<f32>(z + at, load<f32>(bias + at));
  }
}
