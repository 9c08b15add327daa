/**
 * What a run does next: a pure function of how far it has come.
 *
 *   warm-up -> burn-in (critics only) -> rounds of { play, learn }
 *   with an evaluation whenever one is due, and the gate at the end
 *
 * Interrupting and resuming needs nothing but the counters.
 *
 * @module
 */

import type { Recipe } from "../learn/recipe.ts";
import { type Gate, openGate } from "../rollout/gate.ts";

/** How far a run has come. */
export interface Counters {
  /** Environment steps played for training. */
  readonly steps: number;
  /** Episodes played for training. */
  readonly episodes: number;
  /** Gradient updates of the critics. */
  readonly updates: number;
  /** Gradient updates of the actor. */
  readonly actorUpdates: number;
  /** Environment step of the last evaluation; -1 before the first. */
  readonly evaluatedAt: number;
  /** Success rates at the latest evaluation; absent before the first. */
  readonly success?: { readonly base: number; readonly policy: number };
  /** The test for serving, which opens after the last update. */
  readonly gate: Gate;
}

/** How long a run lasts and how often it looks. */
export interface Plan {
  readonly recipe: Recipe;
  /** Environment steps in total. */
  readonly steps: number;
  /** Environment steps between evaluations. */
  readonly evaluateEvery: number;
  /** Pairs after which the gate gives up. */
  readonly gatePairs: number;
}

/** The next thing to do. */
export type Stage =
  | { readonly kind: "play"; readonly warmup: boolean }
  | {
    readonly kind: "learn";
    readonly count: number;
    readonly released: boolean;
  }
  | { readonly kind: "evaluate" }
  | { readonly kind: "gate"; readonly pairs: number }
  | { readonly kind: "done" };

/** Updates per learning stage of burn-in, so that progress shows. */
const BURN_IN_CHUNK = 250;

/** Updates per learning stage later on, so that a person can stop the run. */
const LEARN_CHUNK = 1000;

/** Pairs per stage of the gate. */
const GATE_CHUNK = 20;

/** A run that has not begun. */
export function startCounters(): Counters {
  return {
    steps: 0,
    episodes: 0,
    updates: 0,
    actorUpdates: 0,
    evaluatedAt: -1,
    gate: openGate(),
  };
}

/** What to do at these counters. */
export function nextStage(plan: Plan, counters: Counters): Stage {
  const { recipe } = plan;
  const { steps, updates } = counters;
  if (counters.evaluatedAt < 0) return { kind: "evaluate" };
  const warm = steps >= Math.min(recipe.warmup, plan.steps);
  if (!warm) return { kind: "play", warmup: true };
  const owed = updatesOwed(recipe, steps) - updates;
  if (owed > 0 && counters.episodes > 0) return learn(recipe, updates, owed);
  if (evaluationDue(plan, counters)) return { kind: "evaluate" };
  if (steps < plan.steps) return { kind: "play", warmup: false };
  const { gate } = counters;
  if (
    !gate.passed && gate.pairs < plan.gatePairs && counters.actorUpdates > 0
  ) {
    return {
      kind: "gate",
      pairs: Math.min(GATE_CHUNK, plan.gatePairs - gate.pairs),
    };
  }
  return { kind: "done" };
}

function learn(recipe: Recipe, updates: number, owed: number): Stage {
  if (updates < recipe.burnIn) {
    const count = Math.min(BURN_IN_CHUNK, recipe.burnIn - updates);
    return { kind: "learn", count, released: false };
  }
  const count = Math.min(LEARN_CHUNK, owed);
  return { kind: "learn", count, released: true };
}

/** Updates that a run should have done once it has played `steps`. */
function updatesOwed(recipe: Recipe, steps: number): number {
  const trained = Math.max(0, steps - recipe.warmup);
  return recipe.burnIn + Math.floor(trained * recipe.updatesPerStep);
}

/** Evaluations come at step 0, then every `evaluateEvery`, then at the end. */
function evaluationDue(plan: Plan, counters: Counters): boolean {
  const { steps, evaluatedAt } = counters;
  const { evaluateEvery: every } = plan;
  return Math.floor(steps / every) > Math.floor(evaluatedAt / every) ||
    (steps >= plan.steps && steps > evaluatedAt);
}
