/**
 * Products over the units that fired. Behind a rectifier about half of a row is
 * zero, and what a zero is multiplied with need not be read: for the units p of
 * row r with y[r, p] != 0 alone,
 *
 *   forward     z[r, :]  = b + sum over p of y[r, p] W[p, :]
 *   backward    dy[r, p] = dz[r, :] . W[p, :]              (else 0: the rectifier stops it)
 *   gradient    dW[p, :] = sum over r of y[r, p] dz[r, :]
 *
 * All three read whole rows of W or dz at places from a list: of the units that
 * fired in a row, or for the gradient of the rows in which a unit fired.
 *
 *   y        | 0 | .7 | 0 | 0 | .2 | .9 | 0 | ...      fired (NaN counts as fired)
 *   places   | 4 | 16 | 20 | ...                       4 p each; counts are in bytes too
 *
 * Forward and gradient are the chains of `gemm` without the terms that are zero
 * times something, hence the same bits where all is finite. W (or dz) is laid
 * out strip by strip: 32 columns of all rows stay in the first cache.
 *
 *   W  | strip 0 | strip 1 | ...      panel  | row 0: 32 floats | row 1: 32 floats | ...
 */

import { highPair, high, loadPart, low, lowPair, mac, splat, storePart } from "./lanes";

/** Bytes of a row of a panel. */
const STRIP: usize = 128;
/** From so many rows on it pays to lay a panel out. */
const PANEL_ROWS: i32 = 8;

/** For each of the 16 ways four units can fire, the places of those that did. */
export function writePlaces(table: usize): void {
  for (let mask = 0; mask < 16; mask++, table += 16) {
    let at = table;
    v128.store(at, i32x4.splat(0));
    for (let lane = 0; lane < 4; lane++) {
      if (!(mask >> lane & 1)) continue;
      store<i32>(at, lane << 2);
      at += 4;
    }
  }
}

/**
 * Lists the units that fired. A row's list has room for `width` places.
 */
export function listFired(
  y: usize, counts: usize, places: usize, table: usize, rows: i32, width: i32,
): void {
  const zero = f32x4.splat(0);
  const bytes = <usize>width << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++, y += bytes, counts += 4) {
    let next = places;
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const fired = i32x4.bitmask(f32x4.ne(v128.load(y + at), zero));
      const places = v128.load(table + (<usize>fired << 4));
      v128.store(next, i32x4.add(places, i32x4.splat(<i32>at)));
      next += <usize>popcnt(fired) << 2;
    }
    for (; at < bytes; at += 4) {
      store<u32>(next, <u32>at);
      if (load<f32>(y + at) != 0) next += 4;
    }
    store<u32>(counts, <u32>(next - places));
    places += bytes;
  }
}

/** z [rows, out] = bias + y W with y [rows, width]; `panel` has room for 32 columns of W. */
export function firedForward(
  y: usize, counts: usize, places: usize, w: usize, bias: usize, z: usize, panel: usize,
  rows: i32, width: i32, out: i32,
): void {
  const ld = <usize>width << 2;
  const ldw = <usize>out << 2;
  const laid = rows >= PANEL_ROWS;
  let j: usize = 0;
  for (; j + STRIP <= ldw; j += STRIP) {
    if (laid) copyStrip(panel, w + j, ldw, width);
    const from = laid ? panel : w + j;
    const stride = (laid ? STRIP : ldw) >> 2;
    for (let row: usize = 0; row < <usize>rows; row++) {
      const list = places + ld * row;
      const end = list + load<u32>(counts + (row << 2));
      chain32(y + ld * row, 0, list, end, from, stride, bias + j, z + ldw * row + j);
    }
  }
  for (; j < ldw; j += 16) {
    const columns = min(4, <i32>((ldw - j) >> 2));
    for (let row: usize = 0; row < <usize>rows; row++) {
      const list = places + ld * row;
      const end = list + load<u32>(counts + (row << 2));
      const start = getPart(bias + j, columns);
      chainPart(y + ld * row, 0, list, end, w + j, out, start, z + ldw * row + j, columns);
    }
  }
}

/** 32 columns of `rows` rows, `ld` bytes apart, to rows without gaps. */
function copyStrip(panel: usize, from: usize, ld: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, panel += STRIP, from += ld) {
    v128.store(panel, v128.load(from)); v128.store(panel, v128.load(from, 16), 16);
    v128.store(panel, v128.load(from, 32), 32); v128.store(panel, v128.load(from, 48), 48);
    v128.store(panel, v128.load(from, 64), 64); v128.store(panel, v128.load(from, 80), 80);
    v128.store(panel, v128.load(from, 96), 96); v128.store(panel, v128.load(from, 112), 112);
  }
}

/**
 * 32 columns: to = start + the sum over a list of x w[place * stride], with x at
 * `y + place`, or where y is 0 `gap` bytes behind the place.
 */
@inline
function chain32(
  y: usize, gap: usize, list: usize, end: usize, w: usize, stride: usize, start: usize, to: usize,
): void {
  let s0 = v128.load(start), s1 = v128.load(start, 16);
  let s2 = v128.load(start, 32), s3 = v128.load(start, 48);
  let s4 = v128.load(start, 64), s5 = v128.load(start, 80);
  let s6 = v128.load(start, 96), s7 = v128.load(start, 112);
  for (; list < end; list += 4) {
    const place = <usize>load<u32>(list);
    const a = splat(y ? y + place : list + gap, 0);
    const b = w + place * stride;
    s0 = mac(s0, a, v128.load(b)); s1 = mac(s1, a, v128.load(b, 16));
    s2 = mac(s2, a, v128.load(b, 32)); s3 = mac(s3, a, v128.load(b, 48));
    s4 = mac(s4, a, v128.load(b, 64)); s5 = mac(s5, a, v128.load(b, 80));
    s6 = mac(s6, a, v128.load(b, 96)); s7 = mac(s7, a, v128.load(b, 112));
  }
  v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
  v128.store(to, s4, 64); v128.store(to, s5, 80); v128.store(to, s6, 96); v128.store(to, s7, 112);
}

/** The same for 1 to 4 columns. */
@inline
function chainPart(
  y: usize, gap: usize, list: usize, end: usize, w: usize, stride: usize, start: v128, to: usize,
  columns: i32,
): void {
  for (; list < end; list += 4) {
    const place = <usize>load<u32>(list);
    const a = splat(y ? y + place : list + gap, 0);
    start = mac(start, a, getPart(w + place * stride, columns));
  }
  if (columns == 4) v128.store(to, start);
  else storePart(to, start, columns);
}

@inline
function getPart(at: usize, columns: i32): v128 {
  return columns == 4 ? v128.load(at) : loadPart(at, columns);
}

/**
 * For each unit the rows in which it fired: unit p's list has room for `rows`
 * places, 4 times the row each; what the unit gave lies `gap` bytes behind.
 */
function listRows(
  y: usize, counts: usize, places: usize, gap: usize, rows: i32, width: i32,
): void {
  const ld = <usize>width << 2;
  const room = <usize>rows << 2;
  const zero = f32x4.splat(0);
  let p: usize = 0;
  for (; p + 16 <= ld; p += 16, places += room << 2) {
    let l0 = places, l1 = l0 + room, l2 = l1 + room, l3 = l2 + room;
    for (let row: usize = 0, at = y + p; row < room; row += 4, at += ld) {
      const x = v128.load(at);
      const fired = i32x4.bitmask(f32x4.ne(x, zero));
      store<u32>(l0, <u32>row); v128.store32_lane(l0 + gap, x, 0); l0 += fired << 2 & 4;
      store<u32>(l1, <u32>row); v128.store32_lane(l1 + gap, x, 1); l1 += fired << 1 & 4;
      store<u32>(l2, <u32>row); v128.store32_lane(l2 + gap, x, 2); l2 += fired & 4;
      store<u32>(l3, <u32>row); v128.store32_lane(l3 + gap, x, 3); l3 += fired >> 1 & 4;
    }
    store<u32>(counts + p, <u32>(l0 - places));
    store<u32>(counts + p, <u32>(l1 - places - room), 4);
    store<u32>(counts + p, <u32>(l2 - places - 2 * room), 8);
    store<u32>(counts + p, <u32>(l3 - places - 3 * room), 12);
  }
  for (; p < ld; p += 4, places += room) {
    let list = places;
    for (let row: usize = 0, at = y + p; row < room; row += 4, at += ld) {
      const x = load<f32>(at);
      store<u32>(list, <u32>row);
      store<f32>(list + gap, x);
      if (x != 0) list += 4;
    }
    store<u32>(counts + p, <u32>(list - places));
  }
}

/**
 * dW [width, out] = yᵀ dz with y [rows, width].
 *
 *   scratch   | zeros: 32 | panel: rows x 32 | counts: width | places: width x rows, 4 | values: as places |
 */
export function firedGradient(
  y: usize, dz: usize, dw: usize, scratch: usize, rows: i32, width: i32, out: i32,
): void {
  const room = <usize>rows << 2;
  const ldw = <usize>out << 2;
  const panel = scratch + STRIP;
  const counts = panel + STRIP * rows;
  const places = counts + (<usize>width << 2);
  memory.fill(scratch, 0, STRIP);
  const gap = <usize>width * room + 16;
  listRows(y, counts, places, gap, rows, width);
  let j: usize = 0;
  for (; j + STRIP <= ldw; j += STRIP) {
    copyStrip(panel, dz + j, ldw, rows);
    for (let p: usize = 0; p < <usize>width; p++) {
      const list = places + room * p;
      const end = list + load<u32>(counts + (p << 2));
      chain32(0, gap, list, end, panel, 32, scratch, dw + ldw * p + j);
    }
  }
  for (; j < ldw; j += 16) {
    const columns = min(4, <i32>((ldw - j) >> 2));
    for (let p: usize = 0; p < <usize>width; p++) {
      const list = places + room * p;
      const end = list + load<u32>(counts + (p << 2));
      chainPart(0, gap, list, end, dz + j, out, f32x4.splat(0), dw + ldw * p + j, columns);
    }
  }
}

/**
 * dy [rows, width] = dz Wᵀ where the unit fired, else 0. The sum over q runs in
 * eight chains, q mod 8, joined as ((c0+c4) + (c1+c5)) + ((c2+c6) + (c3+c7)).
 * `chains` has room for 32 floats.
 */
export function firedBackward(
  counts: usize, places: usize, w: usize, dz: usize, dy: usize, chains: usize,
  rows: i32, width: i32, out: i32,
): void {
  const ld = <usize>width << 2;
  const ldw = <usize>out << 2;
  memory.fill(dy, 0, ld * rows);
  for (let row = 0; row < rows; row++, dz += ldw, dy += ld, places += ld, counts += 4) {
    const count = load<u32>(counts);
    if (!count) continue;
    const last = places + count - 4;
    for (let list = places; list <= last; list += 16) {
      // A group that is not full repeats its last unit.
      const p0 = load<u32>(list), p1 = load<u32>(min(list + 4, last));
      const p2 = load<u32>(min(list + 8, last)), p3 = load<u32>(min(list + 12, last));
      const size = <u32>out;
      dots4(dz, out, w + p0 * size, w + p1 * size, w + p2 * size, w + p3 * size, chains);
      const sums = joined(chains);
      v128.store32_lane(dy + p3, sums, 3);
      v128.store32_lane(dy + p2, sums, 2);
      v128.store32_lane(dy + p1, sums, 1);
      v128.store32_lane(dy + p0, sums, 0);
    }
  }
}

/** The eight chains of dz times each of four rows of W, to memory: so V8 can join their halves. */
@inline
function dots4(
  dz: usize, out: i32, w0: usize, w1: usize, w2: usize, w3: usize, chains: usize,
): void {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, t0 = zero, t1 = zero, t2 = zero, t3 = zero;
  const end = dz + (<usize>(out & ~7) << 2);
  for (; dz < end; dz += 32, w0 += 32, w1 += 32, w2 += 32, w3 += 32) {
    const d = v128.load(dz), e = v128.load(dz, 16);
    s0 = mac(s0, d, v128.load(w0)); t0 = mac(t0, e, v128.load(w0, 16));
    s1 = mac(s1, d, v128.load(w1)); t1 = mac(t1, e, v128.load(w1, 16));
    s2 = mac(s2, d, v128.load(w2)); t2 = mac(t2, e, v128.load(w2, 16));
    s3 = mac(s3, d, v128.load(w3)); t3 = mac(t3, e, v128.load(w3, 16));
  }
  v128.store(chains, s0); v128.store(chains, t0, 16);
  v128.store(chains, s1, 32); v128.store(chains, t1, 48);
  v128.store(chains, s2, 64); v128.store(chains, t2, 80);
  v128.store(chains, s3, 96); v128.store(chains, t3, 112);
  for (let q: usize = 0; q < <usize>(out & 7) << 2; q += 4) {
    const d = load<f32>(dz + q);
    const at = chains + q;
    store<f32>(at, load<f32>(at) + d * load<f32>(w0 + q));
    store<f32>(at, load<f32>(at, 32) + d * load<f32>(w1 + q), 32);
    store<f32>(at, load<f32>(at, 64) + d * load<f32>(w2 + q), 64);
    store<f32>(at, load<f32>(at, 96) + d * load<f32>(w3 + q), 96);
  }
}

/** Each of four times eight chains in one sum. */
@inline
function joined(chains: usize): v128 {
  const a = f32x4.add(v128.load(chains), v128.load(chains, 16));
  const b = f32x4.add(v128.load(chains, 32), v128.load(chains, 48));
  const c = f32x4.add(v128.load(chains, 64), v128.load(chains, 80));
  const d = f32x4.add(v128.load(chains, 96), v128.load(chains, 112));
  const l01 = low(a, b), h01 = high(a, b), l23 = low(c, d), h23 = high(c, d);
  return f32x4.add(
    f32x4.add(lowPair(l01, l23), highPair(l01, l23)),
    f32x4.add(lowPair(h01, h23), highPair(h01, h23)),
  );
}
