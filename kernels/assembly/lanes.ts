/**
 * Loads and stores of 1 to 3 floats as a vector, for the last columns of a
 * matrix whose width is not a multiple of 4. Neither touches memory beyond the
 * floats asked for; unused lanes are zero.
 */

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

@inline
export function startPart(at: usize, count: i32, accumulate: i32): v128 {
  return accumulate ? loadPart(at, count) : f32x4.splat(0);
}
