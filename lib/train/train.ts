/**
 * The training loop as a stream of progress: the command line, the tests and a
 * user's own program read the same events.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { actorUpdatesIn, type UpdateOrder } from "../learn/td3.ts";
import type { Outcome } from "../rollout/unroll.ts";
import { findFault, locateFault } from "./divergence.ts";
import { evaluate, look } from "./judging.ts";
import { keep, type Kept, playing } from "./kept.ts";
import { play } from "./play.ts";
import { observeValues } from "./release.ts";
import { type Counters, nextStage, type Plan, type Stage } from "./schedule.ts";
import type { EvaluationSet, Exploration, Player } from "./training.ts";
import { isTrusted, withhold } from "./trust.ts";

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
  /** The networks that are kept beside the learner's. */
  readonly kept: Kept;
  /** Present where the stage has something to report. */
  readonly row?: Row;
}

/** A stage done, of which nothing has been kept yet. */
export type Done = Omit<Progress, "kept">;

/** A run: its plan and where its seeds come from. */
export interface RunPlan extends Plan {
  readonly seed: number;
  readonly evaluationEpisodes: number;
  /** Chance of serving a policy that is not better than its base; of safe exploration, that it costs more than it may. */
  readonly delta: number;
  /** Share of the base's successes that exploring may cost; without it any. */
  readonly safeExploration?: number;
}

/** Trains from `start`, with what was kept by then, to the end of the plan, one event per stage. */
export async function* train(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  start: Counters,
  kept: Kept = {},
): AsyncGenerator<Progress> {
  let progress = { counters: start, kept };
  for (;;) {
    const { counters, kept } = progress;
    const stage = nextStage(plan, counters);
    if (stage.kind === "done") return;
    const done = await perform(learner, crew, plan, counters, kept, stage);
    const { serving } = done.counters;
    const next = keep(learner, kept, counters.serving, serving);
    progress = { ...done, kept: next };
    yield { ...done, kept: next };
  }
}

function perform(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  { champion }: Kept,
  stage: Exclude<Stage, { kind: "done" }>,
): Promise<Done> {
  switch (stage.kind) {
    case "play":
      return play(learner, crew, plan, counters, stage);
    case "learn":
      return learn(learner, crew, plan, counters, stage);
    case "evaluate":
      return evaluate(learner, crew, plan, counters, stage);
    case "gate": {
      const champions = playing(learner, crew, champion ?? refuseLook());
      return look(learner, champions, plan, counters, stage);
    }
  }
}

function refuseLook(): never {
  throw new ReferenceError(
    "Cannot look at the champion as its networks are missing: go on with what the progress of that moment has 'kept'",
  );
}

async function learn(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "learn" },
): Promise<Done> {
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
  if (!isTrusted(learner.recipe, counters.trust)) withhold(learner);
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
