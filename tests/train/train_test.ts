/** The whole loop on the point mass: it learns, it resumes, it stops at nonsense. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromPolicy } from "../../lib/control/controller.ts";
import { Refusal } from "../../lib/errors.ts";
import { paperRecipe } from "../../lib/learn/ready_recipes.ts";
import type { Recipe } from "../../lib/learn/recipe.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { putSnapshot, snapshotBytes } from "../../lib/learn/snapshot.ts";
import { layers } from "../../lib/learn/network.ts";
import { usedSections } from "../../lib/replay/episodes.ts";
import { inlineCrew } from "../../lib/train/inline_crew.ts";
import type { Kept } from "../../lib/train/kept.ts";
import { type Counters, startCounters } from "../../lib/train/schedule.ts";
import { findFault } from "../../lib/train/divergence.ts";
import {
  type Crew,
  type Progress,
  type RunPlan,
  train,
} from "../../lib/train/train.ts";
import { toyTraining } from "../learn/toy_training.ts";
import { biased, brief, plan, recipe, run } from "./toy_run.ts";

Deno.test("a correction is learnt over a biased spring and passes the gate", async () => {
  const { learner, progress, rows } = await run();
  const successes = rows.filter((row) => row?.kind === "evaluation")
    .map((row) => row!.success as number);
  const { counters, kept } = progress.at(-1)!;
  assert(
    successes.at(-1)! > successes[0] + 0.2,
    `evaluations ${successes.join(", ")}`,
  );
  const { served } = counters.serving;
  assert(served?.gate.passed, JSON.stringify(counters));
  assertEquals(served.score, Math.max(...successes));
  assertEquals(kept.served?.length, snapshotBytes(learner));
});

Deno.test("what is served acts as it did at its evaluation, whatever is learnt after it", async () => {
  const { progress, learner } = await run();
  const { counters: { serving }, kept } = progress.at(-1)!;
  const { served } = serving;
  const { training } = await toyTraining(recipe, 1, biased(), 0, 40);
  putSnapshot(training.learner, kept.served!);
  const set = { label: "training", seed: plan.seed };
  const outcomes = await inlineCrew(training)
    .evaluate("policy", set, 0, plan.evaluationEpisodes);
  const solved = outcomes.filter(({ success }) => success).length;
  assertEquals(solved / plan.evaluationEpisodes, served!.score);
  // The learner itself is left with what it learnt.
  const last = progress.findLast(({ stage }) => stage.kind === "learn")!;
  assertEquals(last.counters.updates, progress.at(-1)!.counters.updates);
  assertEquals(learner.actor.average.view.some(Number.isNaN), false);
});

Deno.test("looks leave learning as it is: the other rows are the same bytes without them", async () => {
  const short = { steps: 1000, evaluateEvery: 250 };
  const [a, b] = [await run(short), await run({ ...short, gatePairs: 0 })];
  const others = a.rows.filter((row) => row?.kind !== "gate");
  assert(others.length < a.rows.length, "no look was played");
  assertEquals(JSON.stringify(others), JSON.stringify(b.rows));
  assertEquals(a.learner.state, b.learner.state);
});

Deno.test("the same seed gives the same rows, another seed others", async () => {
  const short = { steps: 600, evaluateEvery: 300, gatePairs: 20 };
  const [a, b, c] = [
    await run(short),
    await run(short),
    await run({ ...short, seed: 4 }),
  ];
  assertEquals(a.rows, b.rows);
  assert(JSON.stringify(a.rows) !== JSON.stringify(c.rows));
});

/** What a checkpoint keeps of a learner. */
function keptOf(learner: Learner, episodes: number): readonly Uint8Array[] {
  const sections = Object.values(usedSections(learner.replay, episodes));
  return [learner.state, ...sections];
}

/** The rows from `start` on, over a fresh training that holds only `saved`. */
async function resumed(
  chosen: RunPlan,
  start: Counters,
  saved: readonly Uint8Array[],
  beside: Kept,
) {
  const { recipe, seed } = chosen;
  const { training } = await toyTraining(recipe, seed, biased(), 0, 40);
  const { learner } = training;
  // Whatever is not kept must not matter.
  learner.state.fill(255);
  keptOf(learner, start.episodes).forEach((to, i) => to.set(saved[i]));
  const crew = inlineCrew(training);
  const rows: Progress["row"][] = [];
  let last = beside;
  for await (
    const { row, kept } of train(learner, crew, chosen, start, beside)
  ) {
    rows.push(row);
    last = kept;
  }
  return { rows, kept: last };
}

/** Burn-in by value, in epochs so short that all kinds of them come to pass. */
const byValue: Recipe = {
  ...paperRecipe(),
  hidden: [16],
  batch: 32,
  epochSteps: 80,
  valueThreshold: 0.2,
  roundEpisodes: 1,
  updatesPerStep: 0.5,
};

const stoppable: Readonly<Record<string, Partial<RunPlan>>> = {
  "the default recipe": { recipe: brief },
  "burn-in by value": { recipe: byValue },
  "safe exploration": { recipe: brief, safeExploration: 0.5 },
};

Deno.test("burn-in by value: the actor stands still in some epochs and moves in others, and quiet rounds come in the former alone", async () => {
  const { rows, progress } = await run({ recipe: byValue, steps: 800 });
  const learnt = rows.filter((row) => row?.kind === "learn");
  assertEquals(learnt[0]!.still, true);
  assertEquals(new Set(learnt.map((row) => row!.still)).size, 2);
  let quiet = 0;
  // A round is followed by its updates; the rule may not change in between.
  const rounds = rows.filter((row) => row?.kind === "play");
  rounds.forEach((row, i) => {
    if (row!.quiet) {
      quiet += 1;
      assertEquals(learnt[i]!.still, true);
    }
  });
  assert(quiet > 0 && quiet < rounds.length);
  // Epoch by epoch: the mean over its batches, and what follows from it.
  let [last, previous] = [0, 0];
  for (let epoch = 0; epoch < 10; epoch++) {
    const own = learnt.filter((row) =>
      Math.floor((row!.step - 40) / 80) === epoch
    );
    const still = epoch === 0 || Math.abs(last - previous) > 0.2;
    own.forEach((row) => assertEquals(row!.still, still, `epoch ${epoch}`));
    previous = last;
    const values = own.map((row) => row!.actorValue as number);
    last = values.reduce((a, b) => a + b, 0) / values.length;
  }
  assert(progress.at(-1)!.counters.release.moved);
});

for (const [name, own] of Object.entries(stoppable)) {
  Deno.test(`stopped after any stage and resumed from what a checkpoint keeps, a run goes on as if nothing had been: ${name}`, async () => {
    const chosen = {
      ...plan,
      ...own,
      steps: 400,
      evaluateEvery: 200,
      evaluationEpisodes: 4,
      gatePairs: 30,
    };
    const { training } = await toyTraining(
      chosen.recipe,
      chosen.seed,
      biased(),
      0,
      40,
    );
    const { learner } = training;
    const crew = inlineCrew(training);
    const stops: {
      readonly counters: Counters;
      readonly kept: Kept;
      readonly saved: readonly Uint8Array[];
    }[] = [];
    const rows: Progress["row"][] = [];
    for await (
      const { counters, kept, row } of train(
        learner,
        crew,
        chosen,
        startCounters(),
      )
    ) {
      const saved = keptOf(learner, counters.episodes)
        .map((bytes) => bytes.slice());
      stops.push({ counters, kept, saved });
      rows.push(row);
    }
    assertEquals(
      new Set(rows.map((row) => row?.kind)),
      new Set(["play", "learn", "evaluation", "gate"]),
    );
    for (const [i, { counters, kept, saved }] of stops.entries()) {
      // As a checkpoint's header keeps them.
      const start = JSON.parse(JSON.stringify(counters)) as Counters;
      const again = await resumed(chosen, start, saved, kept);
      assertEquals(again.rows, rows.slice(i + 1));
      assertEquals(again.kept, stops.at(-1)!.kept);
    }
  });
}

Deno.test("the paper's learner runs through the same loop", async () => {
  const paper: Recipe = {
    ...recipe,
    criticAction: "residual",
    clipBase: false,
    authority: 2,
    critics: 1,
    targetCritics: 1,
    selection: false,
    layerNorm: false,
    polyakEvery: 4,
    polyak: 0.05,
  };
  const { progress } = await run({ recipe: paper, steps: 600, gatePairs: 0 });
  assertEquals(progress.at(-1)!.counters.steps >= 600, true);
});

Deno.test("a base that gives NaN under a relabelled goal is named", async () => {
  const fragile = fromPolicy("fragile", (observation, desired, out) => {
    // Goals drawn by the task lie within half a metre; hindsight may go beyond.
    out.fill(
      Math.abs(desired[0]) > 0.5 ? NaN : desired[0] - observation[0] + 1,
    );
  }, 2);
  const error = await assertRejects(() => run({}, fragile), Refusal, "fragile");
  assertEquals(error.error._tag, "ControllerError");
});

/** A crew that spoils a weight of the second critic's first layer before update 7. */
function spoiling(learner: Learner, crew: Crew): Crew {
  return {
    ...crew,
    async update(order) {
      for (let i = 0; i < order.count; i++) {
        const updates = order.updates + i;
        if (updates === 7) {
          learner.critics.params.view[learner.critics.size + 3] = NaN;
        }
        await crew.update({ ...order, updates, count: 1 });
      }
    },
  };
}

Deno.test("a number that leaves the finite range stops the run with network, layer and update, and the state before it is kept", async () => {
  const small = { ...recipe, hidden: [16, 16], batch: 32, burnIn: 20 };
  const { training } = await toyTraining(small, 3, biased(), 0, 40);
  const { learner } = training;
  const crew = spoiling(learner, inlineCrew(training));
  const stream = train(
    learner,
    crew,
    { ...plan, recipe: small },
    startCounters(),
  );
  const error = await assertRejects(
    async () => {
      for await (const _ of stream);
    },
    Refusal,
    "'gradient of critic 2, layer 3 of 3' is NaN at update 7",
  );
  assert(error.error._tag === "DivergedError");
  assertEquals(error.error.update, 7);
  assertEquals(error.error.step, 400);
  // The same seed, stopped before that update.
  const other = (await toyTraining(small, 3, biased(), 0, 40)).training;
  const whole = inlineCrew(other);
  const before = train(
    other.learner,
    {
      ...whole,
      update: (order) => whole.update({ ...order, count: 7 }),
    },
    { ...plan, recipe: small },
    startCounters(),
  );
  for await (const { stage } of before) if (stage.kind === "learn") break;
  assertEquals(learner.state, other.learner.state);
});

Deno.test("the layer that backpropagation spoilt first is named", async () => {
  const { training } = await toyTraining(recipe, 3);
  const { learner } = training;
  const { actor, critics } = learner;
  const fine = { criticLoss: 1 };
  assertEquals(findFault(learner, fine), undefined);
  assertEquals(findFault(learner, { ...fine, residual: NaN }), {
    quantity: "residual",
    value: NaN,
  });
  const all = layers(actor.network);
  actor.params.view[all[1].biases] = -Infinity;
  assertEquals(findFault(learner, fine), {
    quantity: "parameters of actor, layer 2 of 3",
    value: -Infinity,
  });
  actor.m.view[all[0].weights] = NaN;
  assertEquals(
    findFault(learner, fine)?.quantity,
    "gradient of actor, layer 1 of 3",
  );
  critics.m.view[4 * critics.size] = Infinity;
  assertEquals(
    findFault(learner, fine)?.quantity,
    "gradient of critic 5, layer 1 of 3",
  );
});
