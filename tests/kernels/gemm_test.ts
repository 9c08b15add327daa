/** Matrix products: a double-precision oracle, the twins, and what a row may depend on. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Gemm, Kernels } from "../../kernels/types.ts";
import { bench, normalFloats, read, sameBits, seeds, wasm } from "./harness.ts";

type Name = "gemm" | "gemmTn" | "gemmNt";

/** Where element (row i, step p) of A and (step p, column j) of B lie. */
const layouts: Record<
  Name,
  (m: number, n: number, k: number) => {
    a: (i: number, p: number) => number;
    b: (p: number, j: number) => number;
  }
> = {
  gemm: (_m, n, k) => ({ a: (i, p) => i * k + p, b: (p, j) => p * n + j }),
  gemmTn: (m, n) => ({ a: (i, p) => p * m + i, b: (p, j) => p * n + j }),
  gemmNt: (_m, _n, k) => ({ a: (i, p) => i * k + p, b: (p, j) => j * k + p }),
};

const names: readonly Name[] = ["gemm", "gemmTn", "gemmNt"];
const sizes = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.nat(70));

/** The product called `name`. */
function product(kernels: Kernels, name: Name): Gemm {
  return kernels[name];
}

for (const name of names) {
  Deno.test(`${name} is the product in double precision up to rounding`, () => {
    fc.assert(
      fc.property(
        sizes,
        sizes,
        sizes,
        fc.nat(1),
        seeds,
        (m, n, k, add, seed) => {
          const [a, b, c] = [m * k, k * n, m * n].map((count, i) =>
            normalFloats(count, (seed + i) >>> 0)
          );
          const { floats } = bench(wasm);
          const [pa, pb, pc] = [floats(a), floats(b), floats(c)];
          product(wasm, name)(pa, pb, pc, m, n, k, add);
          const found = read(wasm, pc, m * n);
          const at = layouts[name](m, n, k);
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let sum = add * c[i * n + j];
              let size = Math.abs(sum);
              for (let p = 0; p < k; p++) {
                const term = a[at.a(i, p)] * b[at.b(p, j)];
                sum += term;
                size += Math.abs(term);
              }
              // Higham 2002, eq. 3.5: |error| <= (k + 1) u sum |a| |b|, u = 2^-24.
              const bound = (k + 1) * 2 ** -24 * 1.01 * size + 1e-37;
              assert(Math.abs(found[i * n + j] - sum) <= bound);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  Deno.test(`${name} and its twin give the same bits and touch C alone`, () => {
    fc.assert(
      fc.property(
        sizes,
        sizes,
        sizes,
        fc.nat(1),
        seeds,
        (m, n, k, add, seed) => {
          sameBits((kernels, { floats }) => {
            const a = floats(normalFloats(m * k, seed));
            const b = floats(normalFloats(k * n, (seed + 1) >>> 0));
            const c = floats(normalFloats(m * n, (seed + 2) >>> 0));
            product(kernels, name)(a, b, c, m, n, k, add);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
}

Deno.test("the three products are one product under transposition, bit for bit", () => {
  fc.assert(
    fc.property(sizes, sizes, sizes, seeds, (m, n, k, seed) => {
      const a = normalFloats(m * k, seed);
      const b = normalFloats(k * n, (seed + 1) >>> 0);
      const { floats, room } = bench(wasm);
      const [c, tn, nt] = [room(m * n), room(m * n), room(m * n)];
      wasm.gemm(floats(a), floats(b), c, m, n, k, 0);
      wasm.gemmTn(floats(transpose(a, m, k)), floats(b), tn, m, n, k, 0);
      wasm.gemmNt(floats(a), floats(transpose(b, k, n)), nt, m, n, k, 0);
      const expected = [...read(wasm, c, m * n)];
      assertEquals([...read(wasm, tn, m * n)], expected);
      assertEquals([...read(wasm, nt, m * n)], expected);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a row of A has the same bits alone, in a batch, and anywhere in it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      sizes,
      sizes,
      seeds,
      (m, n, k, seed) => {
        const a = normalFloats(m * k, seed);
        const { floats, room } = bench(wasm);
        const b = floats(normalFloats(k * n, (seed + 1) >>> 0));
        const [all, one] = [room(m * n), room(n)];
        wasm.gemm(floats(a), b, all, m, n, k, 0);
        const row = seed % m;
        wasm.gemm(
          floats(a.subarray(row * k, (row + 1) * k)),
          b,
          one,
          1,
          n,
          k,
          0,
        );
        assertEquals(
          [...read(wasm, one, n)],
          [...read(wasm, all, m * n).subarray(row * n, (row + 1) * n)],
        );
      },
    ),
    { numRuns: 60 },
  );
});

/** Row-major `[rows, columns]` to `[columns, rows]`. */
function transpose(
  x: Float32Array,
  rows: number,
  columns: number,
): Float32Array {
  return Float32Array.from(
    x,
    (_, i) => x[(i % rows) * columns + Math.floor(i / rows)],
  );
}
