/**
 * The training loop as a stream of progress: the command line, the tests and a
 * user's own program read the same events.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { accumulate, publish } from "../learn/normalizer.ts";
import { actorUpdatesIn, type UpdateOrder } from "../learn/td3.ts";
import { recordAt } from "../replay/episodes.ts";
import { observePair } from "../rollout/gate.ts";
import { wilson } from "../rollout/statistics.ts";
import type { Outcome } from "../rollout/unroll.ts";
import type { Vec } from "../types.ts";
import { findFault, locateFault } from "./divergence.ts";
import { type Counters, nextStage, type Plan, type Stage } from "./schedule.ts";
import type { EvaluationSet, Player } from "./training.ts";

/** Those who do the work: one thread, or several. Results come in order of index. */
export interface Crew {
  readonly explore: (
    first: number,
    count: number,
    warmup: boolean,
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
      return play(learner, crew, counters, stage);
    case "learn":
      return learn(learner, crew, plan, counters, stage);
    case "evaluate":
      return evaluate(crew, plan, counters, stage);
    case "gate":
      return gate(crew, plan, counters, stage);
  }
}

async function play(
  learner: Learner,
  crew: Crew,
  counters: Counters,
  stage: Stage & { kind: "play" },
): Promise<Progress> {
  const { recipe } = learner;
  const first = counters.episodes;
  const outcomes = await crew.explore(
    first,
    recipe.roundEpisodes,
    stage.warmup,
  );
  const steps = counters.steps + sum(outcomes.map((o) => o.length));
  digest(learner, first, outcomes);
  return {
    stage,
    counters: { ...counters, steps, episodes: first + outcomes.length },
    row: {
      kind: "play",
      step: steps,
      episodes: first + outcomes.length,
      return: mean(outcomes.map((o) => o.return)),
      success: mean(outcomes.map((o) => Number(o.success))),
      warmup: stage.warmup,
    },
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
  const row: Row = { kind: "learn", step, updates, ...metrics };
  return {
    stage,
    counters: {
      ...counters,
      updates,
      actorUpdates: counters.actorUpdates + actorUpdatesIn(learner, order),
    },
    row,
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

async function evaluate(
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "evaluate" },
): Promise<Progress> {
  const set = { label: "training", seed: plan.seed };
  const count = plan.evaluationEpisodes;
  // Before the first update the policy is the base: one pass measures both.
  const player = counters.updates === 0 ? "base" : "policy";
  const outcomes = await crew.evaluate(player, set, 0, count);
  const solved = sum(outcomes.map((o) => Number(o.success)));
  const { mean: policy, low, high } = wilson(solved, count);
  const base = counters.success?.base ?? policy;
  return {
    stage,
    counters: {
      ...counters,
      evaluatedAt: counters.steps,
      success: { base, policy },
    },
    row: {
      kind: "evaluation",
      step: counters.steps,
      success: policy,
      base,
      low,
      high,
      return: mean(outcomes.map((o) => o.return)),
    },
  };
}

async function gate(
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "gate" },
): Promise<Progress> {
  const set = { label: "gate", seed: plan.seed };
  const first = counters.gate.pairs;
  const policy = await crew.evaluate("policy", set, first, stage.pairs);
  const base = await crew.evaluate("base", set, first, stage.pairs);
  let next = counters.gate;
  for (let i = 0; i < policy.length && !next.passed; i++) {
    next = observePair(next, policy[i].success, base[i].success, plan.delta);
  }
  return {
    stage,
    counters: { ...counters, gate: next },
    row: { kind: "gate", step: counters.steps, ...next },
  };
}

/** Takes new episodes into the normalisers and publishes them: each round at first, then every tenth episode. */
function digest(
  learner: Learner,
  first: number,
  outcomes: readonly Outcome[],
): void {
  const { replay, observationNormalizer, goalNormalizer, recipe } = learner;
  const { observation: no, goal: ng } = replay.sizes;
  outcomes.forEach(({ length }, i) => {
    const slot = (first + i) % replay.capacity;
    for (let t = 0; t <= length; t++) {
      const start = recordAt(replay, slot, t);
      accumulate(observationNormalizer, replay.records.view, start, 1);
      accumulateGoal(learner, replay.records.view, start + no);
      accumulateGoal(learner, replay.desired.view, slot * ng);
    }
  });
  const episodes = first + outcomes.length;
  const early = episodes <= 20;
  const tens = Math.floor(episodes / 10) > Math.floor(first / 10);
  if (early || tens) {
    publish(observationNormalizer, recipe.deviationFloor);
    publish(goalNormalizer, recipe.deviationFloor);
  }
}

/** Takes one goal in, if the task might ask for it. */
function accumulateGoal(
  { goalNormalizer, spec }: Learner,
  values: Vec,
  offset: number,
): void {
  const { goals } = spec;
  for (let i = 0; goals !== undefined && i < spec.goalSize; i++) {
    const x = values[offset + i];
    if (x < goals.low[i] || x > goals.high[i]) return;
  }
  accumulate(goalNormalizer, values, offset, 1);
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

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
