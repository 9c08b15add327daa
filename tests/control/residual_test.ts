/** The paper in one function, as laws. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { constant, zero } from "../../lib/control/controller.ts";
import { explore } from "../../lib/control/explore.ts";
import { authorities, compose, residual } from "../../lib/control/residual.ts";
import { timeLimit } from "../../lib/env/mod.ts";
import { key } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import type { Controller } from "../../lib/types.ts";
import { toy, toyPolicy } from "../toy.ts";

const entry = fc.float({ min: -4, max: 4, noNaN: true });
const vector = fc.array(entry, { minLength: 3, maxLength: 3 });
const none = new Float32Array(0);
const share = fc.double({ min: 0, max: 2, noNaN: true });
/** One for all three entries, or one for each. */
const anyAuthority = fc.oneof(
  share,
  fc.array(share, { minLength: 3, maxLength: 3 }),
);

function actionOf<M>(controller: Controller<M>): Float32Array {
  return controller.act(controller.init(key(1)), none, none).action.slice();
}

Deno.test("a zero correction leaves the clipped base, bit for bit", () => {
  fc.assert(
    fc.property(
      vector,
      anyAuthority,
      (base, authority) => {
        const sum = residual(constant(base), zero(3), { authority });
        const clipped = Float32Array.from(
          base,
          (x) => Math.max(-1, Math.min(1, x)),
        );
        assertEquals(Array.from(actionOf(sum)), Array.from(clipped));
      },
    ),
  );
});

Deno.test("no authority leaves the base whatever the correction, over whole episodes", () => {
  const env = timeLimit(25)(toy());
  const base = toyPolicy(2);
  const loud = explore({ noise: 3, random: 0.5 })(zero(1));
  const silenced = residual(base, loud, { authority: 0 });
  for (let seed = 0; seed < 20; seed++) {
    assertEquals(
      unroll(env, silenced, key(seed)),
      unroll(env, base, key(seed)),
    );
  }
});

Deno.test("the sum is the formula for one action or two, and stays inside the box", () => {
  const two = fc.array(entry, { minLength: 6, maxLength: 6 });
  fc.assert(fc.property(
    fc.tuple(vector, vector),
    two,
    anyAuthority,
    fc.boolean(),
    ([first, second], correction, authority, clipBase) => {
      const base = [...first, ...second];
      const out = new Float32Array(6);
      compose(
        Float32Array.from(base),
        Float32Array.from(correction),
        authorities(authority),
        clipBase,
        out,
      );
      out.forEach((a, i) => {
        const b = clipBase ? Math.max(-1, Math.min(1, base[i])) : base[i];
        const most = typeof authority === "number"
          ? authority
          : authority[i % 3];
        const sum = Math.max(-1, Math.min(1, b + most * correction[i]));
        // Not assertEquals: of 0 and -0 the formula cannot tell which.
        assert(a === Math.fround(sum), `${a} ${sum}`);
        assert(a >= -1 && a <= 1);
      });
    },
  ));
});

Deno.test("authority outside [0, 2] is refused with its value", () => {
  for (const authority of [-0.1, 2.1, NaN, [0.3, 2.1], [-1]]) {
    assertThrows(
      () => residual(zero(1), zero(1), { authority }),
      RangeError,
      `${authority}`,
    );
  }
});

Deno.test("as many authorities as an action has entries are asked for at the first action", () => {
  for (const authority of [[0.3], [0.3, 0.3, 0.3, 2], []]) {
    const sum = residual(zero(3), zero(3), { authority });
    assertThrows(
      () => sum.act(sum.init(key(1)), none, none),
      RangeError,
      `'authority' must be one number or 3, as an action has: current value is [${authority}]`,
    );
  }
});

Deno.test("random actions reach as far as each entry may", () => {
  const reach = [0.25, 1, 0.5];
  const wild = explore({ noise: 0, random: 1, reach })(zero(3));
  const farthest = [0, 0, 0];
  let memory = wild.init(key(3));
  for (let t = 0; t < 400; t++) {
    const decision = wild.act(memory, none, none);
    memory = decision.memory;
    decision.action.forEach((a, i) => {
      assert(Math.abs(a) <= reach[i]);
      farthest[i] = Math.max(farthest[i], Math.abs(a) / reach[i]);
    });
  }
  // Of 400 uniform draws the largest misses the end by more than 5 % once in 10^8.
  assert(farthest.every((share) => share > 0.95), `${farthest}`);
});

Deno.test("exploration without noise or chance is the controller within the box", () => {
  const env = timeLimit(25)(toy());
  const quiet = explore({ noise: 0, random: 0 })(toyPolicy(2));
  for (let seed = 0; seed < 10; seed++) {
    assertEquals(
      unroll(env, quiet, key(seed)),
      unroll(env, toyPolicy(2), key(seed)),
    );
  }
});

Deno.test("exploration has the deviation and the share of uniform actions asked for", () => {
  const centre = constant([0.5]);
  const controller = explore({ noise: 0.1, random: 0.25, reach: 0.3, centre })(
    constant([-0.5]),
  );
  let memory = controller.init(key(4));
  let uniform = 0;
  let squares = 0;
  const count = 20000;
  for (let i = 0; i < count; i++) {
    const decision = controller.act(memory, none, none);
    memory = decision.memory;
    const [a] = decision.action;
    // Uniform actions lie in [0.2, 0.8], Gaussian ones 7 deviations away.
    if (a > 0.1) {
      uniform += 1;
      assert(a >= 0.2 - 1e-6 && a <= 0.8 + 1e-6);
    } else squares += (a + 0.5) ** 2;
  }
  assert(Math.abs(uniform / count - 0.25) < 0.012);
  assert(Math.abs(Math.sqrt(squares / (count - uniform)) - 0.1) < 0.003);
});
