/**
 * Draws a batch from a replay store and relabels goals in hindsight
 * (Andrychowicz et al. 2017, strategy "future").
 *
 *   episode e:  records  r(0)  r(1)  ...  r(t)  r(t+1)  ...  r(L) ... r(T)
 *                                          |     '---------v-----'
 *                                  the row drawn     future goals
 *
 *   record r(t):  observation o(t) | achieved goal g(t) | action a(t) | padding
 *
 * Row i of the batch is a pure function of (store, key, i).
 *
 * A large store lies outside the caches, and WebAssembly has no instruction to
 * fetch ahead. So a block of rows is drawn first, then one word of each of its
 * cache lines is read with nothing in between that waits, so that as many lines
 * are on their way at once as the processor allows, and then it is copied.
 */

import { loadPart } from "./lanes";
import { draw } from "./replay_draw";

/** Rows drawn, fetched and copied in one go: their lines fit the innermost cache. */
const BLOCK: i32 = 32;

/** Bytes of a cache line. */
const LINE: usize = 64;

export function replaySample(
  replay: usize, batch: usize, first: i32, rows: i32, episodes: i32,
  hi: u32, lo: u32, ratio: f64, threshold: f64,
): void {
  if (episodes < 1) return;
  // The rewards hold the pointers of the goals until they are known.
  let rewards = <usize>load<u32>(batch, 16) + (<usize>first << 2);
  let index = <usize>load<u32>(batch, 20) + (<usize>first << 3);
  while (rows > 0) {
    const count = min<i32>(rows, BLOCK);
    draw(replay, rewards, index, first, count, episodes, hi, lo, ratio);
    // Kept where it is overwritten at once: what nobody reads is not loaded.
    store<u32>(<usize>load<u32>(batch, 8) + <usize>first * (load<i32>(replay, 24) << 2), fetch(replay, rewards, index, count));
    copyRows(replay, batch, rewards, index, first, count, threshold);
    first += count;
    rewards += <usize>count << 2;
    index += <usize>count << 3;
    rows -= count;
  }
}

/**
 * Reads a word of each cache line that the rows need and gives a mixture of
 * them. Of long records four lines will do: the processor sees a stream.
 */
function fetch(replay: usize, goals: usize, index: usize, rows: i32): u32 {
  const records = <usize>load<u32>(replay);
  const moments = <usize>(load<i32>(replay, 16) + 1);
  const bytes = <usize>load<i32>(replay, 32) << 2;
  // This record and the next as far as the goal achieved there.
  const last = bytes + (<usize>(load<i32>(replay, 20) + load<i32>(replay, 24)) << 2) - 4;
  const second = min(LINE, last), third = min(2 * LINE, last), fourth = min(3 * LINE, last);
  let mixture: u32 = 0;
  for (; rows > 0; rows--) {
    const record = recordAt(records, moments, bytes, index);
    mixture ^= load<u32>(record) ^ load<u32>(record + second) ^ load<u32>(record + third) ^ load<u32>(record + fourth);
    mixture ^= load<u32>(<usize>load<u32>(goals));
    goals += 4;
    index += 8;
  }
  return mixture;
}

/** The record of the episode and the step in a row of the index. */
@inline
function recordAt(records: usize, moments: usize, bytes: usize, index: usize): usize {
  const place = load<u64>(index);
  return records + (<usize>(<u32>place) * moments + <usize>(place >> 32)) * bytes;
}

/** Fills the rows from row `first` on out of their records and goals. */
function copyRows(
  replay: usize, batch: usize, rewards: usize, index: usize, first: i32, rows: i32, threshold: f64,
): void {
  const records = <usize>load<u32>(replay);
  const moments = <usize>(load<i32>(replay, 16) + 1);
  const no = <usize>load<i32>(replay, 20) << 2;
  const ng = <usize>load<i32>(replay, 24) << 2;
  const na = <usize>load<i32>(replay, 28) << 2;
  const bytes = <usize>load<i32>(replay, 32) << 2;
  const desired = <usize>load<u32>(replay, 4);
  const bounds = <usize>load<u32>(replay, 12);
  let observation = <usize>load<u32>(batch) + <usize>first * no;
  let next = <usize>load<u32>(batch, 4) + <usize>first * no;
  let goal = <usize>load<u32>(batch, 8) + <usize>first * ng;
  let action = <usize>load<u32>(batch, 12) + <usize>first * na;
  for (; rows > 0; rows--) {
    const record = recordAt(records, moments, bytes, index);
    let source = <usize>load<u32>(rewards);
    if (bounds && outside(source, bounds, ng)) source = desired + <usize>load<u32>(index) * ng;
    copyPair(observation, record, next, record + bytes, no);
    copy(action, record + no + ng, na);
    const near = copyGoal(goal, source, record + bytes + no, ng) <= threshold;
    // 0 or -1, without a branch that nobody could predict.
    store<u32>(rewards, (<u32>near - 1) & 0xbf800000);
    observation += no;
    next += no;
    goal += ng;
    action += na;
    rewards += 4;
    index += 8;
  }
}

/** Whether a goal of `bytes / 4` entries leaves its bounds, `[low | high]`. */
@inline
function outside(goal: usize, bounds: usize, bytes: usize): bool {
  let out = i32x4.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    out = v128.or(out, beyond(v128.load(goal + at), v128.load(bounds + at), v128.load(bounds + bytes + at)));
  }
  if (at < bytes) {
    const count = <i32>(bytes - at) >> 2;
    const low = loadPart(bounds + at, count), high = loadPart(bounds + bytes + at, count);
    out = v128.or(out, beyond(loadPart(goal + at, count), low, high));
  }
  return v128.any_true(out);
}

/** The lanes in which x is less than `low` or more than `high`. */
@inline
function beyond(x: v128, low: v128, high: v128): v128 {
  return v128.or(f32x4.lt(x, low), f32x4.gt(x, high));
}

/** Copies a goal of `bytes / 4` entries; gives its Euclidean distance in f64 from what was reached. */
@inline
function copyGoal(to: usize, goal: usize, reached: usize, bytes: usize): f64 {
  let sum: f64 = 0.0;
  let at: usize = 0;
  for (; at + 8 <= bytes; at += 8) {
    const pair = v128.load64_zero(goal + at);
    v128.store64_lane(to + at, pair, 0);
    const d = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(reached + at)), f64x2.promote_low_f32x4(pair));
    const squares = f64x2.mul(d, d);
    sum += f64x2.extract_lane(squares, 0);
    sum += f64x2.extract_lane(squares, 1);
  }
  if (at < bytes) {
    const entry = load<f32>(goal + at);
    store<f32>(to + at, entry);
    const d = <f64>load<f32>(reached + at) - <f64>entry;
    sum += d * d;
  }
  return sqrt<f64>(sum);
}

/** Copies `bytes`, a multiple of 4; the last vector may overlap the one before. */
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  if (bytes < 16) {
    for (let at: usize = 0; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
    return;
  }
  const last = bytes - 16;
  v128.store(to + last, v128.load(from + last));
  for (let at: usize = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at));
}

/**
 * Two copies of `bytes` side by side. Where the engine checks every access, that is
 * cheapest where its place is a pointer plus a constant.
 */
@inline
function copyPair(to: usize, from: usize, to2: usize, from2: usize, bytes: usize): void {
  if (bytes < 16) {
    copy(to, from, bytes);
    copy(to2, from2, bytes);
    return;
  }
  let left = bytes - 16;
  v128.store(to + left, v128.load(from + left));
  v128.store(to2 + left, v128.load(from2 + left));
  while (left > 96) {
    v128.store(to, v128.load(from)); v128.store(to2, v128.load(from2));
    v128.store(to, v128.load(from, 16), 16); v128.store(to2, v128.load(from2, 16), 16);
    v128.store(to, v128.load(from, 32), 32); v128.store(to2, v128.load(from2, 32), 32);
    v128.store(to, v128.load(from, 48), 48); v128.store(to2, v128.load(from2, 48), 48);
    v128.store(to, v128.load(from, 64), 64); v128.store(to2, v128.load(from2, 64), 64);
    v128.store(to, v128.load(from, 80), 80); v128.store(to2, v128.load(from2, 80), 80);
    to += 96; from += 96; to2 += 96; from2 += 96; left -= 96;
  }
  if (left == 0) return;
  v128.store(to, v128.load(from)); v128.store(to2, v128.load(from2));
  if (left <= 16) return;
  v128.store(to, v128.load(from, 16), 16); v128.store(to2, v128.load(from2, 16), 16);
  if (left <= 32) return;
  v128.store(to, v128.load(from, 32), 32); v128.store(to2, v128.load(from2, 32), 32);
  if (left <= 48) return;
  v128.store(to, v128.load(from, 48), 48); v128.store(to2, v128.load(from2, 48), 48);
  if (left <= 64) return;
  v128.store(to, v128.load(from, 64), 64); v128.store(to2, v128.load(from2, 64), 64);
  if (left <= 80) return;
  v128.store(to, v128.load(from, 80), 80); v128.store(to2, v128.load(from2, 80), 80);
}
