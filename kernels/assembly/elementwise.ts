/**
 * Kernels that treat each element by itself: four lanes at a time, then the
 * last `count % 4` one by one with the same operations, so that an element's
 * bits do not depend on where it lies.
 *
 *   | lane 0..3 | lane 0..3 | ... | tail 0..3 |
 */

/** tanh x = t / (t + 2) with t = exp(2 |x|) - 1, in f64; 1 beyond |x| = 10. */
export function tanh(src: usize, dst: usize, count: i32): void {
  const end = src + (<usize>count << 2);
  for (; src < end; src += 4, dst += 4) {
    store<f32>(dst, tanhOf(load<f32>(src)));
  }
}

/**
 * exp(y) - 1 = 2^n q + (2^n - 1), n = floor(y / ln 2 + 1/2), q = exp(y - n ln 2) - 1:
 * no cancellation near zero. The Taylor series of q stops at r^13; |r| <= 0.347.
 */
function tanhOf(x: f32): f32 {
  if (x != x) return x;
  const wide = abs<f64>(<f64>x);
  const y = 2.0 * (wide < 10.0 ? wide : 10.0);
  const n = floor<f64>(y * 1.4426950408889634 + 0.5);
  const r = y - n * 0.6931471805599453;
  let sum: f64 = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  const power = <f64>(1 << <i32>n);
  const t = power * (r * sum) + (power - 1.0);
  const size = t / (t + 2.0);
  return <f32>(x < 0.0 ? -size : size);
}

/** m = b1 m + (1-b1) g, v = b2 v + (1-b2) (g g), p = p - (rate m) / (sqrt v + epsilon). */
export function adam(
  params: usize, gradient: usize, gradient2: usize, m: usize, v: usize, count: i32,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64,
): void {
  const rest1 = <f32>(1.0 - beta1);
  const rest2 = <f32>(1.0 - beta2);
  const b1 = <f32>beta1;
  const b2 = <f32>beta2;
  const step = <f32>rate;
  const eps = <f32>epsilon;
  const bytes = <usize>count << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    let g = v128.load(gradient + at);
    if (gradient2) g = f32x4.add(g, v128.load(gradient2 + at));
    const first = f32x4.add(
      f32x4.mul(f32x4.splat(b1), v128.load(m + at)),
      f32x4.mul(f32x4.splat(rest1), g),
    );
    const second = f32x4.add(
      f32x4.mul(f32x4.splat(b2), v128.load(v + at)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)),
    );
    v128.store(m + at, first);
    v128.store(v + at, second);
    const change = f32x4.div(
      f32x4.mul(f32x4.splat(step), first),
      f32x4.add(f32x4.sqrt(second), f32x4.splat(eps)),
    );
    v128.store(params + at, f32x4.sub(v128.load(params + at), change));
  }
  for (; at < bytes; at += 4) {
    let g = load<f32>(gradient + at);
    if (gradient2) g = g + load<f32>(gradient2 + at);
    const first = b1 * load<f32>(m + at) + rest1 * g;
    const second = b2 * load<f32>(v + at) + rest2 * (g * g);
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    store<f32>(
      params + at,
      load<f32>(params + at) - (step * first) / (sqrt<f32>(second) + eps),
    );
  }
}

/** target += tau (source - target). */
export function polyak(target: usize, source: usize, count: i32, tau: f64): void {
  const share = <f32>tau;
  const bytes = <usize>count << 2;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const old = v128.load(target + at);
    const gap = f32x4.sub(v128.load(source + at), old);
    v128.store(target + at, f32x4.add(old, f32x4.mul(f32x4.splat(share), gap)));
  }
  for (; at < bytes; at += 4) {
    const old = load<f32>(target + at);
    store<f32>(target + at, old + share * (load<f32>(source + at) - old));
  }
}

/**
 * dst = clamp((src - mean) * scale, -clip, clip); NaN stays NaN.
 *
 *   src  | row 0: width | row 1: width | ...
 *   dst  | row 0: width | other columns | row 1: width | ...   (stride floats apart)
 */
export function normalise(
  src: usize, dst: usize, rows: i32, width: i32, stride: i32,
  mean: usize, scale: usize, clip: f64,
): void {
  const high = <f32>clip;
  const low = -high;
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      const centred = f32x4.sub(v128.load(src + at), v128.load(mean + at));
      const value = f32x4.mul(centred, v128.load(scale + at));
      const above = f32x4.pmax(value, f32x4.splat(low));
      v128.store(dst + at, f32x4.pmin(above, f32x4.splat(high)));
    }
    for (; at < bytes; at += 4) {
      let value = (load<f32>(src + at) - load<f32>(mean + at)) * load<f32>(scale + at);
      value = value < low ? low : value;
      store<f32>(dst + at, high < value ? high : value);
    }
    src += bytes;
    dst += <usize>stride << 2;
  }
}
