/** The first policy is the base, and selection only ever leaves it for a higher value. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Arena, createArena } from "../../kernels/arena.ts";
import {
  actingMemory,
  learntPlayer,
  learntPolicy,
} from "../../lib/learn/policy.ts";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import { judgeSymmetry } from "../../lib/learn/symmetry.ts";
import { fromPolicy, zero } from "../../lib/control/controller.ts";
import { toyPolicy } from "../toy.ts";
import { toyTraining } from "./toy_training.ts";

const entry = fc.float({ min: -3, max: 3, noNaN: true });
const scene = fc.tuple(
  fc.array(entry, { minLength: 4, maxLength: 4 }),
  fc.array(entry, { minLength: 2, maxLength: 2 }),
);

Deno.test("the first policy is the clipped base, bit for bit, with and without selection", async () => {
  for (const selection of [true, false]) {
    const recipe = { ...defaultRecipe(), selection, hidden: [16, 16] };
    const base = toyPolicy(2, 2);
    const { training } = await toyTraining(recipe, 5, base);
    const policy = acting(training);
    fc.assert(fc.property(scene, ([o, g]) => {
      const observation = Float32Array.from(o);
      const desired = Float32Array.from(g);
      const expected = base.act(undefined, observation, desired).action.slice();
      const { action } = policy.act(undefined, observation, desired);
      assertEquals(action, expected);
    }));
  }
});

Deno.test("a correction changes the action by at most its authority and stays in the box", async () => {
  const base = toyPolicy(2, 2);
  const authority = [0.3, 0.9];
  const plain = { ...defaultRecipe(), selection: false, hidden: [16, 16] };
  const recipe = { ...plain, authority };
  const { training } = await toyTraining(recipe, 5, base);
  const { average } = training.learner.actor;
  average.view.forEach((_, i) => average.view[i] = 3 * Math.sin(i));
  const policy = acting(training);
  const farthest = [0, 0];
  fc.assert(fc.property(scene, ([o, g]) => {
    const observation = Float32Array.from(o);
    const desired = Float32Array.from(g);
    const start = base.act(undefined, observation, desired).action.slice();
    const { action } = policy.act(undefined, observation, desired);
    action.forEach((a, i) => {
      assert(Math.abs(a) <= 1);
      assert(Math.abs(a - start[i]) <= authority[i] + 1e-6);
      farthest[i] = Math.max(farthest[i], Math.abs(a - start[i]));
    });
  }));
  assert(farthest[0] > 0.1 && farthest[1] > 0.4, `moved by ${farthest}`);
});

Deno.test("seen both ways, the policy over a symmetric base is symmetric", async () => {
  for (const selection of [true, false]) {
    const recipe = { ...defaultRecipe(), selection, hidden: [16, 16] };
    const { training } = await toyTraining(recipe, 5, toyPolicy(2, 2));
    const { actor, critics } = training.learner;
    training.learner.symmetric.view[0] = 1;
    for (const { view } of [actor.average, critics.average]) {
      view.forEach((_, i) => view[i] = Math.sin(1 + 3.3 * i));
    }
    const policy = acting(training);
    let moved = 0;
    fc.assert(fc.property(scene, ([o, g]) => {
      // The toy's mirror turns every sign.
      const [a, b] = [1, -1].map((sign) =>
        policy.act(
          undefined,
          Float32Array.from(o, (x) => sign * x),
          Float32Array.from(g, (x) => sign * x),
        ).action.slice()
      );
      a.forEach((x, i) => assert(Math.abs(x + b[i]) < 1e-5, `${a} ${b}`));
      if (a.some((x) => Math.abs(x) < 1)) moved += 1;
    }));
    assert(moved > 0);
  }
});

Deno.test("many moments at once get the bits that each gets alone", async () => {
  const rows = 5;
  for (const selection of [true, false]) {
    for (const symmetric of [0, 1]) {
      const recipe = { ...defaultRecipe(), selection, hidden: [16, 16] };
      const { training } = await toyTraining(recipe, 5, toyPolicy(2, 2));
      const { learner } = training;
      learner.symmetric.view[0] = symmetric;
      for (const { view } of [learner.actor.average, learner.critics.average]) {
        view.forEach((_, i) => view[i] = Math.sin(1 + 3.3 * i));
      }
      const arena = headRoom(learner);
      const alone = learntPolicy(learner, actingMemory(learner, arena));
      const many = actingMemory(learner, arena, rows);
      const together = learntPlayer(learner, many);
      const scenes = fc.array(scene, { minLength: 1, maxLength: rows });
      fc.assert(fc.property(scenes, (all) => {
        const moments = all.map((scene) =>
          scene.map((part) => Float32Array.from(part))
        );
        for (const [row, [seen, goal]] of moments.entries()) {
          together.see(seen, goal, row, moments.length);
        }
        const actions = together.play(moments.length).slice();
        for (const [row, [seen, goal]] of moments.entries()) {
          const { action } = alone.act(undefined, seen, goal);
          assertEquals(actions.slice(2 * row, 2 * row + 2), action);
        }
      }));
    }
  }
});

Deno.test("a base is found to be symmetric, or not, by what it did in warm-up", async () => {
  const recipe = { ...defaultRecipe(), hidden: [16, 16] };
  // Symmetric where it is saturated, one-sided near the goal.
  const lopsided = fromPolicy("lopsided", (observation, desired, out) => {
    for (let i = 0; i < 2; i++) {
      const pull = 4 * (desired[i] - observation[2 * i]);
      out[i] = Math.abs(pull) > 1 ? pull : pull + 0.2;
    }
  }, 2);
  for (
    const [base, expected] of [[toyPolicy(2, 2), 1], [lopsided, 0]] as const
  ) {
    const { training, episodes } = await toyTraining(recipe, 5, base);
    const { learner } = training;
    assertEquals(learner.symmetric.view[0], 0);
    judgeSymmetry(learner, episodes);
    assertEquals(learner.symmetric.view[0], expected, base.id);
  }
});

Deno.test("a residual inside the environment with a fresh actor leaves the base alone", async () => {
  const recipe = {
    ...defaultRecipe(),
    criticAction: "residual" as const,
    selection: false,
    clipBase: false,
    authority: 2,
    hidden: [16, 16],
  };
  const { training } = await toyTraining(recipe, 5, toyPolicy(1, 2));
  const set = { label: "law", seed: 3 };
  for (let i = 0; i < 20; i++) {
    assertEquals(
      training.evaluate("policy", set, i),
      training.evaluate("base", set, i),
    );
  }
  const { training: idle } = await toyTraining(recipe, 5, zero(2));
  const scores = (t: typeof training) =>
    Array.from({ length: 20 }, (_, i) => t.evaluate("policy", set, i).return);
  assert(
    scores(training).join() !== scores(idle).join(),
    "the base inside the environment has no effect",
  );
});

type ToyLearner = Awaited<
  ReturnType<typeof toyTraining>
>["training"]["learner"];

/** The learnt policy with acting buffers in the head-room of the learner's memory. */
function acting({ learner }: { readonly learner: ToyLearner }) {
  return learntPolicy(learner, actingMemory(learner, headRoom(learner)));
}

function headRoom({ kernels: { memory } }: ToyLearner): Arena {
  // The last 64 KiB of the learner's memory are head-room.
  const start = memory.buffer.byteLength - 65536;
  const arena = createArena(memory);
  while (arena.used() < start) {
    arena.floats(Math.min(4096, Math.ceil((start - arena.used()) / 4)));
  }
  return arena;
}
