/**
 * The stages of a run that judge: evaluations on the way, the gate at its end.
 *
 * A pair of episodes is won by the one that alone succeeds or, where rewards are
 * dense, by the one of higher return: the gate is then a sign test of returns.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { observePair } from "../rollout/gate.ts";
import { meanInterval, standardError, wilson } from "../rollout/statistics.ts";
import type { Outcome } from "../rollout/unroll.ts";
import type { EnvSpec } from "../types.ts";
import type { Counters, Stage } from "./schedule.ts";
import type { Crew, Progress, RunPlan } from "./train.ts";

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

/** Plays the evaluation's episodes with the policy, and once with the base. */
export async function evaluate(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "evaluate" },
): Promise<Progress> {
  const set = { label: "training", seed: plan.seed };
  const count = plan.evaluationEpisodes;
  const first = counters.success === undefined;
  const base = first ? await crew.evaluate("base", set, 0, count) : undefined;
  // Before the first update a policy over the controller is the controller.
  const same = learner.recipe.over === "controller" && counters.updates === 0;
  const outcomes = same && base
    ? base
    : await crew.evaluate("policy", set, 0, count);
  const solved = successes(outcomes);
  const { mean: policy, low, high } = wilson(solved, count);
  const { mean: own, error } = returnOf(outcomes);
  const success = {
    base: base ? successes(base) / count : counters.success?.base ?? policy,
    policy,
  };
  const returns = {
    base: base ? returnOf(base).mean : counters.returns?.base ?? own,
    policy: own,
  };
  const dense = learner.spec.reward.kind === "dense";
  return {
    stage,
    counters: {
      ...counters,
      evaluatedAt: counters.steps,
      success,
      ...dense ? { returns } : {},
    },
    row: {
      kind: "evaluation",
      step: counters.steps,
      success: policy,
      base: success.base,
      low,
      high,
      return: own,
      ...dense ? { returnError: error, baseReturn: returns.base } : {},
      ...modelSteps(counters),
    },
  };
}

/** Plays pairs of episodes until the evidence is enough, or the stage's pairs are done. */
export async function gate(
  { spec }: Learner,
  crew: Crew,
  plan: RunPlan,
  counters: Counters,
  stage: Stage & { kind: "gate" },
): Promise<Progress> {
  const set = { label: "gate", seed: plan.seed };
  const from = counters.gate.pairs;
  const policy = await crew.evaluate("policy", set, from, stage.pairs);
  const base = await crew.evaluate("base", set, from, stage.pairs);
  let next = counters.gate;
  for (let i = 0; i < policy.length && !next.passed; i++) {
    const { first, second } = comparePair(spec, policy[i], base[i]);
    next = observePair(next, first, second, plan.delta);
  }
  return {
    stage,
    counters: { ...counters, gate: next },
    row: { kind: "gate", step: counters.steps, ...next },
  };
}

/** The controller's simulated steps as part of a row, if there are any. */
export function modelSteps(
  { modelSteps }: Counters,
): { readonly modelSteps?: number } {
  return modelSteps > 0 ? { modelSteps } : {};
}

function successes(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ success }) => success).length;
}

/** Mean return with its standard error; 0 of one episode, which says nothing of it. */
function returnOf(outcomes: readonly Outcome[]) {
  const interval = meanInterval(outcomes.map((o) => o.return));
  return { mean: interval.mean, error: standardError(interval) };
}

/** The sum of some numbers, from the first to the last. */
export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The mean of one number or more. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
