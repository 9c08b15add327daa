import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { atan2, eulerAngles } from "../../lib/world/geometry.ts";

const coordinate = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });

Deno.test("atan2 is the engine's within a few units in the last place", () => {
  fc.assert(fc.property(coordinate, coordinate, (y, x) => {
    fc.pre(x !== 0 || y !== 0);
    const wanted = Math.atan2(y, x);
    // The two differ in the sign of pi on the negative x axis at y = -0 only.
    if (Object.is(y, -0)) return;
    assertAlmostEquals(atan2(y, x), wanted, 4 * Number.EPSILON * Math.PI);
  }));
});

Deno.test("atan2 is 0 at the origin and a right angle on the y axis", () => {
  assertEquals(atan2(0, 0), 0);
  assertEquals(atan2(2, 0), Math.PI / 2);
  assertEquals(atan2(-2, 0), -Math.PI / 2);
  assertEquals(atan2(0, -1), Math.PI);
});

/** R = Rx(a) Ry(b) Rz(c), row-major. */
function rotation(a: number, b: number, c: number): number[] {
  const [sa, sb, sc] = [a, b, c].map(Math.sin);
  const [ca, cb, cc] = [a, b, c].map(Math.cos);
  return [
    cb * cc,
    -cb * sc,
    sb,
    sa * sb * cc + ca * sc,
    -sa * sb * sc + ca * cc,
    -sa * cb,
    -ca * sb * cc + sa * sc,
    ca * sb * sc + sa * cc,
    ca * cb,
  ];
}

Deno.test("the rotation of the Euler angles is the matrix again", () => {
  fc.assert(fc.property(angle, angle, angle, (a, b, c) => {
    const matrix = rotation(a, b, c);
    const found = [NaN, 0, 0, 0, NaN];
    eulerAngles(matrix, found, 1);
    const again = rotation(found[1], found[2], found[3]);
    matrix.forEach((value, i) => assertAlmostEquals(again[i], value, 1e-7));
    assert(Number.isNaN(found[0]) && Number.isNaN(found[4]));
  }));
});

Deno.test("at gimbal lock x is 0 and the rotation still the matrix", () => {
  for (const sign of [1, -1]) {
    // Written out: cos(pi / 2) is not 0 in floating point.
    const [s, c] = [Math.sin(0.3), Math.cos(0.3)];
    const matrix = [0, 0, sign, sign * s, c, 0, -sign * c, s, 0];
    const found = [1, 1, 1];
    eulerAngles(matrix, found, 0);
    assertEquals(found[0], 0);
    const again = rotation(found[0], found[1], found[2]);
    matrix.forEach((value, i) => assertAlmostEquals(again[i], value, 1e-12));
  }
});
