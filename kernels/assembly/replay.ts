/**
 * Draws a batch from a replay store and relabels goals in hindsight
 * (Andrychowicz et al. 2017, strategy "future").
 *
 *   episode e:  observations  o(0)  o(1)  ...  o(t)  o(t+1)  ...  o(L) ... o(T)
 *               achieved      g(0)  g(1)  ...  g(t)  g(t+1)  ...  g(L) ... g(T)
 *               actions       a(0)  a(1)  ...  a(t)  ...  a(L-1) ... a(T-1)
 *                                               |     '--------v-------'
 *                                         the row drawn    future goals
 *
 * Row i of the batch is a pure function of (store, key, i).
 */

import { below, threefry } from "./rng";

export function replaySample(
  replay: usize, batch: usize, first: i32, rows: i32, episodes: i32,
  hi: u32, lo: u32, ratio: f64, threshold: f64,
): void {
  if (episodes < 1) return;
  const observations = <usize>load<u32>(replay);
  const achieved = <usize>load<u32>(replay, 4);
  const desired = <usize>load<u32>(replay, 8);
  const actions = <usize>load<u32>(replay, 12);
  const lengths = <usize>load<u32>(replay, 16);
  const horizon = load<i32>(replay, 20);
  const no = load<i32>(replay, 24) << 2;
  const ng = load<i32>(replay, 28) << 2;
  const na = load<i32>(replay, 32) << 2;
  const relabelBelow = ratio * 4294967296.0;
  for (let i = first; i < first + rows; i++) {
    const place = threefry(hi, lo, i, 2);
    const hindsight = threefry(hi, lo, i, 3);
    const episode = below(<u32>place, episodes);
    const length = load<u32>(lengths + (<usize>episode << 2));
    const t = below(<u32>(place >> 32), length);
    const moment = <usize>episode * (horizon + 1) + t;
    let goal = desired + <usize>episode * ng;
    if (<f64>(<u32>hindsight) < relabelBelow) {
      goal = achieved + (moment + 1 + below(<u32>(hindsight >> 32), length - t)) * ng;
    }
    const reached = achieved + (moment + 1) * ng;
    copy(<usize>load<u32>(batch) + <usize>i * no, observations + moment * no, no);
    copy(<usize>load<u32>(batch, 4) + <usize>i * no, observations + (moment + 1) * no, no);
    copy(<usize>load<u32>(batch, 8) + <usize>i * ng, goal, ng);
    copy(<usize>load<u32>(batch, 12) + <usize>i * na, actions + (<usize>episode * horizon + t) * na, na);
    const reward: f32 = distance(reached, goal, ng) <= threshold ? 0.0 : -1.0;
    store<f32>(<usize>load<u32>(batch, 16) + (<usize>i << 2), reward);
    const index = <usize>load<u32>(batch, 20) + (<usize>i << 3);
    store<u32>(index, episode);
    store<u32>(index, t, 4);
  }
}

/** Euclidean distance in f64 of two vectors of `bytes / 4` floats. */
function distance(a: usize, b: usize, bytes: usize): f64 {
  let sum: f64 = 0.0;
  for (let at: usize = 0; at < bytes; at += 4) {
    const d = <f64>load<f32>(a + at) - <f64>load<f32>(b + at);
    sum += d * d;
  }
  return sqrt<f64>(sum);
}

/** Copies `bytes`, a multiple of 4; for rows of tens of bytes this beats `memory.copy`. */
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) store<u32>(to + at, load<u32>(from + at));
}
