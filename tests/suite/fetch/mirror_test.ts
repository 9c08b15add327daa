import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { aimAndStrike } from "../../../lib/control/aim_and_strike.ts";
import { reactivePush } from "../../../lib/control/reactive_push.ts";
import { mirrorAbout } from "../../../lib/suite/fetch/mirror.ts";
import { CHANNELS } from "../../../lib/suite/fetch/sense.ts";
import type { Permutation } from "../../../lib/types.ts";

const Y0 = 0.749;
const mirror = mirrorAbout(Y0);

function apply({ source, sign, offset }: Permutation, x: ArrayLike<number>) {
  return Float32Array.from(source, (from, i) => sign[i] * x[from] + offset[i]);
}

/** Vectors of table coordinates (m), about the plane of reflection. */
function vectors(size: number): fc.Arbitrary<Float32Array> {
  const near = fc.float({ min: -0.25, max: 0.25, noNaN: true });
  return fc.array(near, { minLength: size, maxLength: size })
    .map((row) => Float32Array.from(row, (x) => x + Y0));
}

Deno.test("mirroring twice changes nothing", () => {
  const parts = [mirror.observation, mirror.goal, mirror.action];
  for (const part of parts) {
    fc.assert(fc.property(vectors(part.source.length), (x) => {
      const twice = apply(part, apply(part, x));
      x.forEach((value, i) => assertAlmostEquals(twice[i], value, 1e-6));
    }));
  }
});

Deno.test("the mirror knows every reading by its name", () => {
  const { source, sign, offset } = mirror.observation;
  CHANNELS.forEach((channel, i) => {
    const isRotation = channel.includes("ang");
    const flips = isRotation ? /\.[xz] /.test(channel) : /\.y /.test(channel);
    assertEquals(sign[i], flips ? -1 : 1, channel);
    const isPlace = /^(grip|object)\.y /.test(channel);
    assertEquals(offset[i], isPlace ? 2 * Y0 : 0, channel);
    const partner = channel.startsWith("right")
      ? channel.replace("right", "left")
      : channel.replace("left", "right");
    assertEquals(CHANNELS[source[i]], partner);
  });
});

Deno.test("reactivePush commutes with the mirror", () => {
  const policy = reactivePush();
  const act = (o: Float32Array, g: Float32Array) =>
    policy.act(undefined, o, g).action.slice();
  fc.assert(
    fc.property(fc.noBias(vectors(25)), fc.noBias(vectors(3)), (o, g) => {
      // Without a direction to push in the controller takes +y.
      fc.pre(Math.hypot(g[0] - o[3], g[1] - o[4]) > 1e-3);
      const there = act(apply(mirror.observation, o), apply(mirror.goal, g));
      const back = apply(mirror.action, act(o, g));
      there.forEach((a, i) => assertAlmostEquals(a, back[i], 2e-5));
    }),
    // A fixed seed: at the controller's thresholds rounding decides.
    { numRuns: 1000, seed: 20 },
  );
});

Deno.test("aimAndStrike commutes with the mirror", () => {
  const policy = aimAndStrike();
  const act = (o: Float32Array, g: Float32Array) =>
    policy.act(undefined, o, g).action.slice();
  const heights = fc.float({ min: 0, max: Math.fround(0.1), noNaN: true });
  const offsets = fc.tuple(fc.noBias(vectors(2)), heights);
  const met = new Set<string>();
  fc.assert(
    fc.property(fc.noBias(vectors(25)), fc.noBias(vectors(3)), offsets, (
      o,
      g,
      [near, height],
    ) => {
      // Near the puck, which is at rest in every other case.
      for (const i of [0, 1]) o[i] = o[3 + i] + (near[i] - Y0) / 3;
      o[2] = o[5] + height;
      o.fill(0, 14, 23);
      if (height > 0.05) o[15] = near[0] - Y0;
      const action = act(o, g);
      const there = act(apply(mirror.observation, o), apply(mirror.goal, g));
      const back = apply(mirror.action, action);
      there.forEach((a, i) => assertAlmostEquals(a, back[i], 2e-5));
      met.add(action.map((a) => Number(a !== 0)).join(""));
    }),
    // A fixed seed: at the controller's thresholds rounding decides.
    { numRuns: 3000, seed: 21 },
  );
  // Staying, rising, and going somewhere.
  for (const kind of ["0000", "0010", "1110"]) {
    assert(met.has(kind), `no case led to ${kind}`);
  }
});
