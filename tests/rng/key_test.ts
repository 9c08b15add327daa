import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { derive, foldIn, key, split, threefry } from "../../lib/rng/key.ts";
import type { Key } from "../../lib/types.ts";
import { keys } from "../laws/trace.ts";

const word = fc.integer({ min: 0, max: 0xffffffff });

/** Number of bits set in a 32-bit word. */
function bits(x: number): number {
  let n = 0;
  for (let y = x >>> 0; y !== 0; y >>>= 1) n += y & 1;
  return n;
}

Deno.test("threefry gives the known answers of Random123 for 20 rounds", () => {
  const ones = 0xffffffff;
  assertEquals(threefry({ hi: 0, lo: 0 }, 0, 0), [0x6b200159, 0x99ba4efe]);
  assertEquals(
    threefry({ hi: ones, lo: ones }, ones, ones),
    [0x1cb996fc, 0xbb002be7],
  );
  assertEquals(
    threefry({ hi: 0x13198a2e, lo: 0x03707344 }, 0x243f6a88, 0x85a308d3),
    [0xc4923a9c, 0x483df7a0],
  );
});

Deno.test("threefry returns unsigned words, whatever the sign of its inputs", () => {
  fc.assert(fc.property(keys(), word, word, (k, a, b) => {
    const block = threefry(k, a, b);
    assertEquals(threefry({ hi: k.hi | 0, lo: k.lo | 0 }, a | 0, b | 0), block);
    for (const x of block) assert(x >= 0 && x <= 0xffffffff);
  }));
});

Deno.test("flipping one bit of key or counter flips about half of the output", () => {
  const base = { hi: 0x01234567, lo: 0x89abcdef };
  let flipped = 0;
  for (let i = 0; i < 32; i++) {
    const mask = 1 << i;
    const [a, b] = threefry(base, 7, 9);
    for (
      const [c, d] of [
        threefry({ hi: base.hi ^ mask, lo: base.lo }, 7, 9),
        threefry({ hi: base.hi, lo: base.lo ^ mask }, 7, 9),
        threefry(base, 7 ^ mask, 9),
        threefry(base, 7, 9 ^ mask),
      ]
    ) flipped += bits(a ^ c) + bits(b ^ d);
  }
  // 8192 bits, each flipped with chance 1/2: standard deviation 45.
  assert(Math.abs(flipped - 4096) < 5 * 45, `${flipped} of 8192 flipped`);
});

Deno.test("key takes every whole number to 2^53 - 1, one key each", () => {
  const seed = fc.maxSafeNat();
  fc.assert(fc.property(seed, seed, (a, b) => {
    const same = JSON.stringify(key(a)) === JSON.stringify(key(b));
    assertEquals(same, a === b);
    assertEquals(key(a).hi * 2 ** 32 + key(a).lo, a);
  }));
});

Deno.test("key refuses anything else, naming it", () => {
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => key(bad), RangeError, `current value is ${bad}`);
  }
});

Deno.test("a child depends on its parent and its name only", () => {
  fc.assert(fc.property(keys(), fc.nat(99), fc.string(), (parent, i, label) => {
    assertEquals(foldIn(parent, i), foldIn(parent, i));
    assertEquals(derive(parent, label), derive(parent, label));
    assertEquals(split(parent, i + 3).slice(0, i), split(parent, i));
  }));
});

Deno.test("children differ: over index, label, kind and generation", () => {
  const root = key(42);
  const family: Key[] = [
    root,
    ...split(root, 20000),
    ...Array.from({ length: 20000 }, (_, i) => foldIn(root, i)),
    ...Array.from({ length: 20000 }, (_, i) => derive(root, `child ${i}`)),
    ...split(foldIn(root, 1), 20000),
    ...split(derive(root, "child 1"), 20000),
  ];
  const names = new Set(family.map(({ hi, lo }) => `${hi},${lo}`));
  assertEquals(names.size, family.length);
});

Deno.test("the bits of parent and child, and of siblings, are unrelated", () => {
  const root = key(7);
  const n = 4000;
  const pairs: Record<string, (i: number) => readonly [Key, Key]> = {
    "fold siblings": (i) => [foldIn(root, i), foldIn(root, i + 1)],
    "parent and fold": (i) => [foldIn(root, i), foldIn(foldIn(root, i), i)],
    "fold and split": (i) => [foldIn(root, i), split(foldIn(root, i), 1)[0]],
    "fold and label": (i) => [foldIn(root, i), derive(root, `${i}`)],
    "seeds in a row": (i) => [foldIn(key(i), 0), foldIn(key(i + 1), 0)],
  };
  for (const [name, make] of Object.entries(pairs)) {
    let differing = 0;
    for (let i = 0; i < n; i++) {
      const [a, b] = make(i);
      differing += bits(a.hi ^ b.hi) + bits(a.lo ^ b.lo);
    }
    const z = (differing - 32 * n) / Math.sqrt(16 * n);
    assert(Math.abs(z) < 5, `${name}: z is ${z}`);
  }
});
