/** Authority that grows: its schedule, and that a share of it is a smaller authority. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { shareOf, shareOfAuthority } from "../../lib/learn/annealing.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { updateShards } from "../../lib/learn/td3.ts";
import { key } from "../../lib/rng/key.ts";
import { toyTraining } from "./toy_training.ts";

const small = {
  ...defaultRecipe(),
  hidden: [16, 16],
  batch: 32,
  selection: false,
  bothViews: false,
};

async function learnerOf(change: Partial<Recipe>) {
  return (await toyTraining({ ...small, ...change }, 5)).training;
}

/** Updates of which the first `count` move the actor once, at the first. */
function order(count: number) {
  return { updates: 0, actorUpdates: 0, count, released: true, episodes: 12 };
}

Deno.test("the authority grows by equal parts until it is whole; without annealing it is whole", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (annealing) => {
      const share = (n: number) => shareOfAuthority({ annealing }, n);
      assert(Math.abs(share(0) - 1 / annealing) < 1e-12);
      assertEquals(share(annealing - 1), 1);
      assertEquals(share(annealing + 10), 1);
      if (annealing > 1) assert(share(annealing - 2) < 1);
    }),
  );
  assertEquals(shareOfAuthority({ annealing: 0 }, 0), 1);
  assertEquals(shareOf(0.3, 1), 0.3);
  assertEquals(shareOf([0.3, 2], 0.5), [0.15, 1]);
});

Deno.test("an update under a share of the authority is one under an authority so small", async () => {
  const [annealed, narrow] = await Promise.all([
    learnerOf({ annealing: 4 }),
    learnerOf({ authority: 0.3 / 4 }),
  ]);
  for (const { learner } of [annealed, narrow]) {
    updateShards(learner, key(3), order(1), [0, 1], () => {});
  }
  for (const part of ["actor", "critics"] as const) {
    const [a, b] = [annealed, narrow].map(({ learner }) => learner[part]);
    assertEquals(a.params.view, b.params.view);
  }
});

Deno.test("the policy reaches as far as the authority in force, which grows with the actor's updates alone", async () => {
  const { learner, policy } = await learnerOf({ annealing: 4 });
  const seen = [0.2, -0.1, 0, 0];
  const most = () => {
    // Such a head saturates: tanh f is 1 in every moment.
    learner.actor.average.view.fill(0);
    learner.actor.average.view.fill(100, -2);
    const [observation, desired] = [seen, [0, 0]].map((x) =>
      Float32Array.from(x)
    );
    const base = [
      ...learner.base.act(undefined, observation, desired).action,
    ];
    const { action } = policy.act(undefined, observation, desired);
    return Math.max(...[...action].map((a, i) => Math.abs(a - base[i])));
  };
  const close = (found: number, wanted: number) =>
    assert(Math.abs(found - wanted) < 1e-6, `${found} is not ${wanted}`);
  close(most(), 0.3 / 4);
  // Critics alone, then the actor's first update and its third.
  const released = { ...order(2), released: false };
  updateShards(learner, key(3), released, [0, 1], () => {});
  close(most(), 0.3 / 4);
  updateShards(learner, key(3), order(2), [0, 1], () => {});
  close(most(), 0.3 / 2);
  updateShards(learner, key(3), order(6), [0, 1], () => {});
  close(most(), 0.3);
});
