/**
 * The training loop as a stream of progress: the command line, the tests and a
 * user's own program read the same events.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import type { Recipe } from "../learn/recipe.ts";
import { actorUpdatesIn, type UpdateOrder } from "../learn/td3.ts";
import { key } from "../rng/key.ts";
import type { Outcome } from "../rollout/unroll.ts";
import { digest } from "./digest.ts";
import { findFault, locateFault } from "./divergence.ts";
import { evaluate, gate, mean, modelSteps, sum } from "./judging.ts";
import { enterEpoch, observeValues, playsQuietly } from "./release.ts";
import { type Counters, nextStage, type Plan, type Stage } from "./schedule.ts";
import type { EvaluationSet, Exploration, Player } from "./training.ts";

/** Those who do the work: one thread, or several. Results come in order of index. */
export interface Crew {
  readonly explore: (
    first: number,
    count: number,
    exploration: Exploration,
  ) => Promise<readonly Outcome[]>;
  readonly evaluate: (
    player: Player,
    set: EvaluationSet,
    first: number,
    count: number,
  ) => Promise<readonly Outcome[]>;
  readonly update: (order: UpdateOrder) => Promise<void>;
}

/** A line of `metrics.jsonl`. Numbers depend on the seed alone, never on the clock. */
export type Row =
  & { readonly kind: string; readonly step: number }
  & Readonly<Record<string, number | string | boolean>>;

/** What happened, with the counters that a checkpoint needs to go on from here. */
export interface Progress {
  /** What was done. */
  readonly stage: Stage;
  /** How far the run has come. */
  readonly counters: Counters;
  /** Present where the stage has something to report. */
  readonly row?: Row;
}

/** A run: its plan and where its seeds come from. */
export interface RunPlan extends Plan {
  readonly seed: number;
  readonly evaluationEpisodes: number;
  /** Chance of serving a policy that is not better than its base. */
  readonly delta: number;
}

/** Trains from `start` to the end of the plan, one event per stage. */
export async function* train(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  start: Counters,
): AsyncGenerator<Progress> {
  let counters = start;
  for (;;) {
    const stage = nextStage(plan, counters);
    if (stage.kind === "done") return;
    const progress = await perform(learner, crew, plan, counters, stage);
    counters = progress.counters;
    yield progress;
  }
}

function perform(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Exclude<Stage, { kind: "done" }>,
): Promise<Progress> {
  switch (stage.kind) {
    case "play":
      return play(learner, crew, plan, counters, stage);
    case "learn":
      return learn(learner, crew, plan, counters, stage);
    case "evaluate":
      return evaluate(learner, crew, plan, counters, stage);
    case "gate":
      return gate(learner, crew, plan, counters, stage);
  }
}

async function play(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  before: Counters,
  stage: Stage & { kind: "play" },
): Promise<Progress> {
  const { recipe } = learner;
  const { counters, exploration } = exploring(recipe, plan, before, stage);
  const first = counters.episodes;
  const outcomes = await crew.explore(first, recipe.roundEpisodes, exploration);
  const steps = counters.steps + sum(outcomes.map((o) => o.length));
  digest(learner, first, outcomes);
  const after = {
    ...counters,
    steps,
    episodes: first + outcomes.length,
    modelSteps: counters.modelSteps + sum(outcomes.map((o) => o.modelSteps)),
  };
  return {
    stage,
    counters: after,
    row: {
      kind: "play",
      step: steps,
      episodes: first + outcomes.length,
      return: mean(outcomes.map((o) => o.return)),
      success: mean(outcomes.map((o) => Number(o.success))),
      warmup: stage.warmup,
      ...recipe.release === "value" ? { quiet: exploration === "quiet" } : {},
      ...modelSteps(after),
    },
  };
}

/** How a round is played, with the rule of burn-in by value in the round's epoch. */
function exploring(
  recipe: Recipe,
  { seed }: RunPlan,
  counters: Counters,
  { warmup }: Stage & { kind: "play" },
): { readonly counters: Counters; readonly exploration: Exploration } {
  if (recipe.release === "updates") {
    return { counters, exploration: warmup ? "warmup" : "noisy" };
  }
  const epoch = Math.floor(counters.steps / recipe.epochSteps);
  const release = enterEpoch(counters.release, epoch, recipe.valueThreshold);
  const quiet = playsQuietly(release, key(seed), counters.episodes);
  return {
    counters: { ...counters, release },
    exploration: warmup ? "warmup" : quiet ? "quiet" : "noisy",
  };
}

async function learn(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "learn" },
): Promise<Progress> {
  const order: UpdateOrder = {
    updates: counters.updates,
    actorUpdates: counters.actorUpdates,
    count: stage.count,
    released: stage.released,
    still: stage.still,
    episodes: counters.episodes,
  };
  const update = updater(learner, crew);
  const before = learner.state.slice();
  const metrics = await update(order);
  const fault = findFault(learner, metrics);
  const { steps: step } = counters;
  if (fault !== undefined) {
    const place = { seed: plan.seed, step };
    await locateFault(learner, order, update, before, place, fault);
  }
  const updates = counters.updates + stage.count;
  const moves = actorUpdatesIn(learner, order);
  const value = metrics.actorValue ?? 0;
  const { release } = learner.recipe;
  const still = release === "value" ? { still: stage.still } : {};
  return {
    stage,
    counters: {
      ...counters,
      updates,
      actorUpdates: counters.actorUpdates + moves,
      release: observeValues(counters.release, value, moves, stage.still),
    },
    row: { kind: "learn", step, updates, ...metrics, ...still },
  };
}

/** Does updates and tells the means of the metrics over them. */
function updater(learner: Learner, crew: Crew) {
  return async (order: UpdateOrder) => {
    for (const shard of learner.shards) shard.metrics.view.fill(0);
    await crew.update(order);
    return readMetrics(learner);
  };
}

/** Means over the updates since the metrics were cleared; shards in fixed order. */
function readMetrics(learner: Learner): Readonly<Record<string, number>> {
  const total = [0, 0, 0, 0, 0];
  for (const { metrics } of learner.shards) {
    for (let i = 0; i < total.length; i++) total[i] += metrics.view[i];
  }
  const [criticLoss, updates, value, residual, moves] = total;
  return {
    criticLoss: criticLoss / updates,
    ...(moves > 0
      ? { actorValue: value / moves, residual: Math.sqrt(residual / moves) }
      : {}),
  };
}
