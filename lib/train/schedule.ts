/**
 * What a run does next: a pure function of how far it has come.
 *
 *   warm-up -> burn-in (critics only) -> rounds of { play, learn }
 *   with an evaluation whenever one is due, and a look of the gate at the best
 *   policy so far where it promises well, and at the end
 *
 * Interrupting and resuming needs nothing but the counters.
 *
 * @module
 */

import type { Recipe } from "../learn/recipe.ts";
import { type Gate, openGate } from "../rollout/gate.ts";
import { type Release, startRelease } from "./release.ts";
import { type Safety, startSafety } from "./safety.ts";
import { type Serving, startServing } from "./serving.ts";
import { isTrusted, startTrust, type Trust } from "./trust.ts";

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
  /** Mean returns at the latest evaluation, where rewards are dense. */
  readonly returns?: { readonly base: number; readonly policy: number };
  /** Control steps simulated inside the controller during training. */
  readonly modelSteps: number;
  /** The rule of burn-in by value; counts for nothing under another. */
  readonly release: Release;
  /** Who played the training episodes, and how well. */
  readonly safety: Safety;
  /** Whether training has shown enough for the learnt policy to be judged. */
  readonly trust: Trust;
  /** Which policy is served, and which may be next. */
  readonly serving: Serving;
  /** The evidence of the look under way, else of the latest. */
  readonly gate: Gate;
}

/** How long a run lasts and how often it looks. */
export interface Plan {
  readonly recipe: Recipe;
  /** Environment steps in total. */
  readonly steps: number;
  /** Environment steps between evaluations. */
  readonly evaluateEvery: number;
  /** Pairs after which a look gives up. */
  readonly gatePairs: number;
}

/** The next thing to do. */
export type Stage =
  | { readonly kind: "play"; readonly warmup: boolean }
  | {
    readonly kind: "learn";
    readonly count: number;
    readonly released: boolean;
    /** Released, but to stand still: burn-in by value. */
    readonly still: boolean;
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
    modelSteps: 0,
    release: startRelease(),
    safety: startSafety(),
    trust: startTrust(),
    serving: startServing(),
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
  if (owed > 0 && counters.episodes > 0) return learn(recipe, counters, owed);
  if (evaluationDue(plan, counters)) return { kind: "evaluate" };
  if (lookDue(plan, counters)) {
    const left = plan.gatePairs - counters.gate.pairs;
    return { kind: "gate", pairs: Math.min(GATE_CHUNK, left) };
  }
  if (steps < plan.steps) return { kind: "play", warmup: false };
  return { kind: "done" };
}

/** Whether the champion is to be looked at now. */
function lookDue(plan: Plan, { steps, serving }: Counters): boolean {
  const { champion } = serving;
  return champion !== undefined && plan.gatePairs > 0 &&
    (champion.promising || steps >= plan.steps);
}

/** Whether the policy that is judged may differ from the base: its actor has been free to move, and is trusted. */
export function hasMoved(
  recipe: Pick<Recipe, "release" | "trust">,
  { actorUpdates, release, trust }: Counters,
): boolean {
  const free = recipe.release === "value" ? release.moved : actorUpdates > 0;
  return free && isTrusted(recipe, trust);
}

function learn(
  recipe: Recipe,
  { updates, release }: Counters,
  owed: number,
): Stage {
  if (updates < recipe.burnIn) {
    const count = Math.min(BURN_IN_CHUNK, recipe.burnIn - updates);
    return { kind: "learn", count, released: false, still: false };
  }
  const count = Math.min(LEARN_CHUNK, owed);
  const still = recipe.release === "value" && release.burning;
  return { kind: "learn", count, released: true, still };
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
