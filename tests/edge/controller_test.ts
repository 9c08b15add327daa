/** An artefact acts as the learner that it was made of, bit for bit. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeArtefact } from "../../lib/edge/artefact.ts";
import type { BaseFunction } from "../../lib/edge/bases.ts";
import { type EdgeController, loadController } from "../../lib/edge/mod.ts";
import { frames } from "../../lib/env/frames.ts";
import {
  ddpgRecipe,
  paperRecipe,
  td3Recipe,
} from "../../lib/learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { key } from "../../lib/rng/key.ts";
import type { Policy, Vec } from "../../lib/types.ts";
import { type ToyEnvironment, toyTraining } from "../learn/toy_training.ts";
import { toyPolicy } from "../toy.ts";
import { kernels } from "./attempt.ts";
import { artefactOfLearner } from "./toy_artefact.ts";

const rows = 9;
const small: Partial<Recipe> = { hidden: [16, 13], critics: 3 };

/** Recipes whose policies are put together in another way. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  "selection": { ...defaultRecipe(), ...small },
  "no selection": { ...defaultRecipe(), ...small, selection: false },
  "an unclipped base": { ...defaultRecipe(), ...small, clipBase: false },
  "no layer norm": { ...defaultRecipe(), ...small, layerNorm: false },
  "one hidden layer": { ...defaultRecipe(), ...small, hidden: [7] },
  "four hidden layers": { ...defaultRecipe(), ...small, hidden: [9, 8, 7, 6] },
  "wide layers": { ...defaultRecipe(), critics: 1, targetCritics: 1 },
  "an authority per entry": {
    ...defaultRecipe(),
    ...small,
    authority: [0.4, 1.5],
  },
  "the paper's": { ...paperRecipe(), hidden: [16, 16, 16] },
  "the paper's with selection": {
    ...paperRecipe(),
    hidden: [16, 16],
    selection: true,
  },
  "a residual of the clipped base": {
    ...paperRecipe(),
    hidden: [16],
    clipBase: true,
    authority: 0.5,
    selection: true,
    critics: 2,
  },
  "learning from scratch": { ...ddpgRecipe(), hidden: [16] },
  "learning from scratch, both views": { ...td3Recipe(), hidden: [16, 16] },
};

const spring = toyPolicy(4, 2);

/** Eager, so that clipping matters. */
const given: BaseFunction = (seen, goal) =>
  spring.act(undefined, seen, goal).action.map((a) => 1.5 * a);

const eager: Policy = {
  id: "eager",
  init: () => undefined,
  act: (_, seen, goal) => ({
    action: Float32Array.from(given(seen, goal)),
    memory: undefined,
  }),
};

const entry = fc.float({ min: -2, max: 2, noNaN: true });
const scene = fc.record({
  seen: fc.array(entry, { minLength: 4, maxLength: 4 }),
  goal: fc.array(entry, { minLength: 2, maxLength: 2 }),
});
const scenes = fc.array(scene, { minLength: 1, maxLength: rows });

/** A learner with weights as after much training, and controllers made of it. */
async function world(recipe: Recipe, symmetric: boolean, framed = false) {
  const two = frames(2) as unknown as (env: ToyEnvironment) => ToyEnvironment;
  const { training, env } = await toyTraining(
    recipe,
    5,
    eager,
    4,
    20,
    framed ? two : undefined,
  );
  const { learner, policy } = training;
  const inside = recipe.criticAction === "residual" && recipe.over !== "zero";
  if (symmetric && learner.recipe.bothViews) learner.symmetric.view[0] = 1;
  for (const { average } of [learner.actor, learner.critics]) {
    average.view.forEach((_, i) => average.view[i] = Math.sin(1 + 3.3 * i));
  }
  const bytes = encodeArtefact(artefactOfLearner(learner, env.spec, {
    ...framed
      ? {
        channels: env.spec.channels.slice(4),
        senses: { frames: 2, filter: null },
      }
      : {},
    base: recipe.over === "zero"
      ? { name: "none", kind: "none", options: {} }
      : { name: "eager.ts", kind: "file", options: {} },
    network: { inside, authority: recipe.authority, clipBase: recipe.clipBase },
  }));
  const options = { base: given, rows };
  return {
    policy: policy as Policy,
    env,
    wasm: loadController(bytes, kernels, options),
    twins: loadController(bytes, undefined, options),
  };
}

type Scene = {
  readonly seen: readonly number[];
  readonly goal: readonly number[];
};

function together(controller: EdgeController, all: readonly Scene[]): Vec {
  return controller.actMany(
    all.map(() => controller.init()),
    Float32Array.from(all.flatMap(({ seen }) => seen)),
    Float32Array.from(all.flatMap(({ goal }) => goal)),
  ).actions.slice();
}

function alone(controller: EdgeController, { seen, goal }: Scene): Vec {
  return controller.act(
    controller.init(),
    Float32Array.from(seen),
    Float32Array.from(goal),
  ).action.slice();
}

for (const [name, recipe] of Object.entries(RECIPES)) {
  Deno.test(`one robot or many, kernels or twins act as the learner: ${name}`, async () => {
    for (const symmetric of recipe.bothViews ? [true, false] : [false]) {
      const { policy, wasm, twins } = await world(recipe, symmetric);
      const met = new Set<number>();
      fc.assert(fc.property(scenes, (all) => {
        const expected = all.map(({ seen, goal }) => {
          const [o, g] = [seen, goal].map((list) => Float32Array.from(list));
          return policy.act(undefined, o, g).action.slice();
        });
        for (const controller of [wasm, twins]) {
          const many = together(controller, all);
          all.forEach((scene, i) => {
            assertEquals(alone(controller, scene), expected[i]);
            assertEquals(many.slice(2 * i, 2 * i + 2), expected[i]);
          });
        }
        expected.forEach(([a]) => met.add(a));
      }));
      assert(met.size > 20, `${met.size} different actions alone`);
    }
  });
}

for (const read of ["concat", "average"] as const) {
  Deno.test(`two frames, ${read}: the memory plays the part of the environment's`, async () => {
    const recipe = { ...defaultRecipe(), ...small, frames: read };
    for (const symmetric of [true, false]) {
      const { policy, env, wasm, twins } = await world(recipe, symmetric, true);
      for (let episode = 0; episode < 10; episode++) {
        let step = env.reset(key(episode));
        let memories = [wasm, twins].map(({ init }) => init());
        while (!step.terminated && !step.truncated) {
          const { observation, desired } = step.observation;
          const action = policy.act(undefined, observation, desired).action
            .slice();
          const present = observation.slice(4);
          memories = [wasm, twins].map((controller, i) => {
            const before = memories[i].slice();
            const decision = controller.act(memories[i], present, desired);
            assertEquals(decision.action, action);
            assertEquals(memories[i], before, "the memory was written to");
            return decision.memory;
          });
          step = env.step(step.state, action);
        }
        env.drop(step.state);
      }
    }
  });
}

Deno.test("selection plays the base's own action where the critics say so, and only there", async () => {
  const { wasm } = await world(RECIPES.selection, false);
  const { wasm: without } = await world(RECIPES["no selection"], false);
  const counts = { base: 0, corrected: 0 };
  fc.assert(
    fc.property(scene, (it) => {
      const [seen, goal] = [it.seen, it.goal].map((x) => Float32Array.from(x));
      const start = Float32Array.from(
        given(seen, goal),
        (a) => Math.min(1, Math.max(-1, a)),
      );
      const action = alone(wasm, it);
      const corrected = alone(without, it);
      const isBase = action.every((a, i) => a === start[i]);
      if (isBase) counts.base += 1;
      else {
        assertEquals(action, corrected);
        counts.corrected += 1;
      }
    }),
    { numRuns: 500 },
  );
  assert(counts.base > 20 && counts.corrected > 20, JSON.stringify(counts));
});
