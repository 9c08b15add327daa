/**
 * Draws from a key. Each function is a pure function of `(key, index)`; draws
 * at different indices of one key are independent.
 *
 * @module
 */

import type { Key } from "../types.ts";
import { cosTurn, log } from "./elementary.ts";
import { threefry } from "./key.ts";

/** A double in [0, 1), a multiple of 2^-32. */
export function uniform(key: Key, index: number): number {
  return threefry(key, index, 0)[0] / 4294967296;
}

/** A whole number in [0, limit), for `limit` up to 2^21. */
export function integer(key: Key, index: number, limit: number): number {
  return Math.floor(uniform(key, index) * limit);
}

/**
 * A standard normal by Box and Muller (1958): sqrt(-2 ln u) cos(2 pi v).
 *
 * `u` is shifted by half a step so that the logarithm is finite; the largest
 * absolute value is 6.7.
 */
export function normal(key: Key, index: number): number {
  const [a, b] = threefry(key, index, 1);
  const u = (a + 0.5) / 4294967296;
  const v = b / 4294967296;
  return Math.sqrt(-2 * log(u)) * cosTurn(v);
}

/** Second counter of the first attempt at a truncated normal. */
const ATTEMPT = 0x7472756e;

/**
 * A standard normal given that its size is at most `limit` (above 0): drawn
 * again until it is, which takes less than 1.5 draws on average for limits from 1.
 */
export function truncatedNormal(
  key: Key,
  index: number,
  limit: number,
): number {
  for (let attempt = ATTEMPT;; attempt++) {
    const [a, b] = threefry(key, index, attempt);
    const radius = Math.sqrt(-2 * log((a + 0.5) / 4294967296));
    const z = radius * cosTurn(b / 4294967296);
    if (Math.abs(z) <= limit) return z;
  }
}
