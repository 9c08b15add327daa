/** A wanderer: how far, how smoothly, and a function of its key. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { wander } from "../../lib/control/wander.ts";
import { foldIn, key } from "../../lib/rng/key.ts";

const NOTHING = new Float32Array(0);

/** The actions of an episode. */
function walk(correlation: number, seed: number, steps: number): number[][] {
  const controller = wander(2, correlation);
  let memory = controller.init(foldIn(key(1), seed));
  return Array.from({ length: steps }, () => {
    const decision = controller.act(memory, NOTHING, NOTHING);
    memory = decision.memory;
    return [...decision.action];
  });
}

Deno.test("actions lie in the box, at its edges as often as a standard normal lies beyond, from the first on", () => {
  const starts = Array.from({ length: 4000 }, (_, i) => walk(0.9, i, 2)[1]);
  const all = starts.flat();
  assert(all.every((a) => Math.abs(a) <= 1));
  const edges = all.filter((a) => Math.abs(a) === 1).length / all.length;
  // Five standard errors of P(|z| > 1).
  assertAlmostEquals(edges, 0.3173, 5 * Math.sqrt(0.3173 * 0.6827 / 8000));
});

Deno.test("the signs of an action and the next agree as those of correlated normals", () => {
  for (const correlation of [0, 0.9]) {
    const actions = walk(correlation, 7, 6000);
    const same = actions.slice(1).filter(([a], t) => a * actions[t][0] > 0);
    const expected = 0.5 + Math.asin(correlation) / Math.PI;
    assertAlmostEquals(same.length / 5999, expected, 0.05);
  }
});

Deno.test("a walk is a function of its key, its entries go their own ways", () => {
  assertEquals(walk(0.5, 3, 9), walk(0.5, 3, 9));
  assert(walk(0.5, 3, 1)[0][0] !== walk(0.5, 4, 1)[0][0]);
  assert(walk(0.5, 3, 1)[0][0] !== walk(0.5, 3, 1)[0][1]);
});

Deno.test("correlation is from 0 to below 1", () => {
  for (const correlation of [-0.1, 1, NaN]) {
    assertThrows(() => wander(1, correlation), RangeError, "correlation");
  }
});
