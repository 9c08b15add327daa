/** The schedule walks through every stage once, in order, whatever the recipe. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import { openGate } from "../../lib/rollout/gate.ts";
import {
  type Counters,
  nextStage,
  type Plan,
  type Stage,
  startCounters,
} from "../../lib/train/schedule.ts";

const HORIZON = 50;

interface Walk {
  readonly stages: readonly Stage[];
  readonly evaluatedAt: readonly number[];
  readonly last: Counters;
}

/** Plays the schedule with imaginary work; each stage just moves the counters. */
function walk(plan: Plan, limit = 20000): Walk {
  const stages: Stage[] = [];
  const evaluatedAt: number[] = [];
  let c = startCounters();
  for (let i = 0; i < limit; i++) {
    const stage = nextStage(plan, c);
    stages.push(stage);
    switch (stage.kind) {
      case "play": {
        const episodes = plan.recipe.roundEpisodes;
        c = {
          ...c,
          episodes: c.episodes + episodes,
          steps: c.steps + episodes * HORIZON,
        };
        break;
      }
      case "learn":
        c = {
          ...c,
          updates: c.updates + stage.count,
          actorUpdates: c.actorUpdates + (stage.released ? stage.count : 0),
        };
        break;
      case "evaluate":
        evaluatedAt.push(c.steps);
        c = { ...c, evaluatedAt: c.steps };
        break;
      case "gate":
        c = { ...c, gate: { ...c.gate, pairs: c.gate.pairs + stage.pairs } };
        break;
      case "done":
        return { stages, evaluatedAt, last: c };
    }
  }
  throw new Error("the schedule does not end");
}

const plans = fc.record({
  steps: fc.integer({ min: 0, max: 6000 }),
  evaluateEvery: fc.integer({ min: 50, max: 3000 }),
  gatePairs: fc.integer({ min: 0, max: 90 }),
  warmup: fc.integer({ min: 50, max: 2000 }),
  burnIn: fc.integer({ min: 0, max: 3000 }),
  updatesPerStep: fc.constantFrom(0.4, 1, 2),
}).map(({ warmup, burnIn, updatesPerStep, ...plan }): Plan => ({
  ...plan,
  recipe: { ...defaultRecipe(), warmup, burnIn, updatesPerStep },
}));

Deno.test("every plan ends, with all its steps played and all its updates done", () => {
  fc.assert(fc.property(plans, (plan) => {
    const { last } = walk(plan);
    const { recipe } = plan;
    const round = recipe.roundEpisodes * HORIZON;
    assertEquals(last.steps, Math.ceil(plan.steps / round) * round);
    if (plan.steps === 0) return;
    const trained = Math.max(0, last.steps - recipe.warmup);
    assertEquals(
      last.updates,
      recipe.burnIn + Math.floor(trained * recipe.updatesPerStep),
    );
  }));
});

Deno.test("the actor is never released before the critics have burnt in", () => {
  fc.assert(fc.property(plans, (plan) => {
    let updates = 0;
    for (const stage of walk(plan).stages) {
      if (stage.kind !== "learn") continue;
      assertEquals(stage.released, updates >= plan.recipe.burnIn);
      updates += stage.count;
    }
  }));
});

Deno.test("with burn-in by value a released actor stands still where the rule says so, and the gate waits for one that moved", () => {
  const recipe = { ...defaultRecipe(), warmup: 0, burnIn: 0 };
  const plan = { recipe, steps: 200, evaluateEvery: 1000, gatePairs: 50 };
  const value = { ...plan, recipe: { ...recipe, release: "value" as const } };
  const due = { ...startCounters(), steps: 100, episodes: 2, evaluatedAt: 0 };
  const free = { ...due.release, burning: false };
  for (
    const [own, release, still] of [
      [plan, due.release, false],
      [value, due.release, true],
      [value, free, false],
    ] as const
  ) {
    const stage = nextStage(own, { ...due, release });
    assertEquals(stage, { kind: "learn", count: 200, released: true, still });
  }
  const over = {
    ...due,
    steps: 200,
    updates: 400,
    actorUpdates: 200,
    evaluatedAt: 200,
  };
  assertEquals(nextStage(plan, over).kind, "gate");
  assertEquals(nextStage(value, over).kind, "done");
  const moved = { ...over, release: { ...free, moved: true } };
  assertEquals(nextStage(value, moved).kind, "gate");
});

Deno.test("an evaluation opens the run, one closes it, and none is done twice", () => {
  fc.assert(fc.property(plans, (plan) => {
    const { evaluatedAt, last } = walk(plan);
    assertEquals(evaluatedAt[0], 0);
    assertEquals(evaluatedAt.at(-1), last.steps);
    assertEquals(new Set(evaluatedAt).size, evaluatedAt.length);
    for (let mark = 0; mark <= last.steps; mark += plan.evaluateEvery) {
      const round = plan.recipe.roundEpisodes * HORIZON;
      assert(
        evaluatedAt.some((step) => step >= mark && step < mark + round) ||
          mark < plan.recipe.warmup,
        `no evaluation at ${mark}`,
      );
    }
  }));
});

Deno.test("the gate opens only after the last update, and not once it has passed", () => {
  const plan: Plan = {
    recipe: defaultRecipe(),
    steps: 2000,
    evaluateEvery: 1000,
    gatePairs: 50,
  };
  const { stages, last } = walk(plan);
  const firstGate = stages.findIndex(({ kind }) => kind === "gate");
  assert(
    stages.slice(firstGate).every(({ kind }) =>
      kind === "gate" || kind === "done"
    ),
  );
  assertEquals(last.gate.pairs, 50);
  const passed = { ...last, gate: { ...openGate(), passed: true } };
  assertEquals(nextStage(plan, passed).kind, "done");
});
