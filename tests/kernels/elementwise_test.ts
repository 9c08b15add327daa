/** Kernels on single elements: their formulas, their twins, their edges. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bench, normalFloats, read, sameBits, seeds, wasm } from "./harness.ts";

const counts = fc.nat(21);
const floats32 = fc.float({ noNaN: false, noDefaultInfinity: false });

/** tanh of the given values by the kernel. */
function tanhOf(values: ArrayLike<number>): Float32Array {
  const { floats, room } = bench(wasm);
  const dst = room(values.length);
  wasm.tanh(floats(values), dst, values.length);
  return read(wasm, dst, values.length);
}

Deno.test("tanh is within half a unit in the last place, and a little, of the engine's", () => {
  fc.assert(
    fc.property(fc.array(floats32), (values) => {
      tanhOf(values).forEach((found, i) => {
        const exact = Math.tanh(values[i]);
        if (Number.isNaN(exact)) return assert(Number.isNaN(found));
        // 2^-23.9 of the value: 2^-24 is the rounding itself.
        const bound = 2 ** -23.9 * Math.abs(exact) + 2 ** -149;
        assertAlmostEquals(found, exact, bound);
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("tanh is odd, bounded by 1 and rising", () => {
  const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 150);
  const values = tanhOf(grid);
  values.forEach((value, i) => {
    assert(Math.abs(value) <= 1);
    assertEquals(value + values[4000 - i], 0);
    if (i > 0) assert(value >= values[i - 1]);
  });
  assertEquals([...tanhOf([-Infinity, 0, Infinity])], [-1, 0, 1]);
});

Deno.test("tanh and its twin give the same bits, also in place", () => {
  fc.assert(fc.property(fc.array(floats32), fc.boolean(), (values, inPlace) => {
    sameBits((kernels, { floats, room }) => {
      const src = floats(values);
      const dst = inPlace ? src : room(values.length);
      kernels.tanh(src, dst, values.length);
    });
  }));
});

Deno.test("adam and its twin give the same bits, with one gradient and with two", () => {
  fc.assert(fc.property(counts, seeds, fc.boolean(), (count, seed, two) => {
    sameBits((kernels, { floats }) => {
      const [p, g1, g2, m, v] = [0, 1, 2, 3, 4].map((i) =>
        floats(
          normalFloats(count, (seed + i) >>> 0).map((x) => i === 4 ? x * x : x),
        )
      );
      kernels.adam(
        p,
        g1,
        two ? g2 : 0,
        m,
        v,
        count,
        3e-4,
        0.9,
        0.999,
        1e-8,
      );
    });
  }));
});

Deno.test("adam is the algorithm of Kingma and Ba over several steps", () => {
  const [count, rate, beta1, beta2, epsilon] = [7, 1e-2, 0.9, 0.999, 1e-8];
  const { floats, room } = bench(wasm);
  const start = normalFloats(count, 1);
  const params = floats(start);
  const [m, v] = [room(count, 0), room(count, 0)];
  const expected = [...start];
  const first = new Float64Array(count);
  const second = new Float64Array(count);
  for (let t = 1; t <= 20; t++) {
    const gradient = normalFloats(count, 100 + t);
    const correction1 = 1 - beta1 ** t;
    const correction2 = 1 - beta2 ** t;
    const at = floats(gradient);
    const folded = rate * Math.sqrt(correction2) / correction1;
    // With the corrections folded into the rate, epsilon is scaled likewise.
    const scaled = epsilon * Math.sqrt(correction2);
    wasm.adam(params, at, 0, m, v, count, folded, beta1, beta2, scaled);
    for (let i = 0; i < count; i++) {
      first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
      second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] ** 2;
      expected[i] -= rate * (first[i] / correction1) /
        (Math.sqrt(second[i] / correction2) + epsilon);
    }
  }
  read(wasm, params, count).forEach((found, i) =>
    assertAlmostEquals(found, expected[i], 1e-5)
  );
});

Deno.test("two halves of a gradient are one gradient", () => {
  const run = (halves: boolean) => {
    const { floats, room } = bench(wasm);
    const params = floats(normalFloats(9, 1));
    const g = normalFloats(9, 2);
    const [one, two] = halves
      ? [floats(g.map((x) => x / 2)), floats(g.map((x) => x / 2))]
      : [floats(g), 0];
    const [m, v] = [room(9, 0), room(9, 0)];
    wasm.adam(params, one, two, m, v, 9, 1e-3, 0.9, 0.999, 1e-8);
    return [...read(wasm, params, 9)];
  };
  assertEquals(run(true), run(false));
});

Deno.test("polyak and its twin give the same bits", () => {
  fc.assert(
    fc.property(
      counts,
      seeds,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, seed, tau) => {
        sameBits((kernels, { floats }) => {
          const target = floats(normalFloats(count, seed));
          const source = floats(normalFloats(count, (seed + 1) >>> 0));
          kernels.polyak(target, source, count, tau);
        });
      },
    ),
  );
});

Deno.test("polyak stays with tau 0, and closes the share tau of the gap", () => {
  const { floats } = bench(wasm);
  const [target, source] = [floats([1, 2, 3, 4, 5]), floats([5, 4, 3, 2, 1])];
  wasm.polyak(target, source, 5, 0);
  assertEquals([...read(wasm, target, 5)], [1, 2, 3, 4, 5]);
  wasm.polyak(target, source, 5, 0.25);
  assertEquals([...read(wasm, target, 5)], [2, 2.5, 3, 3.5, 4]);
});

Deno.test("normalise and its twin give the same bits, and leave what lies between the rows", () => {
  fc.assert(
    fc.property(
      fc.nat(5),
      fc.nat(11),
      fc.nat(4),
      seeds,
      (rows, width, gap, seed) => {
        sameBits((kernels, { floats, room }) => {
          const src = floats(normalFloats(rows * width, seed));
          const mean = floats(normalFloats(width, (seed + 1) >>> 0));
          const scale = floats(normalFloats(width, (seed + 2) >>> 0));
          const stride = width + gap;
          const dst = room(rows * stride);
          kernels.normalise(src, dst, rows, width, stride, mean, scale, 1.5);
        });
      },
    ),
  );
});

Deno.test("normalise centres, scales and clips; NaN stays", () => {
  const { floats, room } = bench(wasm);
  const src = floats([1, 9, -9, NaN, 3, 1, 9, -9, NaN, 2]);
  const [mean, scale] = [floats([0, 0, 0, 0, 1]), floats([2, 1, 1, 1, 2])];
  const dst = room(12, 0);
  wasm.normalise(src, dst, 2, 5, 6, mean, scale, 5);
  assertEquals([...read(wasm, dst, 12)], [
    ...[2, 5, -5, NaN, 4, 0],
    ...[2, 5, -5, NaN, 2, 0],
  ]);
});
