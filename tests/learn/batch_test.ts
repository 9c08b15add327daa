/** What a batch holds after relabelling. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { prepareBatch } from "../../lib/learn/batch.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { recordAt } from "../../lib/replay/episodes.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import type { Box, Permutation, Vec } from "../../lib/types.ts";
import { toyPolicy } from "../toy.ts";
import { toyTraining } from "./toy_training.ts";
import { densely, described, hiding } from "./toy_views.ts";

// Mirrored rows would differ from what was stored.
const recipe = { ...defaultRecipe(), hidden: [8], batch: 256, mirror: false };

async function batchOf(goals?: Box) {
  const base = toyPolicy(1, 2);
  const { training, episodes } = await toyTraining(
    recipe,
    7,
    base,
    12,
    20,
    described(goals ? { goals } : {}),
  );
  const { learner } = training;
  for (const shard of [0, 1]) {
    prepareBatch(learner, shard, foldIn(key(3), 1), episodes);
  }
  return learner;
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
    const next = recordAt(replay, slot, batch.index[2 * row + 1] + 1);
    const achieved = replay.records.view.slice(next + 4, next + 6);
    const distance = Math.hypot(achieved[0] - goal[0], achieved[1] - goal[1]);
    const reward = distance > spec.reward.threshold ? -1 : 0;
    if (Math.abs(distance - spec.reward.threshold) > 1e-6) {
      assertEquals(batch.reward.view[row], reward);
    }
    const seen = batch.observation.view.slice(4 * row, 4 * row + 4);
    const asked = base.act(undefined, seen, goal).action;
    assertEquals(batch.base.view.slice(2 * row, 2 * row + 2), asked.slice());
    const then = batch.nextObservation.view.slice(4 * row, 4 * row + 4);
    const later = base.act(undefined, then, goal).action;
    assertEquals(
      batch.nextBase.view.slice(2 * row, 2 * row + 2),
      later.slice(),
    );
  }
});

/** The mirror image of a vector. */
function image(values: Vec, { source, sign, offset }: Permutation): Vec {
  return values.map((_, i) => sign[i] * values[source[i]] + offset[i]);
}

/** The transition of a row as it was stored, `[observation, next, action, goals it may have]`. */
function stored({ batch, replay }: Learner, row: number) {
  const slot = batch.index[2 * row];
  const step = batch.index[2 * row + 1];
  const pick = (t: number, from: number, to: number) => {
    const start = recordAt(replay, slot, t);
    return replay.records.view.slice(start + from, start + to);
  };
  const later = Array.from(
    { length: replay.lengths[slot] - step },
    (_, i) => pick(step + 1 + i, 4, 6),
  );
  const desired = replay.desired.view.slice(2 * slot, 2 * slot + 2);
  return {
    parts: [pick(step, 0, 4), pick(step + 1, 0, 4), pick(step, 6, 8)],
    goals: [desired, ...later],
  };
}

Deno.test("each row of a mirrored batch is the stored transition or its mirror image, whole", async () => {
  const mirrored = { ...recipe, mirror: true };
  const { training, episodes } = await toyTraining(mirrored, 7);
  const { learner } = training;
  const { batch, spec } = learner;
  for (const shard of [0, 1]) {
    prepareBatch(learner, shard, foldIn(key(3), 1), episodes);
  }
  const mirror = spec.mirror!;
  const { observation, action, goal } = mirror;
  let images = 0;
  for (let row = 0; row < recipe.batch; row++) {
    const { parts, goals } = stored(learner, row);
    const found = [
      batch.observation.view.slice(4 * row, 4 * row + 4),
      batch.nextObservation.view.slice(4 * row, 4 * row + 4),
      batch.action.view.slice(2 * row, 2 * row + 2),
    ];
    const isImage = found[0].some((x, i) => x !== parts[0][i]);
    const by = [observation, observation, action];
    assertEquals(
      found,
      isImage ? parts.map((part, i) => image(part, by[i])) : parts,
    );
    const own = batch.goal.view.slice(2 * row, 2 * row + 2);
    const allowed = isImage ? goals.map((each) => image(each, goal)) : goals;
    assert(allowed.some((each) => each.every((x, i) => x === own[i])));
    images += Number(isImage);
  }
  // A fair coin: five standard deviations of 256 tosses.
  assert(Math.abs(images - 128) < 40, `${images} of 256 rows are images`);
});

Deno.test("dense rewards are those of the moment after, hidden entries included, under the goal that a row ends up with", async () => {
  const reward = {
    kind: "dense",
    threshold: 0.05,
    goal: 1.25,
    reach: { weight: 0.5, first: 0, second: 4, size: 2 },
    effort: { weight: 0.1, at: 2, size: 2 },
  } as const;
  for (const mirror of [false, true]) {
    const { training, episodes } = await toyTraining(
      { ...recipe, mirror },
      7,
      toyPolicy(1, 2),
      12,
      20,
      (env) => densely(reward)(hiding(2, ([x, v]) => [3 * v, x + 1])(env)),
    );
    const { batch, replay, spec } = training.learner;
    for (const shard of [0, 1]) {
      prepareBatch(training.learner, shard, foldIn(key(3), 1), episodes);
    }
    let relabelled = 0;
    for (let row = 0; row < recipe.batch; row++) {
      const slot = batch.index[2 * row];
      const next = recordAt(replay, slot, batch.index[2 * row + 1] + 1);
      const [x0, v0, x1, v1, h0, h1, a0, a1] = replay.records.view
        .subarray(next, next + 8);
      const own = batch.goal.view.slice(2 * row, 2 * row + 2);
      // The toy's mirror turns the sign of every goal.
      const now = recordAt(replay, slot, batch.index[2 * row + 1]);
      const image = batch.observation.view[6 * row] !==
        replay.records.view[now];
      assert(mirror || !image);
      const [g0, g1] = image ? own.map((x) => -x) : own;
      const expected = -1.25 * (Math.abs(a0 - g0) + Math.abs(a1 - g1)) -
        0.5 * (Math.abs(x0 - h0) + Math.abs(v0 - h1)) -
        0.1 * (x1 * x1 + v1 * v1);
      assertEquals(batch.reward.view[row], Math.fround(expected));
      if (g0 !== replay.desired.view[2 * slot]) relabelled += 1;
    }
    assert(relabelled > 100 && spec.reward.kind === "dense");
  }
});

/** A batch of 256 rows over twelve episodes, by a recipe that departs from the default. */
async function drawn(other: Partial<Recipe>) {
  const own = { ...recipe, ...other };
  const { training, episodes } = await toyTraining(own, 7);
  for (const shard of [0, 1]) {
    prepareBatch(training.learner, shard, foldIn(key(3), 1), episodes);
  }
  return training.learner;
}

/** What a row was drawn from. */
function sourceOf({ batch, replay }: Learner, row: number) {
  const slot = batch.index[2 * row];
  const step = batch.index[2 * row + 1];
  const goal = [...batch.goal.view.subarray(2 * row, 2 * row + 2)];
  const own = [...replay.desired.view.subarray(2 * slot, 2 * slot + 2)];
  const achieved = (t: number) => {
    const start = recordAt(replay, slot, t) + 4;
    return [...replay.records.view.subarray(start, start + 2)];
  };
  return { slot, step, goal, own, achieved };
}

Deno.test("no goal in hindsight lies within the least way from what was achieved already", async () => {
  const beyond = 0.2;
  const rows = async (hindsightBeyond: number) => {
    const learner = await drawn({ hindsightBeyond, hindsight: 1 });
    return Array.from({ length: recipe.batch }, (_, row) => {
      const { step, goal, own, achieved } = sourceOf(learner, row);
      const [x, y] = achieved(step);
      const reached = achieved(step + 1);
      const distance = Math.hypot(reached[0] - goal[0], reached[1] - goal[1]);
      const { threshold } = learner.spec.reward;
      if (Math.abs(distance - threshold) > 1e-6) {
        const reward = distance > threshold ? -1 : 0;
        assertEquals(learner.batch.reward.view[row], reward);
      }
      const asked = goal[0] === own[0] && goal[1] === own[1];
      return { asked, way: Math.hypot(goal[0] - x, goal[1] - y) };
    });
  };
  const [any, moved] = [await rows(0), await rows(beyond)];
  for (const { asked, way } of moved) assert(asked || way > beyond);
  any.forEach(({ way, asked }, i) => {
    if (way > beyond) assertEquals(moved[i], { way, asked });
    else assert(moved[i].asked);
  });
  const near = any.filter(({ way }) => way <= beyond).length;
  assert(near > 20 && near < 236, `${near} goals were as good as reached`);
});

Deno.test("a row of several steps ends where they end, and is worth their discounted rewards", async () => {
  const returnSteps = 4;
  const learner = await drawn({ returnSteps });
  const { batch, replay } = learner;
  const base = toyPolicy(1, 2);
  const spans = new Set<number>();
  for (let row = 0; row < recipe.batch; row++) {
    const { slot, step, goal, achieved } = sourceOf(learner, row);
    const span = Math.min(returnSteps, replay.lengths[slot] - step);
    spans.add(span);
    assertEquals(batch.span[row], span);
    const worth = Array.from({ length: span }, (_, i) => {
      const [x, y] = achieved(step + 1 + i);
      const far = Math.hypot(x - goal[0], y - goal[1]) > 0.05;
      return far ? -(recipe.discount ** i) : 0;
    }).reduce((sum, reward) => sum + reward, 0);
    assertAlmostEquals(batch.reward.view[row], worth, 1e-6);
    const end = recordAt(replay, slot, step + span);
    const next = batch.nextObservation.view.slice(4 * row, 4 * row + 4);
    assertEquals(next, replay.records.view.slice(end, end + 4));
    const later = base.act(undefined, next, Float32Array.from(goal)).action;
    const asked = batch.nextBase.view.slice(2 * row, 2 * row + 2);
    assertEquals(asked, later.slice());
  }
  assertEquals([...spans].toSorted(), [1, 2, 3, 4]);
});

Deno.test("a share of each shard comes from the warm-up, as many rows as asked for", async () => {
  // Two episodes of 20 steps make a warm-up of 40.
  const learner = await drawn({ anchor: 0.25, warmup: 40 });
  assertEquals(learner.replay.kept, 2);
  for (const first of [0, 128]) {
    for (let row = first; row < first + 32; row++) {
      assert(learner.batch.index[2 * row] < 2);
    }
    const others = Array.from(
      { length: 96 },
      (_, i) => learner.batch.index[2 * (first + 32 + i)],
    );
    assert(others.some((slot) => slot >= 2));
  }
});

Deno.test("burn-in sums rewards over steps of its own, learning after it over others", async () => {
  const own = { ...recipe, burnInReturnSteps: 4, returnSteps: 2 };
  const { training, episodes } = await toyTraining(own, 7);
  const spans = (released: boolean, still = false) => {
    const at = { updates: 0, actorUpdates: 0, count: 1, episodes };
    const order = { ...at, released, still };
    training.update(order, [0, 1], () => undefined);
    return Math.max(...training.learner.batch.span);
  };
  assertEquals([spans(false), spans(true)], [4, 2]);
  // Burn-in by value: the actor is released, but stands still.
  assertEquals(spans(true, true), 4);
});
