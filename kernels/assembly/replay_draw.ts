/**
 * Which transitions the rows of a batch are, and which goals: four rows at a
 * time, one per lane, from the blocks (i, 2) and (i, 3) of Threefry-2x32-20
 * (Salmon et al. 2011; see `rng.ts`, whose words these are, bit for bit).
 *
 * Both blocks go forward together in each step of a loop over two groups of
 * rounds. Written in a row without the loop, the optimiser puts all of the
 * second block behind all of the first, and a processor cannot look far enough
 * ahead to do both at once.
 */

import { high, low, storePart } from "./lanes";

/**
 * Writes episode and step of `rows` rows from row `first` on to `index` and the
 * pointers of their goals to `goals`, 32-bit integers like the index.
 */
export function draw(
  replay: usize, goals: usize, index: usize, first: i32, rows: i32, episodes: i32,
  hi: u32, lo: u32, ratio: f64,
): void {
  const third: u32 = hi ^ lo ^ 0x1bd11bda;
  const k0 = i32x4.splat(hi), k1 = i32x4.splat(lo), k2 = i32x4.splat(third);
  const s1 = i32x4.splat(third + 1), s2 = i32x4.splat(hi + 2), s3 = i32x4.splat(lo + 3);
  const s4 = i32x4.splat(third + 4), s5 = i32x4.splat(hi + 5);
  // The second words start alike in all rows, so their first rotation is done once.
  const place = i32x4.splat(lo + 2), placeTurned = i32x4.splat(rotl<u32>(lo + 2, 13));
  const goalTurned = i32x4.splat(rotl<u32>(lo + 3, 13));
  const lengths = <usize>load<u32>(replay, 8);
  const count = i32x4.splat(episodes);
  const moments = i32x4.splat(load<i32>(replay, 16) + 1);
  const bytes = i32x4.splat(load<i32>(replay, 32) << 2);
  const goalBytes = i32x4.splat(load<i32>(replay, 24) << 2);
  const desired = i32x4.splat(load<u32>(replay, 4));
  // Of the moment after the first.
  const achieved = i32x4.splat(load<u32>(replay) + ((load<i32>(replay, 32) + load<i32>(replay, 20)) << 2));
  const most = ceil<f64>(ratio * 4294967296.0) - 1.0;
  const some = most >= 0.0;
  const under = i32x4.splat(some ? <u32>min<f64>(most, 4294967295.0) : 0);
  let counter = i32x4.add(i32x4.splat(first + hi), i32x4(0, 1, 2, 3));
  while (rows > 0) {
    let x0 = i32x4.add(counter, place), y0 = i32x4.add(counter, s3);
    let x1 = v128.xor(placeTurned, x0), y1 = v128.xor(goalTurned, y0);
    let a = k1, b = s1, c = k2, d = s2;
    for (let pair = 0; pair < 2; pair++) {
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 15, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 15, y0);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 26, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 26, y0);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 6, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 6, y0);
      x0 = i32x4.add(x0, a); x1 = i32x4.add(x1, b); y0 = i32x4.add(y0, a); y1 = i32x4.add(y1, b);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 17, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 17, y0);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 29, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 29, y0);
      x0 = i32x4.add(x0, x1); x1 = halfTurn(x1, x0); y0 = i32x4.add(y0, y1); y1 = halfTurn(y1, y0);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 24, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 24, y0);
      x0 = i32x4.add(x0, c); x1 = i32x4.add(x1, d); y0 = i32x4.add(y0, c); y1 = i32x4.add(y1, d);
      x0 = i32x4.add(x0, x1); x1 = turn(x1, 13, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 13, y0);
      a = k0; b = s3; c = k1; d = s4;
    }
    x0 = i32x4.add(x0, x1); x1 = turn(x1, 15, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 15, y0);
    x0 = i32x4.add(x0, x1); x1 = turn(x1, 26, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 26, y0);
    x0 = i32x4.add(x0, x1); x1 = turn(x1, 6, x0); y0 = i32x4.add(y0, y1); y1 = turn(y1, 6, y0);
    x0 = i32x4.add(x0, k2); x1 = i32x4.add(x1, s5); y0 = i32x4.add(y0, k2); y1 = i32x4.add(y1, s5);
    const episode = below(x0, count);
    const length = gather(lengths, episode);
    const step = below(x1, length);
    const moment = i32x4.add(i32x4.mul(episode, moments), step);
    const later = i32x4.add(moment, below(y1, i32x4.sub(length, step)));
    const future = i32x4.add(achieved, i32x4.mul(later, bytes));
    const own = i32x4.add(desired, i32x4.mul(episode, goalBytes));
    const goal = some ? v128.bitselect(future, own, i32x4.le_u(y0, under)) : own;
    keep(goals, index, rows, goal, low(episode, step), high(episode, step));
    counter = i32x4.add(counter, i32x4.splat(4));
    goals += 16;
    index += 32;
    rows -= 4;
  }
}

/** Writes four rows, or the `rows` that are left. */
@inline
function keep(goals: usize, index: usize, rows: i32, goal: v128, front: v128, back: v128): void {
  if (rows >= 4) {
    v128.store(goals, goal);
    v128.store(index, front);
    v128.store(index, back, 16);
    return;
  }
  storePart(goals, goal, rows);
  v128.store64_lane(index, front, 0);
  if (rows > 1) v128.store64_lane(index, front, 1, 8);
  if (rows > 2) v128.store64_lane(index, back, 0, 16);
}

/** floor(w n / 2^32): a whole number below `n` in each lane. */
@inline
function below(words: v128, n: v128): v128 {
  const front = i64x2.extmul_low_i32x4_u(words, n);
  const back = i64x2.extmul_high_i32x4_u(words, n);
  return i8x16.shuffle(front, back, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** The 32-bit integers of `table` at four places. */
@inline
function gather(table: usize, places: v128): v128 {
  let values = v128.load32_zero(table + (<usize>i32x4.extract_lane(places, 0) << 2));
  values = v128.load32_lane(table + (<usize>i32x4.extract_lane(places, 1) << 2), values, 1);
  values = v128.load32_lane(table + (<usize>i32x4.extract_lane(places, 2) << 2), values, 2);
  return v128.load32_lane(table + (<usize>i32x4.extract_lane(places, 3) << 2), values, 3);
}

/** Each lane rotated left by `bits`, exclusive or `y`. */
@inline
function turn(x: v128, bits: i32, y: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits)), y);
}

/** {@link turn} by 16 bits, which one shuffle does. */
@inline
function halfTurn(x: v128, y: v128): v128 {
  return v128.xor(i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13), y);
}
