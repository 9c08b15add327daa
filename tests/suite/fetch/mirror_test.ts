import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
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
