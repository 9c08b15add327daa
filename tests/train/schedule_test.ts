/** The schedule walks through every stage once, in order, whatever the recipe. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import { openGate } from "../../lib/rollout/gate.ts";
import { concludeLook, consider } from "../../lib/train/serving.ts";
import {
  type Counters,
  hasMoved,
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

/** What evaluations and looks of an imaginary run find. */
interface Luck {
  /** Success by evaluation; the base's is 0.4, the interval reaches 0.1 below. */
  readonly scores: readonly number[];
  /** Looks that pass, by their pairs; others take all there are. */
  readonly passes: readonly number[];
}

const noLuck: Luck = { scores: [0.3], passes: [] };

/** Plays the schedule with imaginary work; each stage just moves the counters. */
function walk(plan: Plan, luck = noLuck, limit = 20000): Walk {
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
        c = evaluated(plan, c, luck.scores[evaluatedAt.length] ?? 0.3);
        evaluatedAt.push(c.steps);
        break;
      case "gate":
        c = looked(plan, c, stage.pairs, luck.passes[c.serving.looks]);
        break;
      case "done":
        return { stages, evaluatedAt, last: c };
    }
  }
  throw new Error("the schedule does not end");
}

function evaluated(plan: Plan, before: Counters, score: number): Counters {
  const c = { ...before, evaluatedAt: before.steps };
  if (!hasMoved(plan.recipe, c)) return c;
  const found = {
    step: c.steps,
    score,
    low: score - 0.1,
    high: score + 0.1,
    base: 0.4,
  };
  const serving = consider(c.serving, found);
  return serving === c.serving ? c : { ...c, serving, gate: openGate() };
}

function looked(
  plan: Plan,
  c: Counters,
  more: number,
  enough = Infinity,
): Counters {
  const pairs = c.gate.pairs + more;
  const gate = { ...openGate(), pairs, passed: pairs >= enough };
  const over = gate.passed || pairs >= plan.gatePairs;
  const serving = over ? concludeLook(c.serving, gate) : c.serving;
  return { ...c, gate, serving };
}

const lucks: fc.Arbitrary<Luck> = fc.record({
  scores: fc.array(fc.constantFrom(0.2, 0.4, 0.45, 0.6, 0.8, 0.95)),
  passes: fc.array(fc.integer({ min: 1, max: 120 })),
});

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

Deno.test("every plan ends, with all its steps played and all its updates done, whatever is found", () => {
  fc.assert(fc.property(plans, lucks, (plan, luck) => {
    const { last } = walk(plan, luck);
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
  const over = { ...due, steps: 200, updates: 400, actorUpdates: 200 };
  const judged = (own: Plan, c: Counters) => evaluated(own, c, 0.5);
  assertEquals(nextStage(plan, judged(plan, over)).kind, "gate");
  assertEquals(nextStage(value, judged(value, over)).kind, "done");
  const moved = { ...over, release: { ...free, moved: true } };
  assertEquals(nextStage(value, judged(value, moved)).kind, "gate");
});

Deno.test("an evaluation opens the run, one closes it, and none is done twice", () => {
  fc.assert(fc.property(plans, lucks, (plan, luck) => {
    const { evaluatedAt, last } = walk(plan, luck);
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

Deno.test("looks are no part of learning: all other stages come in the same order with and without them", () => {
  fc.assert(fc.property(plans, lucks, (plan, luck) => {
    const others = (own: Plan) =>
      walk(own, luck).stages.filter(({ kind }) => kind !== "gate");
    assertEquals(others(plan), others({ ...plan, gatePairs: 0 }));
  }));
});

Deno.test("a look follows an evaluation after release at once or ends the run, and takes at most its pairs", () => {
  fc.assert(fc.property(plans, lucks, (plan, luck) => {
    const { stages, last } = walk(plan, luck);
    let [pairs, played] = [0, 0];
    stages.forEach((stage, i) => {
      if (stage.kind === "play") played += 1;
      if (stage.kind !== "gate") {
        pairs = 0;
        return;
      }
      pairs += stage.pairs;
      assert(["evaluate", "gate"].includes(stages[i - 1].kind));
      assert(stage.pairs > 0 && pairs <= plan.gatePairs);
      assert(played > 0);
    });
    // Whoever was the best has been looked at, if there are pairs to play.
    if (plan.gatePairs > 0) assertEquals(last.serving.champion, undefined);
  }));
});

Deno.test("where nothing promises well the latest that none clearly beats is looked at once, at the end", () => {
  const plan: Plan = {
    recipe: { ...defaultRecipe(), warmup: 500, burnIn: 100 },
    steps: 3000,
    evaluateEvery: 1000,
    gatePairs: 50,
  };
  const { stages, last } = walk(plan, {
    scores: [0, 0.3, 0.45, 0.3],
    passes: [],
  });
  const first = stages.findIndex(({ kind }) => kind === "gate");
  assert(
    stages.slice(first).every(({ kind }) => kind === "gate" || kind === "done"),
  );
  const { looks, tried, served } = last.serving;
  assertEquals([looks, tried, served], [1, 0.45, undefined]);
  assertEquals(last.gate.pairs, 50);
});

Deno.test("what promises well is looked at before learning goes on, and a better one after it", () => {
  const plan: Plan = {
    recipe: { ...defaultRecipe(), warmup: 500, burnIn: 100 },
    steps: 4000,
    evaluateEvery: 1000,
    gatePairs: 50,
  };
  // Steps 0, 1000, ..., 4000: the third is worse, the fourth ahead by chance at most.
  const { stages, last } = walk(plan, {
    scores: [0, 0.6, 0.5, 0.65, 0.9],
    passes: [30, 20],
  });
  const looks = stages.flatMap(({ kind }, i) => kind === "gate" ? [i] : []);
  const evaluations = stages.flatMap(({ kind }, i) =>
    kind === "evaluate" ? [i] : []
  );
  assertEquals(looks[0], evaluations[1] + 1);
  assertEquals(stages[looks[2]], { kind: "gate", pairs: 20 });
  assert(looks[1] < evaluations[2] && looks[2] > evaluations[4]);
  const { served, champion } = last.serving;
  assertEquals([served?.step, served?.look, champion], [4000, 2, undefined]);
});
