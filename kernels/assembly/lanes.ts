/**
 * Four lanes of 32-bit floats: the multiply-add that every product is made of,
 * and loads and stores of 1 to 3 floats for the last columns of a matrix whose
 * width is not a multiple of 4. None touches memory beyond the floats asked
 * for; unused lanes are zero.
 */

/**
 * s + x y, rounded twice: plain SIMD has no fused form, so every CPU agrees.
 * The relaxed build rounds once on a CPU that can, and twice on any other.
 */
@inline
export function mac(s: v128, x: v128, y: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(x, y, s);
  return f32x4.add(s, f32x4.mul(x, y));
}

/** One float, `offset` bytes behind `at`, in all four lanes. */
@inline
export function splat(at: usize, offset: usize): v128 {
  return v128.load_splat<f32>(at + offset);
}

/** `count` (1, 2 or 3) floats from `at`. */
@inline
export function loadPart(at: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(at);
  const two = v128.load64_zero(at);
  if (count == 2) return two;
  return v128.load32_lane(at, two, 2, 8);
}

/** The first `count` (1, 2 or 3) lanes to `at`. */
@inline
export function storePart(at: usize, value: v128, count: i32): void {
  if (count == 1) {
    v128.store32_lane(at, value, 0);
    return;
  }
  v128.store64_lane(at, value, 0);
  if (count == 3) v128.store32_lane(at, value, 2, 8);
}

/** What a product adds to: C where it accumulates, else zero. */
@inline
export function start(at: usize, accumulate: i32): v128 {
  return accumulate ? v128.load(at) : f32x4.splat(0);
}

/** {@link start} for the last 1 to 3 columns. */
@inline
export function startPart(at: usize, count: i32, accumulate: i32): v128 {
  return accumulate ? loadPart(at, count) : f32x4.splat(0);
}

/** a0 b0 a1 b1 */
@inline
export function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

/** a2 b2 a3 b3 */
@inline
export function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

/** a0 a1 b0 b1 */
@inline
export function lowPair(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** a2 a3 b2 b3 */
@inline
export function highPair(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
