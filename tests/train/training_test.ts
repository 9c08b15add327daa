/** What one thread plays: from scratch, with an expert, elsewhere than it trains. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { clipped, fromPolicy } from "../../lib/control/controller.ts";
import { timeLimit } from "../../lib/env/mod.ts";
import {
  ddpgRecipe,
  paperRecipe,
  td3Recipe,
} from "../../lib/learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { recordAt, recorder } from "../../lib/replay/episodes.ts";
import { derive, foldIn, key } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import { evaluate } from "../kernels/mlp.ts";
import { toy, toyPolicy } from "../toy.ts";
import { toyTraining } from "../learn/toy_training.ts";

const small = { hidden: [16, 16], batch: 32 };
const set = { label: "law", seed: 3 };

Deno.test("from scratch the policy is tanh f alone, and the base still plays the controller", async () => {
  for (const recipe of [ddpgRecipe(), td3Recipe()]) {
    const { training, env } = await toyTraining(
      { ...recipe, ...small },
      5,
      toyPolicy(2, 2),
      0,
    );
    const { actor } = training.learner;
    actor.average.view.forEach((_, i) =>
      actor.average.view[i] = Math.sin(1 + 3.3 * i)
    );
    const seen = [0.3, -0.2, 0.1, 0.4];
    const goal = [-0.25, 0.5];
    const { y } = evaluate(actor.network, actor.average.view, [
      ...seen,
      ...goal,
    ]);
    const { action } = training.policy.act(
      undefined,
      Float32Array.from(seen),
      Float32Array.from(goal),
    );
    y.forEach((x, i) => assertAlmostEquals(action[i], Math.tanh(x), 1e-5));
    for (let i = 0; i < 5; i++) {
      const episode = foldIn(derive(key(3), "evaluation law"), i);
      assertEquals(
        training.evaluate("base", set, i),
        unroll(env, toyPolicy(2, 2), episode),
      );
      assertEquals(
        training.evaluate("policy", set, i),
        unroll(env, training.policy, episode),
      );
    }
  }
});

/** An expert that is told by its action: beyond the box, which clips it. */
const expert = fromPolicy("expert", (_observation, _desired, out) => {
  out[0] = 0.75;
  out[1] = -3;
}, 2);

Deno.test("Expert Explore plays policy, expert and chance in the shares asked for, and stores what was executed", async () => {
  const recipe: Recipe = {
    ...ddpgRecipe(),
    ...small,
    noise: 0.05,
    random: 0.5,
    expert: 0.8,
  };
  const { training } = await toyTraining(recipe, 5, expert, 0, 50);
  const { replay } = training.learner;
  const counts = { policy: 0, expert: 0, chance: 0 };
  for (let i = 0; i < 64; i++) {
    training.explore(i, "noisy");
    for (let t = 0; t < 50; t++) {
      const at = recordAt(replay, i, t) + 6;
      const [x, y] = replay.records.view.subarray(at, at + 2);
      assert(Math.abs(x) <= 1 && Math.abs(y) <= 1);
      // A fresh actor is zero; six deviations of its noise are 0.3.
      if (x === 0.75 && y === -1) counts.expert += 1;
      else if (Math.abs(x) < 0.3 && Math.abs(y) < 0.3) counts.policy += 1;
      else counts.chance += 1;
    }
  }
  // Chance looks like the policy in 0.3^2 of its actions.
  const chance = counts.chance / (1 - 0.09);
  const shares = {
    policy: counts.policy - (chance - counts.chance),
    expert: counts.expert,
    chance,
  };
  // Five standard deviations of 3200 draws are below 0.045.
  assert(Math.abs(shares.policy / 3200 - 0.5) < 0.045, JSON.stringify(counts));
  assert(Math.abs(shares.expert / 3200 - 0.4) < 0.045, JSON.stringify(counts));
  assert(Math.abs(shares.chance / 3200 - 0.1) < 0.03, JSON.stringify(counts));
});

Deno.test("random corrections reach as far as the authority over each entry, in warm-up and after it", async () => {
  const authority = [0.2, 1];
  const recipe: Recipe = {
    ...defaultRecipe(),
    ...small,
    authority,
    noise: 0,
    warmupNoise: 0,
    random: 1,
    warmupRandom: 1,
    warmupCorrections: true,
  };
  const still = fromPolicy("still", (_seen, _goal, out) => out.fill(0), 2);
  const { training } = await toyTraining(recipe, 5, still, 0, 50);
  const { replay } = training.learner;
  for (const how of ["warmup", "noisy"] as const) {
    training.explore(0, how);
    const farthest = [0, 0];
    for (let t = 0; t < 50; t++) {
      const at = recordAt(replay, 0, t) + 6;
      for (const i of [0, 1]) {
        const a = Math.abs(replay.records.view[at + i]);
        farthest[i] = Math.max(farthest[i], a / authority[i]);
      }
    }
    // Of 50 uniform draws the largest misses the end by a fifth once in 10^4.
    assert(
      farthest.every((far) => far > 0.8 && far <= 1.000001),
      `${farthest}`,
    );
  }
});

Deno.test("an entry without authority is the base's, bit for bit, however training explores and whatever was learnt", async () => {
  const recipe: Recipe = {
    ...defaultRecipe(),
    ...small,
    authority: [0.5, 0],
    noise: 0.3,
    warmupNoise: 0.3,
    random: 0.5,
    warmupRandom: 0.5,
  };
  const base = clipped(toyPolicy(1, 2));
  const { training } = await toyTraining(recipe, 5);
  const { learner: { replay, actor } } = training;
  actor.params.view.forEach((_, i) => actor.params.view[i] = Math.sin(i));
  for (const how of ["warmup", "noisy", "quiet"] as const) {
    training.explore(0, how);
    let moved = 0;
    for (let t = 0; t < replay.lengths[0]; t++) {
      const at = recordAt(replay, 0, t);
      const record = replay.records.view.slice(at, at + 8);
      const goal = replay.desired.view.slice(0, 2);
      const { action } = base.act(undefined, record.subarray(0, 4), goal);
      assertEquals(record[7], action[1], `${how}, step ${t}`);
      if (record[6] !== action[0]) moved += 1;
    }
    assert(moved > 0, `${how}: the other entry moves`);
  }
});

Deno.test("a quiet training episode is the policy of the moment, without noise", async () => {
  const recipe = { ...ddpgRecipe(), ...small };
  const { training, env } = await toyTraining(recipe, 5, expert, 0);
  const { actor } = training.learner;
  actor.params.view.forEach((_, i) => actor.params.view[i] = Math.sin(i));
  const { replay } = training.learner;
  const [quiet, noisy] = (["quiet", "noisy"] as const).map((how) => {
    training.explore(0, how);
    return replay.records.view.slice(0, recordAt(replay, 1, 0));
  });
  actor.average.view.set(actor.params.view);
  // The same episode, action by action.
  const played = recorder(replay, 1);
  const episode = foldIn(derive(key(5), "episode"), 0);
  unroll(env, training.policy, episode, played);
  const start = recordAt(replay, 1, 0);
  const again = replay.records.view.slice(start, start + start);
  assertEquals(again, quiet);
  assert(noisy.some((x, i) => x !== again[i]));
});

Deno.test("a training episode of the base is the controller's own, whether or not it has moved into the environment", async () => {
  const strong = fromPolicy("strong spring", (observation, desired, out) => {
    for (let i = 0; i < 2; i++) {
      out[i] = 20 * (desired[i] - observation[2 * i]) - observation[2 * i + 1];
    }
  }, 2);
  for (
    const own of [
      { ...defaultRecipe(), ...small },
      { ...defaultRecipe(), ...small, clipBase: false },
      { ...paperRecipe(), ...small },
    ]
  ) {
    const { training, env } = await toyTraining(own, 5, strong, 0);
    for (let i = 0; i < 5; i++) {
      const episode = foldIn(derive(key(5), "episode"), i);
      assertEquals(
        training.explore(i, "base"),
        unroll(env, clipped(strong), episode),
      );
    }
  }
});

Deno.test("evaluation is played in its own environment, training in the other", async () => {
  // A generous circle: the same motion earns more.
  const generous = timeLimit(20)(toy({ axes: 2, threshold: 0.4 }));
  const recipe = { ...ddpgRecipe(), ...small };
  const make = (elsewhere?: typeof generous) =>
    toyTraining(recipe, 5, toyPolicy(1, 2), 0, 20, undefined, elsewhere);
  const [here, there] = [await make(), await make(generous)];
  let more = 0;
  for (let i = 0; i < 10; i++) {
    assertEquals(
      here.training.explore(i, "noisy"),
      there.training.explore(i, "noisy"),
    );
    for (const player of ["base", "policy"] as const) {
      const near = here.training.evaluate(player, set, i);
      const far = there.training.evaluate(player, set, i);
      assert(far.return >= near.return);
      if (far.return > near.return) more += 1;
    }
  }
  assert(more > 0);
});
