/** Random kernels: known answers, twins, and the distribution they claim. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { normal, uniform } from "../../lib/rng/distributions.ts";
import { threefry } from "../../lib/rng/key.ts";
import { bench, read, sameBits, seeds, wasm } from "./harness.ts";

/** threefry2x32 with 20 rounds: key, counter, block (Random123, kat_vectors). */
const knownAnswers = [
  [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x13198a2e, 0x03707344],
    [0x243f6a88, 0x85a308d3],
    [0xc4923a9c, 0x483df7a0],
  ],
] as const;

Deno.test("threefry gives the known answers of Random123", () => {
  for (const [[hi, lo], [c0, c1], block] of knownAnswers) {
    assertEquals([...threefry({ hi, lo }, c0, c1)], [...block]);
  }
});

Deno.test("uniforms draws word 0 of block (i, 0), also for words above 2^31", () => {
  for (const [[hi, lo], [c0, c1], block] of knownAnswers) {
    if (c1 !== 0) continue;
    const at = bench(wasm).room(1);
    wasm.uniforms(at, 1, hi, lo, c0);
    assertEquals(
      read(wasm, at, 1)[0],
      Math.fround(block[0] / 4294967296),
    );
  }
});

Deno.test("uniforms and normals are the draws of lib/rng rounded to 32 bits", () => {
  fc.assert(fc.property(seeds, seeds, seeds, (hi, lo, first) => {
    const { room } = bench(wasm);
    const [u, n] = [room(8), room(8)];
    wasm.uniforms(u, 8, hi, lo, first);
    wasm.normals(n, 8, hi, lo, first);
    for (let i = 0; i < 8; i++) {
      const expected = [
        uniform({ hi, lo }, first + i),
        normal(
          { hi, lo },
          first + i,
        ),
      ];
      assertEquals(
        [read(wasm, u, 8)[i], read(wasm, n, 8)[i]],
        expected.map(Math.fround),
      );
    }
  }));
});

Deno.test("random kernels and their twins give the same bits and touch nothing else", () => {
  fc.assert(
    fc.property(seeds, seeds, fc.nat(40), (hi, lo, count) => {
      sameBits((kernels, { room }) => {
        kernels.uniforms(room(count), count, hi, lo, lo);
        kernels.normals(room(count), count, hi, lo, lo);
      });
    }),
    { numRuns: 20 },
  );
});

Deno.test("a stream drawn in two parts is the stream drawn at once", () => {
  const { room } = bench(wasm);
  const [whole, parts] = [room(10), room(10)];
  wasm.normals(whole, 10, 1, 2, 0);
  wasm.normals(parts, 4, 1, 2, 0);
  wasm.normals(parts + 16, 6, 1, 2, 4);
  assertEquals([...read(wasm, parts, 10)], [...read(wasm, whole, 10)]);
});

Deno.test("normals have the moments of a standard normal", () => {
  const count = 100_000;
  const at = bench(wasm).room(count);
  wasm.normals(at, count, 3, 4, 0);
  const draws = read(wasm, at, count);
  const moment = (power: number) =>
    draws.reduce((sum, x) => sum + x ** power, 0) / count;
  // Five standard errors: var(x) = 1, var(x^2) = 2, var(x^4) = 96.
  assert(Math.abs(moment(1)) < 5 * Math.sqrt(1 / count));
  assert(Math.abs(moment(2) - 1) < 5 * Math.sqrt(2 / count));
  assert(Math.abs(moment(4) - 3) < 5 * Math.sqrt(96 / count));
});
