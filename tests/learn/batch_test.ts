/** What a batch holds after relabelling. */

import { assert, assertEquals } from "@std/assert";
import { prepareBatch } from "../../lib/learn/batch.ts";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { toyPolicy } from "../toy.ts";
import { toyTraining } from "./toy_training.ts";

// Mirrored rows would differ from what was stored.
const recipe = { ...defaultRecipe(), hidden: [8], batch: 256, mirror: false };

async function batchOf(goals?: { low: number[]; high: number[] }) {
  const { training, episodes } = await toyTraining(recipe, 7, toyPolicy(1, 2));
  const { learner } = training;
  const spec = goals ? { ...learner.spec, goals } : learner.spec;
  const bounded = { ...learner, spec };
  for (const shard of [0, 1]) {
    prepareBatch(bounded, shard, foldIn(key(3), 1), episodes);
  }
  return bounded;
}

Deno.test("hindsight relabels with no goal that the task would never ask for", async () => {
  const goals = { low: [-0.3, -0.3], high: [0.3, 0.3] };
  const { batch, replay } = await batchOf(goals);
  let relabelled = 0;
  let kept = 0;
  for (let row = 0; row < recipe.batch; row++) {
    const slot = batch.index[2 * row];
    const goal = [0, 1].map((i) => batch.goal.view[2 * row + i]);
    const own = [0, 1].map((i) => replay.desired.view[2 * slot + i]);
    if (goal.every((x, i) => x === own[i])) {
      kept += 1;
      continue;
    }
    relabelled += 1;
    goal.forEach((x, i) => assert(x >= goals.low[i] && x <= goals.high[i]));
  }
  assert(
    relabelled > 20 && kept > 20,
    `${relabelled} relabelled, ${kept} kept`,
  );
});

Deno.test("rewards, bases and rows belong to the goal that a row ends up with", async () => {
  const { batch, replay, spec } = await batchOf({
    low: [-0.1, -0.2],
    high: [0.2, 0.1],
  });
  const base = toyPolicy(1, 2);
  for (let row = 0; row < recipe.batch; row++) {
    const goal = batch.goal.view.slice(2 * row, 2 * row + 2);
    const slot = batch.index[2 * row];
    const next = slot * (replay.horizon + 1) + batch.index[2 * row + 1] + 1;
    const achieved = replay.achieved.view.slice(2 * next, 2 * next + 2);
    const distance = Math.hypot(achieved[0] - goal[0], achieved[1] - goal[1]);
    const reward = distance > spec.reward.threshold ? -1 : 0;
    if (Math.abs(distance - spec.reward.threshold) > 1e-6) {
      assertEquals(batch.reward.view[row], reward);
    }
    const seen = batch.observation.view.slice(4 * row, 4 * row + 4);
    const asked = base.act(undefined, seen, goal).action;
    assertEquals(batch.base.view.slice(2 * row, 2 * row + 2), asked.slice());
  }
});
