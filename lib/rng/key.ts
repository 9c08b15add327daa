/**
 * Splittable random keys over Threefry-2x32 with 20 rounds (Salmon et al.
 * 2011, "Parallel random numbers: as easy as 1, 2, 3"; chosen as JAX chose it).
 *
 * A key is used once, or split. Streams are counter-based, so adding a
 * consumer never disturbs another one.
 *
 * @module
 */

import type { Key } from "../types.ts";

/** One Threefry block: two words out of a key and a two-word counter. */
export function threefry(
  key: Key,
  c0: number,
  c1: number,
): readonly [number, number] {
  const k0 = key.hi | 0;
  const k1 = key.lo | 0;
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 6) ^ x0;
  x0 = (x0 + k1) | 0, x1 = (x1 + k2 + 1) | 0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 17) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 29) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 16) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 24) ^ x0;
  x0 = (x0 + k2) | 0, x1 = (x1 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 6) ^ x0;
  x0 = (x0 + k0) | 0, x1 = (x1 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 17) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 29) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 16) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 24) ^ x0;
  x0 = (x0 + k1) | 0, x1 = (x1 + k2 + 4) | 0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 13) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 15) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 26) ^ x0;
  x0 = (x0 + x1) | 0, x1 = rotate(x1, 6) ^ x0;
  x0 = (x0 + k2) | 0, x1 = (x1 + k0 + 5) | 0;
  return [x0 >>> 0, x1 >>> 0];
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/**
 * A key from a seed.
 *
 * @param seed Whole number from 0 to 2^53 - 1.
 * @throws {RangeError} If the seed is not such a number.
 */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot make a key as 'seed' must be a whole number from 0 to 2^53 - 1: current value is ${seed}`,
    );
  }
  return { hi: Math.floor(seed / 4294967296), lo: seed >>> 0 };
}

/** A child key for the whole number `index` (0 to 2^32 - 1). */
export function foldIn(parent: Key, index: number): Key {
  const [hi, lo] = threefry(parent, index | 0, 0x666f6c64);
  return { hi, lo };
}

/** `count` independent child keys. */
export function split(parent: Key, count: number): readonly Key[] {
  return Array.from({ length: count }, (_, i) => {
    const [hi, lo] = threefry(parent, i, 0x73706c74);
    return { hi, lo };
  });
}

/**
 * A child key named by a label: a new consumer never changes another's stream.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const root = key(1);
 * assertEquals(derive(root, "actor"), derive(root, "actor"));
 * ```
 */
export function derive(parent: Key, label: string): Key {
  // FNV-1a over UTF-16 code units.
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) {
    hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  }
  const [hi, lo] = threefry(parent, hash, 0x6e616d65);
  return { hi, lo };
}
