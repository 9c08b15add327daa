/** The whole loop on the point mass: it learns, it resumes, it stops at nonsense. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromPolicy } from "../../lib/control/controller.ts";
import { Refusal } from "../../lib/errors.ts";
import { paperRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { layers } from "../../lib/learn/network.ts";
import { usedSections } from "../../lib/replay/episodes.ts";
import { inlineCrew } from "../../lib/train/inline_crew.ts";
import { type Counters, startCounters } from "../../lib/train/schedule.ts";
import { findFault } from "../../lib/train/divergence.ts";
import {
  type Crew,
  type Progress,
  type RunPlan,
  train,
} from "../../lib/train/train.ts";
import { toyTraining } from "../learn/toy_training.ts";
import { biased, plan, recipe, run } from "./toy_run.ts";

Deno.test("a correction is learnt over a biased spring and passes the gate", async () => {
  const { progress, rows } = await run();
  const successes = rows.filter((row) => row?.kind === "evaluation")
    .map((row) => row!.success as number);
  const gate = progress.at(-1)!.counters.gate;
  assert(
    successes.at(-1)! > successes[0] + 0.2,
    `evaluations ${successes.join(", ")}`,
  );
  assert(gate.passed, JSON.stringify(gate));
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
function kept(learner: Learner, episodes: number): readonly Uint8Array[] {
  const sections = Object.values(usedSections(learner.replay, episodes));
  return [learner.state, ...sections];
}

/** The rows from `start` on, over a fresh training that holds only `saved`. */
async function resumed(
  chosen: RunPlan,
  start: Counters,
  saved: readonly Uint8Array[],
) {
  const { recipe, seed } = chosen;
  const { training } = await toyTraining(recipe, seed, biased(), 0, 40);
  const { learner } = training;
  // Whatever is not kept must not matter.
  learner.state.fill(255);
  kept(learner, start.episodes).forEach((to, i) => to.set(saved[i]));
  const rows: Progress["row"][] = [];
  for await (
    const { row } of train(learner, inlineCrew(training), chosen, start)
  ) rows.push(row);
  return rows;
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

const stoppable: Readonly<Record<string, Recipe>> = {
  "the default recipe": {
    ...recipe,
    hidden: [16],
    batch: 32,
    warmup: 160,
    burnIn: 40,
  },
  "burn-in by value": byValue,
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
      recipe: own,
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
    const stops: { counters: Counters; saved: readonly Uint8Array[] }[] = [];
    const rows: Progress["row"][] = [];
    for await (
      const { counters, row } of train(learner, crew, chosen, startCounters())
    ) {
      const saved = kept(learner, counters.episodes);
      stops.push({ counters, saved: saved.map((bytes) => bytes.slice()) });
      rows.push(row);
    }
    assertEquals(
      new Set(rows.map((row) => row?.kind)),
      new Set(["play", "learn", "evaluation", "gate"]),
    );
    for (const [i, { counters, saved }] of stops.entries()) {
      // As a checkpoint's header keeps them.
      const kept = JSON.parse(JSON.stringify(counters)) as Counters;
      assertEquals(await resumed(chosen, kept, saved), rows.slice(i + 1));
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
