/** What networks are shown: nothing hidden, and two frames as the recipe says. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { frames } from "../../lib/env/frames.ts";
import { prepareBatch } from "../../lib/learn/batch.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { updateShards } from "../../lib/learn/td3.ts";
import { recordAt } from "../../lib/replay/episodes.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import type { EnvTransform, Vec } from "../../lib/types.ts";
import { evaluate } from "../kernels/mlp.ts";
import { toyPolicy } from "../toy.ts";
import { type ToyEnvironment, toyTraining } from "./toy_training.ts";
import { hiding } from "./toy_views.ts";

const recipe: Recipe = { ...defaultRecipe(), hidden: [16, 16], batch: 32 };

const order = {
  updates: 0,
  actorUpdates: 0,
  count: 6,
  released: true,
  episodes: 12,
};

const two = frames(2) as unknown as EnvTransform<unknown, unknown>;

/** A toy with two hidden entries of these values, shown in one frame or two. */
async function hidden(
  values: (seen: Vec) => readonly number[],
  own: Recipe,
  framed: boolean,
) {
  const { training } = await toyTraining(
    own,
    7,
    toyPolicy(1, 2),
    12,
    20,
    (env) => {
      const shown = hiding(2, values)(env);
      return (framed
        ? two(shown as never)
        : shown) as unknown as ToyEnvironment;
    },
  );
  return training;
}

for (
  const [name, own, framed] of [
    ["one frame", recipe, false],
    ["two frames as one", recipe, true],
    ["two frames averaged", { ...recipe, frames: "average" }, true],
  ] as const
) {
  Deno.test(`what is hidden changes nothing that is learnt or played: ${name}`, async () => {
    const worlds = [
      await hidden(() => [0, 0], own, framed),
      await hidden(([x, v]) => [40 * x + 3, 1e4 * v - 7], own, framed),
    ];
    const size = framed ? 8 : 4;
    const seen = Float32Array.from(
      { length: size + 2 },
      (_, i) => 0.1 * i - 0.3,
    );
    const goal = Float32Array.of(0.2, -0.1);
    const [blind, other] = worlds.map(({ learner, policy }, i) => {
      const before = learner.actor.params.view.slice();
      updateShards(learner, key(2), order, [0, 1], () => {});
      assert(before.some((x, j) => x !== learner.actor.params.view[j]));
      seen.set(i === 0 ? [0, 0] : [9, -30], size);
      return {
        actor: learner.actor.params.view.slice(),
        critics: learner.critics.params.view.slice(),
        action: policy.act(undefined, seen, goal).action.slice(),
      };
    });
    assertEquals(other, blind);
    const { replay } = worlds[1].learner;
    const at = recordAt(replay, 0, 3) + size;
    assert(replay.records.view[at] !== 0, "replay keeps what is hidden");
  });
}

Deno.test("either frame's inputs are its own normalised entries, the goal and the action", async () => {
  const own: Recipe = { ...recipe, frames: "average", selection: true };
  const { learner } = await hidden(([x]) => [x, 2], own, true);
  for (const shard of [0, 1]) {
    prepareBatch(learner, shard, foldIn(key(3), 1), 12);
  }
  const { batch, critics, observationNormalizer: o, goalNormalizer: g } =
    learner;
  const wide = critics.network.inputs;
  assertEquals(wide, 4 + 2 + 2);
  const scaled = ({ mean, scale }: typeof o, i: number, x: number) =>
    Math.max(-5, Math.min(5, (x - mean.view[i]) * scale.view[i]));
  learner.shards.forEach((bench, shard) => {
    const { rows } = bench;
    for (let row = 0; row < rows; row++) {
      const from = shard * rows + row;
      for (const frame of [0, 1]) {
        const at = (frame * rows + row) * wide;
        // Of the next moment: two blocks of candidates per frame.
        const later = (frame * 2 * rows + row) * wide;
        for (let i = 0; i < 4; i++) {
          const entry = 10 * from + 4 * frame + i;
          const now = scaled(o, 4 * frame + i, batch.observation.view[entry]);
          const next = scaled(
            o,
            4 * frame + i,
            batch.nextObservation.view[entry],
          );
          assertAlmostEquals(bench.criticInput.view[at + i], now, 1e-5);
          for (const block of [0, rows * wide]) {
            const found = bench.nextCriticInput.view[later + block + i];
            assertAlmostEquals(found, next, 1e-5);
          }
        }
        for (let i = 0; i < 2; i++) {
          const goal = scaled(g, i, batch.goal.view[2 * from + i]);
          assertAlmostEquals(bench.criticInput.view[at + 4 + i], goal, 1e-5);
          assertEquals(
            bench.criticInput.view[at + 6 + i],
            batch.action.view[2 * from + i],
          );
        }
      }
    }
  });
});

/** Networks that differ from zero and from one another. */
function shaken({ actor, critics }: Learner): void {
  for (const { average } of [actor, critics]) {
    average.view.forEach((_, i) => average.view[i] = Math.sin(1 + 3.3 * i));
  }
}

Deno.test("the averaged policy is tanh of the mean of both frames' outputs, in either order", async () => {
  const own: Recipe = {
    ...recipe,
    frames: "average",
    over: "zero",
    authority: 1,
    selection: false,
  };
  const { training } = await toyTraining(
    own,
    5,
    toyPolicy(1, 2),
    0,
    20,
    (env) => two(env as never) as unknown as ToyEnvironment,
  );
  const { learner, policy } = training;
  learner.observationNormalizer.mean.view.fill(0);
  learner.observationNormalizer.scale.view.fill(1);
  shaken(learner);
  const { network, average } = learner.actor;
  const before = [0.3, -0.2, 0.1, 0.4];
  const now = [-0.1, 0.25, 0.15, -0.4];
  const goal = [0.2, -0.3];
  const heads = [before, now].map((frame) =>
    evaluate(network, average.view, [...frame, ...goal]).y
  );
  const act = (observation: readonly number[]) =>
    policy.act(
      undefined,
      Float32Array.from(observation),
      Float32Array.from(goal),
    ).action.slice();
  const action = act([...before, ...now]);
  heads[0].forEach((x, i) =>
    assertAlmostEquals(action[i], Math.tanh((x + heads[1][i]) / 2), 1e-4)
  );
  const swapped = act([...now, ...before]);
  action.forEach((a, i) => assertAlmostEquals(swapped[i], a, 1e-6));
});

Deno.test("two equal frames averaged are one frame, with selection and seen both ways", async () => {
  const one = (await toyTraining(recipe, 5, toyPolicy(1, 2), 0)).training;
  const both = (await toyTraining(
    { ...recipe, frames: "average" },
    5,
    toyPolicy(1, 2),
    0,
    20,
    (env) => two(env as never) as unknown as ToyEnvironment,
  )).training;
  for (const { learner } of [one, both]) {
    shaken(learner);
    learner.symmetric.view[0] = 1;
  }
  let moved = 0;
  for (let n = 0; n < 40; n++) {
    const seen = [0, 1, 2, 3].map((i) => Math.sin(7 * n + i) / 2);
    const goal = Float32Array.of(Math.cos(n) / 2, Math.cos(2 * n) / 2);
    const a = one.policy.act(undefined, Float32Array.from(seen), goal).action;
    const twice = Float32Array.from([...seen, ...seen]);
    const b = both.policy.act(undefined, twice, goal).action;
    a.forEach((x, i) => assertAlmostEquals(b[i], x, 1e-5));
    const base = toyPolicy(1, 2).act(undefined, Float32Array.from(seen), goal);
    if (base.action.some((x, i) => x !== a[i])) moved += 1;
  }
  assert(moved > 5 && moved < 40, `${moved} of 40 were corrected`);
});
