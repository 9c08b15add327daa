/**
 * A batch through a network: hidden layers y = relu(LN?(x W + b)), linear head.
 *
 *   network   | inputs | depth | layerNorm | outputs | hidden 0 | ... |
 *   params    | W0 [in, h0] | b0 [h0] | W1 [h0, h1] | b1 [h1] | ... | head W | head b |
 *   tape      | layer 0: zhat rows x h0 | y rows x h0 | 1/std rows | layer 1: ... | notes |
 *   notes     | table 64 | panel: 32 x widest | layer 0: counts rows | places rows x h0 | ... |
 *
 * The first layer reads dense inputs; rows go through it in blocks that fit the
 * first cache. Any other reads what a rectifier let through, and goes by the
 * lists of `active.ts`. A row's bits do not depend on its block.
 */

import { firedForward, listFired, writePlaces } from "./active";
import { gemm } from "./gemm";
import { normaliseRows, rectify } from "./layer_norm";

const ROW_BLOCK: i32 = 32;
/** Bytes of the table of places. */
const TABLE: usize = 256;

export function mlpForward(
  network: usize, params: usize, x: usize, tape: usize, y: usize, rows: i32,
): void {
  if (!rows) return;
  let width = load<i32>(network);
  const depth = load<i32>(network, 4);
  const layerNorm = load<i32>(network, 8);
  const table = tape + tapeBytes(network, rows);
  let counts = firstList(network, table);
  if (depth > 1) writePlaces(table);
  for (let layer = 0; layer < depth; layer++) {
    const hidden = load<i32>(network + (<usize>layer << 2), 16);
    const bytes = <usize>rows * <usize>hidden << 2;
    const out = tape + bytes;
    const scale = out + bytes;
    if (layer) {
      const bias = params + (<usize>width * hidden << 2);
      firedForward(x, counts, counts + (<usize>rows << 2), params, bias, tape, table + TABLE, rows, width, hidden);
      if (layerNorm) normaliseRows(tape, out, scale, rows, hidden);
      else rectify(tape, out, rows * hidden);
      counts += <usize>rows * (width + 1) << 2;
    } else firstLayer(params, x, tape, out, scale, rows, width, hidden, layerNorm);
    if (layer + 1 < depth) listFired(out, counts, counts + (<usize>rows << 2), table, rows, hidden);
    x = out;
    tape = scale + (<usize>rows << 2);
    params += <usize>(width + 1) * hidden << 2;
    width = hidden;
  }
  const outputs = load<i32>(network, 12);
  fillRows(y, params + (<usize>width * outputs << 2), rows, outputs);
  gemm(x, params, y, rows, outputs, width, 1);
}

/** Bytes of the hidden layers on a tape: what lies before the notes. */
export function tapeBytes(network: usize, rows: i32): usize {
  const depth = load<i32>(network, 4);
  let floats: usize = 0;
  for (let layer = 0; layer < depth; layer++) {
    floats += <usize>rows * (2 * load<i32>(network + (<usize>layer << 2), 16) + 1);
  }
  return floats << 2;
}

/** Where the lists begin, behind table and panel. */
export function firstList(network: usize, table: usize): usize {
  const depth = load<i32>(network, 4);
  let widest = 0;
  for (let layer = 0; layer < depth; layer++) {
    widest = max(widest, load<i32>(network + (<usize>layer << 2), 16));
  }
  return table + TABLE + (<usize>widest << 7);
}

/** The hidden layer that reads the inputs, block by block. */
function firstLayer(
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
