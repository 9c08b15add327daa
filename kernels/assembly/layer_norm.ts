/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) without affine part, and the
 * rectifier behind it, row by row:
 *
 *   zhat = (z - mean z) / sqrt(var z + 1e-5),   y = max(zhat, 0)
 *
 * A sum over a row of width h runs in eight chains, in the same order for every
 * row, so that the bits of a row depend on that row alone:
 *
 *   | 0..3 A | 4..7 B | 8..11 A | 12..15 B | ... | group of 4 left: A | tail |
 *   v = A + B;  sum = ((v0 + v1) + (v2 + v3)) + tail 0 + tail 1 + tail 2
 */

const EPSILON: f32 = 1e-5;

/** The four lanes of a row sum in their fixed order. */
@inline
function across(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

function rowSum(z: usize, width: i32): f32 {
  let a = f32x4.splat(0), b = f32x4.splat(0);
  let j = 0;
  for (; j + 8 <= width; j += 8, z += 32) {
    a = f32x4.add(a, v128.load(z));
    b = f32x4.add(b, v128.load(z, 16));
  }
  if (j + 4 <= width) {
    a = f32x4.add(a, v128.load(z));
    j += 4, z += 16;
  }
  let sum = across(f32x4.add(a, b));
  for (; j < width; j++, z += 4) sum += load<f32>(z);
  return sum;
}

/** Sum of (z - mean)^2 over a row. */
function rowSquares(z: usize, width: i32, mean: f32): f32 {
  const middle = f32x4.splat(mean);
  let a = f32x4.splat(0), b = f32x4.splat(0);
  let j = 0;
  for (; j + 8 <= width; j += 8, z += 32) {
    const d = f32x4.sub(v128.load(z), middle);
    const e = f32x4.sub(v128.load(z, 16), middle);
    a = f32x4.add(a, f32x4.mul(d, d));
    b = f32x4.add(b, f32x4.mul(e, e));
  }
  if (j + 4 <= width) {
    const d = f32x4.sub(v128.load(z), middle);
    a = f32x4.add(a, f32x4.mul(d, d));
    j += 4, z += 16;
  }
  let sum = across(f32x4.add(a, b));
  for (; j < width; j++, z += 4) {
    const d = load<f32>(z) - mean;
    sum += d * d;
  }
  return sum;
}

/** z becomes zhat in place; y = relu(zhat); one 1/std per row. */
export function normaliseRows(z: usize, y: usize, scale: usize, rows: i32, width: i32): void {
  const count = <f32>width;
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++, scale += 4) {
    const mean = rowSum(z, width) / count;
    const variance = rowSquares(z, width, mean) / count;
    // The vector form: V8's scalar one is slow behind instructions of 256 bits.
    const deviation = f32x4.sqrt(f32x4.splat(variance + EPSILON));
    const rstd: f32 = <f32>1.0 / f32x4.extract_lane(deviation, 0);
    store<f32>(scale, rstd);
    const middle = f32x4.splat(mean), factor = f32x4.splat(rstd);
    let j = 0;
    for (; j + 8 <= width; j += 8, z += 32, y += 32) {
      const value = f32x4.mul(f32x4.sub(v128.load(z), middle), factor);
      const next = f32x4.mul(f32x4.sub(v128.load(z, 16), middle), factor);
      v128.store(z, value);
      v128.store(z, next, 16);
      v128.store(y, f32x4.pmax(value, zero));
      v128.store(y, f32x4.pmax(next, zero), 16);
    }
    if (j + 4 <= width) {
      const value = f32x4.mul(f32x4.sub(v128.load(z), middle), factor);
      v128.store(z, value);
      v128.store(y, f32x4.pmax(value, zero));
      j += 4, z += 16, y += 16;
    }
    for (; j < width; j++, z += 4, y += 4) {
      const value = (load<f32>(z) - mean) * rstd;
      store<f32>(z, value);
      store<f32>(y, value < 0 ? 0 : value);
    }
  }
}

/** y = relu(z), `count` floats; NaN stays NaN. */
export function rectify(z: usize, y: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let j = 0;
  for (; j + 4 <= count; j += 4, z += 16, y += 16) {
    v128.store(y, f32x4.pmax(v128.load(z), zero));
  }
  for (; j < count; j++, z += 4, y += 4) {
    const value = load<f32>(z);
    store<f32>(y, value < 0 ? 0 : value);
  }
}

/** d becomes d where z > 0, else 0, in place: the rectifier's derivative. */
export function rectifyBack(d: usize, z: usize, count: i32): void {
  const zero = f32x4.splat(0);
  let j = 0;
  for (; j + 4 <= count; j += 4, z += 16, d += 16) {
    v128.store(d, v128.and(v128.load(d), f32x4.gt(v128.load(z), zero)));
  }
  for (; j < count; j++, z += 4, d += 4) {
    if (!(load<f32>(z) > 0)) store<f32>(d, 0);
  }
}

/**
 * d (by y) becomes d (by z) in place, with g = d where zhat > 0, else 0:
 *
 *   dz = ((g - mean g) - zhat * mean(g * zhat)) / std
 */
export function normaliseBack(d: usize, zhat: usize, scale: usize, rows: i32, width: i32): void {
  const zero = f32x4.splat(0);
  const count = <f32>width;
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, d += bytes, zhat += bytes, scale += 4) {
    let a = zero, b = zero, u = zero, v = zero;
    let at: usize = 0;
    for (; at + 32 <= bytes; at += 32) {
      const z0 = v128.load(zhat + at), z1 = v128.load(zhat + at, 16);
      const g0 = v128.and(v128.load(d + at), f32x4.gt(z0, zero));
      const g1 = v128.and(v128.load(d + at, 16), f32x4.gt(z1, zero));
      a = f32x4.add(a, g0);
      b = f32x4.add(b, g1);
      u = f32x4.add(u, f32x4.mul(g0, z0));
      v = f32x4.add(v, f32x4.mul(g1, z1));
    }
    if (at + 16 <= bytes) {
      const z0 = v128.load(zhat + at);
      const g0 = v128.and(v128.load(d + at), f32x4.gt(z0, zero));
      a = f32x4.add(a, g0);
      u = f32x4.add(u, f32x4.mul(g0, z0));
      at += 16;
    }
    let sum = across(f32x4.add(a, b));
    let dot = across(f32x4.add(u, v));
    for (; at < bytes; at += 4) {
      const z = load<f32>(zhat + at);
      const g: f32 = z > 0 ? load<f32>(d + at) : 0;
      sum += g;
      dot += g * z;
    }
    const mean = sum / count;
    const slope = dot / count;
    const rstd = load<f32>(scale);
    const mean4 = f32x4.splat(mean), slope4 = f32x4.splat(slope), rstd4 = f32x4.splat(rstd);
    at = 0;
    for (; at + 32 <= bytes; at += 32) {
      const z0 = v128.load(zhat + at), z1 = v128.load(zhat + at, 16);
      const g0 = v128.and(v128.load(d + at), f32x4.gt(z0, zero));
      const g1 = v128.and(v128.load(d + at, 16), f32x4.gt(z1, zero));
      const i0 = f32x4.sub(f32x4.sub(g0, mean4), f32x4.mul(z0, slope4));
      const i1 = f32x4.sub(f32x4.sub(g1, mean4), f32x4.mul(z1, slope4));
      v128.store(d + at, f32x4.mul(rstd4, i0));
      v128.store(d + at, f32x4.mul(rstd4, i1), 16);
    }
    if (at + 16 <= bytes) {
      const z = v128.load(zhat + at);
      const g = v128.and(v128.load(d + at), f32x4.gt(z, zero));
      const inner = f32x4.sub(f32x4.sub(g, mean4), f32x4.mul(z, slope4));
      v128.store(d + at, f32x4.mul(rstd4, inner));
      at += 16;
    }
    for (; at < bytes; at += 4) {
      const z = load<f32>(zhat + at);
      const g: f32 = z > 0 ? load<f32>(d + at) : 0;
      store<f32>(d + at, rstd * ((g - mean) - z * slope));
    }
  }
}
