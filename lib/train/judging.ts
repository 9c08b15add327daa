/**
 * The stages of a run that judge: evaluations on the way, and looks of the gate.
 *
 * A pair of episodes is won by the one that alone succeeds or, where rewards are
 * dense, by the one of higher return: the gate is then a sign test of returns.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { type Gate, observePair, openGate } from "../rollout/gate.ts";
import { levelOfLook } from "../rollout/spending.ts";
import {
  type Interval,
  meanInterval,
  standardError,
  wilson,
} from "../rollout/statistics.ts";
import type { Outcome } from "../rollout/unroll.ts";
import type { EnvSpec } from "../types.ts";
import { type Counters, hasMoved, type Stage } from "./schedule.ts";
import { concludeLook, consider, type Evaluated } from "./serving.ts";
import type { Crew, Done, RunPlan } from "./train.ts";
import type { EvaluationSet } from "./training.ts";
import { isTrusted, observeBase, type Scored } from "./trust.ts";

/** Who did better in a pair of episodes. */
export interface Pair {
  readonly first: boolean;
  readonly second: boolean;
}

/** Which of two episodes of one key did better; both or neither is a tie. */
export function comparePair(
  { reward }: Pick<EnvSpec, "reward">,
  first: Outcome,
  second: Outcome,
): Pair {
  return reward.kind === "dense"
    ? {
      first: first.return > second.return,
      second: second.return > first.return,
    }
    : { first: first.success, second: second.success };
}

/** The episodes of an evaluation. */
interface Played {
  /** The base's; `undefined` where an earlier evaluation has counted them. */
  readonly base: readonly Scored[] | undefined;
  /** The policy's. */
  readonly outcomes: readonly Scored[];
}

/** Plays the evaluation's episodes with the policy, and once with the base. */
export async function evaluate(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "evaluate" },
): Promise<Done> {
  const played = await playOrReuse(learner, crew, plan, counters);
  const { base } = played;
  const { trust, steps: step } = counters;
  const seen = base
    ? { ...counters, trust: observeBase(trust, learner.recipe, base) }
    : counters;
  const { success, returns } = compare(played, counters);
  const dense = learner.spec.reward.kind === "dense";
  const evaluated = dense
    ? evaluatedBy(returns.policy, returns.base, step)
    : evaluatedBy(success.policy, success.base, step);
  return {
    stage,
    counters: {
      ...contend(plan, seen, evaluated),
      evaluatedAt: step,
      success: { base: success.base, policy: success.policy.mean },
      ...dense
        ? { returns: { base: returns.base, policy: returns.policy.mean } }
        : {},
    },
    row: {
      kind: "evaluation",
      step,
      success: success.policy.mean,
      base: success.base,
      low: success.policy.low,
      high: success.policy.high,
      return: returns.policy.mean,
      ...dense
        ? {
          returnError: standardError(returns.policy),
          baseReturn: returns.base,
        }
        : {},
      ...modelSteps(seen),
    },
  };
}

/** Success and return of the policy, with their intervals, and the base's means. */
function compare({ base, outcomes }: Played, counters: Counters) {
  const success = wilson(successes(outcomes), outcomes.length);
  const returns = returnOf(outcomes);
  return {
    success: {
      base: base
        ? successes(base) / base.length
        : counters.success?.base ?? success.mean,
      policy: success,
    },
    returns: {
      base: base ? returnOf(base).mean : counters.returns?.base ?? returns.mean,
      policy: returns,
    },
  };
}

/** An evaluation by the figure that decides. */
function evaluatedBy(
  { mean: score, low, high }: Interval,
  base: number,
  step: number,
): Evaluated {
  return { score, low, high, base, step };
}

/**
 * The policy's episodes, and the base's where they have not been played yet. A
 * policy that is the base, bit for bit, needs none of its own: one over the
 * controller before the first update, and one that is withheld.
 */
async function playOrReuse(
  { recipe }: Learner,
  crew: Crew,
  { seed, evaluationEpisodes: count }: RunPlan,
  { success, updates, trust }: Counters,
): Promise<Played> {
  const set = { label: "training", seed };
  const first = success === undefined;
  const base = first ? await crew.evaluate("base", set, 0, count) : undefined;
  const same = recipe.over === "controller" && updates === 0 ||
    !isTrusted(recipe, trust);
  const known = base ?? trust.base;
  const outcomes = same && known.length > 0
    ? known
    : await crew.evaluate("policy", set, 0, count);
  return { base, outcomes };
}

/** The counters after an evaluation: a new champion has seen no pair yet. */
function contend(
  { recipe }: RunPlan,
  counters: Counters,
  evaluated: Evaluated,
): Counters {
  if (!hasMoved(recipe, counters)) return counters;
  const serving = consider(counters.serving, evaluated);
  return serving === counters.serving
    ? counters
    : { ...counters, serving, gate: openGate() };
}

/** Plays pairs of a look at the champion, whom `crew` plays as its policy. */
export async function look(
  { spec }: Pick<Learner, "spec">,
  crew: Pick<Crew, "evaluate">,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "gate" },
): Promise<Done> {
  const { serving: before, steps: step } = counters;
  const number = before.looks + 1;
  const level = levelOfLook(plan.delta, number);
  // Of its own, so that no other look's pairs are played again.
  const set = { label: `gate ${number}`, seed: plan.seed };
  const { pairs } = stage;
  const found = await testPairs(spec, crew, set, counters.gate, pairs, level);
  const over = found.passed || found.pairs >= plan.gatePairs;
  const serving = over ? concludeLook(before, found) : before;
  const policyStep = before.champion?.step ?? step;
  return {
    stage,
    counters: { ...counters, gate: found, serving },
    row: { kind: "gate", step, look: number, policyStep, level, ...found },
  };
}

/** Plays pairs of a test outside of a run, which spends all of `plan.delta`. */
export async function testOnce(
  { spec }: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "gate" },
): Promise<Done> {
  const set = { label: "gate", seed: plan.seed };
  const { delta } = plan;
  const { pairs } = stage;
  const found = await testPairs(spec, crew, set, counters.gate, pairs, delta);
  return { stage, counters: { ...counters, gate: found } };
}

/** The gate after `pairs` more pairs of a set, or fewer where the evidence is enough. */
async function testPairs(
  spec: Pick<EnvSpec, "reward">,
  crew: Pick<Crew, "evaluate">,
  set: EvaluationSet,
  gate: Gate,
  pairs: number,
  level: number,
): Promise<Gate> {
  const policy = await crew.evaluate("policy", set, gate.pairs, pairs);
  const base = await crew.evaluate("base", set, gate.pairs, pairs);
  let next = gate;
  for (let i = 0; i < policy.length && !next.passed; i++) {
    const { first, second } = comparePair(spec, policy[i], base[i]);
    next = observePair(next, first, second, level);
  }
  return next;
}

/** The controller's simulated steps as part of a row, if there are any. */
export function modelSteps(
  { modelSteps }: Counters,
): { readonly modelSteps?: number } {
  return modelSteps > 0 ? { modelSteps } : {};
}

function successes(outcomes: readonly Scored[]): number {
  return outcomes.filter(({ success }) => success).length;
}

/** Mean return with its interval. */
function returnOf(outcomes: readonly Scored[]): Interval {
  return meanInterval(outcomes.map((o) => o.return));
}

/** The sum of some numbers, from the first to the last. */
export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The mean of one number or more. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
