/** A batch does not know how many threads worked on it. */

import { assert, assertEquals } from "@std/assert";
import { paperRecipe } from "../../lib/learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { derive, key } from "../../lib/rng/key.ts";
import { type UpdateOrder, updateShards } from "../../lib/learn/td3.ts";
import { toyTraining } from "./toy_training.ts";

const order: UpdateOrder = {
  updates: 0,
  actorUpdates: 0,
  count: 6,
  released: true,
  episodes: 12,
};

/** Runs both shards as if on two threads, in the given order between barriers. */
function alternating(
  learner: Parameters<typeof updateShards>[0],
  first: number,
) {
  // Each "thread" is replayed phase by phase: a barrier is a point at which all
  // have arrived, so any order of the shards within a phase must do.
  const shards = first === 0 ? [0, 1] : [1, 0];
  updateShards(learner, derive(key(9), "learner"), order, shards, () => {});
}

const recipes: Readonly<Record<string, Recipe>> = {
  "default recipe": { ...defaultRecipe(), hidden: [16, 16], batch: 32 },
  "mirrored data": {
    ...defaultRecipe(),
    hidden: [16, 16],
    batch: 32,
    mirror: true,
  },
  "targets moved every fourth update": {
    ...defaultRecipe(),
    hidden: [16],
    batch: 32,
    polyakEvery: 4,
  },
  "an authority that grows": {
    ...defaultRecipe(),
    hidden: [16],
    batch: 32,
    annealing: 3,
  },
  "the paper's learner": { ...paperRecipe(), hidden: [16, 16], batch: 32 },
};

for (const [name, recipe] of Object.entries(recipes)) {
  Deno.test(`parameters do not depend on the order of the shards: ${name}`, async () => {
    const a = (await toyTraining(recipe, 7)).training.learner;
    const b = (await toyTraining(recipe, 7)).training.learner;
    const before = a.state.slice();
    alternating(a, 0);
    alternating(b, 1);
    assertEquals(a.state, b.state);
    assert(a.state.some((byte, i) => byte !== before[i]), "nothing was learnt");
  });
}

Deno.test("an unreleased actor does not move, a released one does", async () => {
  const recipe = { ...defaultRecipe(), hidden: [16, 16], batch: 32 };
  const { learner } = (await toyTraining(recipe, 7)).training;
  const before = learner.actor.params.view.slice();
  const k = derive(key(9), "learner");
  updateShards(learner, k, { ...order, released: false }, [0, 1], () => {});
  assertEquals(learner.actor.params.view.slice(), before);
  updateShards(learner, k, order, [0, 1], () => {});
  assert(learner.actor.params.view.some((x, i) => x !== before[i]));
});

Deno.test("a still actor stays as it is while its moments move", async () => {
  const recipe = { ...defaultRecipe(), hidden: [16, 16], batch: 32 };
  const { learner } = (await toyTraining(recipe, 7)).training;
  const { params, target, average, m } = learner.actor;
  const before = [params, target, average].map(({ view }) => view.slice());
  const k = derive(key(9), "learner");
  updateShards(learner, k, { ...order, still: true }, [0, 1], () => {});
  assertEquals(
    [params, target, average].map(({ view }) => view.slice()),
    before,
  );
  assert(m.view.some((x) => x !== 0));
});

Deno.test("updates in two orders equal updates in one", async () => {
  const recipe = { ...recipes["an authority that grows"] };
  const whole = (await toyTraining(recipe, 7)).training.learner;
  const parts = (await toyTraining(recipe, 7)).training.learner;
  const k = derive(key(9), "learner");
  updateShards(whole, k, order, [0, 1], () => {});
  updateShards(parts, k, { ...order, count: 4 }, [0, 1], () => {});
  const rest = { ...order, updates: 4, actorUpdates: 2, count: 2 };
  updateShards(parts, k, rest, [0, 1], () => {});
  assertEquals(parts.state, whole.state);
});
