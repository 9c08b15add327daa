import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cosTurn, exp, log, sinTurn } from "../../lib/rng/elementary.ts";

const turn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("log agrees with the engine's to 1e-13, for every normal positive double", () => {
  const least = 2.2250738585072014e-308;
  const any = fc.double({ min: least, noNaN: true, noDefaultInfinity: true });
  const near = fc.double({ min: 0.5, max: 2, noNaN: true });
  const unit = fc.double({ min: 2 ** -33, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(any, near, unit), (x) => {
      const expected = Math.log(x);
      // One unit in the last place of 700, the logarithm of 1e304, is 1.1e-13.
      const tolerance = 1e-13 * Math.max(1, Math.abs(expected) / 100);
      assertAlmostEquals(log(x), expected, tolerance, `log(${x})`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("log is exact at powers of two and grows", () => {
  for (let e = -1022; e <= 1023; e++) {
    assertEquals(log(2 ** e), e * Math.LN2 + 0);
  }
  const ordered = fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 }));
  fc.assert(fc.property(ordered, ([a, b]) => {
    assert(a === b || (log(a) < log(b)) === (a < b));
  }));
});

Deno.test("sinTurn and cosTurn agree with the engine's to 1e-13", () => {
  fc.assert(
    fc.property(turn, (t) => {
      assertAlmostEquals(sinTurn(t), Math.sin(2 * Math.PI * t), 1e-13);
      assertAlmostEquals(cosTurn(t), Math.cos(2 * Math.PI * t), 1e-13);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("quarter turns are exact to rounding", () => {
  const quarters = [0, 0.25, 0.5, 0.75];
  [0, 1, 0, -1].forEach((y, i) => {
    assertAlmostEquals(sinTurn(quarters[i]), y, 1e-15);
    assertAlmostEquals(cosTurn(quarters[(i + 3) % 4]), y, 1e-15);
  });
});

Deno.test("sine and cosine square to one", () => {
  fc.assert(fc.property(turn, (t) => {
    assertAlmostEquals(sinTurn(t) ** 2 + cosTurn(t) ** 2, 1, 1e-14);
  }));
});

Deno.test("exp agrees with the engine's to a few units in the last place", () => {
  const any = fc.double({ min: -700, max: 700, noNaN: true });
  const small = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(any, small), (x) => {
      assertAlmostEquals(exp(x) / Math.exp(x), 1, 1e-15, `exp(${x})`);
    }),
    { numRuns: 2000 },
  );
  assertEquals(exp(0), 1);
});

Deno.test("exp turns sums into products and undoes log", () => {
  const x = fc.double({ min: -300, max: 300, noNaN: true });
  fc.assert(fc.property(x, x, (a, b) => {
    assertAlmostEquals(exp(a + b) / (exp(a) * exp(b)), 1, 1e-12);
    assertAlmostEquals(log(exp(a)), a, 1e-11);
  }));
});
