/**
 * The stage that plays: a round of training episodes into replay, by whoever is
 * to explore or, where that might cost too much, by the base.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import type { Recipe } from "../learn/recipe.ts";
import { key } from "../rng/key.ts";
import type { Outcome } from "../rollout/unroll.ts";
import { digest } from "./digest.ts";
import { mean, modelSteps, sum } from "./judging.ts";
import { enterEpoch, playsQuietly } from "./release.ts";
import {
  floorOf,
  mayExplore,
  observeRound,
  type Safety,
  type SafetyRule,
} from "./safety.ts";
import type { Counters, Stage } from "./schedule.ts";
import type { Crew, Done, RunPlan } from "./train.ts";
import type { Exploration } from "./training.ts";
import { adopt, observeReturns, type Trust } from "./trust.ts";

/** Plays a round and takes it in. */
export async function play(
  learner: Learner,
  crew: Crew,
  plan: RunPlan,
  before: Counters,
  stage: Stage & { kind: "play" },
): Promise<Done> {
  const { recipe } = learner;
  const { counters, exploration } = exploring(recipe, plan, before, stage);
  const rule = ruleOf(plan);
  const first = counters.episodes;
  const outcomes = await crew.explore(first, recipe.roundEpisodes, exploration);
  const steps = counters.steps + sum(outcomes.map((o) => o.length));
  digest(learner, first, outcomes);
  const successes = outcomes.map(({ success }) => success);
  const player = exploration === "base" ? "base" : "candidate";
  const safety = observeRound(counters.safety, player, successes);
  const trust = observeTrust(learner, counters.trust, exploration, outcomes);
  const after = {
    ...counters,
    safety,
    trust,
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
      success: mean(successes.map(Number)),
      warmup: stage.warmup,
      ...recipe.release === "value" ? { quiet: exploration === "quiet" } : {},
      ...modelSteps(after),
      ...rule ? { player, ...standing(safety, rule) } : {},
    },
  };
}

/** The rule of safe exploration, where it is on. */
function ruleOf(
  { safeExploration: eta, delta }: RunPlan,
): SafetyRule | undefined {
  return eta === undefined ? undefined : { eta, delta };
}

/** What training has shown after a round; what warm-up and the base play says nothing of what is learnt. */
function observeTrust(
  learner: Learner,
  before: Trust,
  exploration: Exploration,
  outcomes: readonly Outcome[],
): Trust {
  if (exploration === "base" || exploration === "warmup") return before;
  const returns = outcomes.map((o) => o.return);
  const trust = observeReturns(before, learner.recipe, returns);
  if (trust.gained && !before.gained) adopt(learner);
  return trust;
}

/** Successes in training so far, and below what they may not fall. */
function standing(safety: Safety, rule: SafetyRule) {
  const { base, candidate } = safety;
  const successes = base.successes + candidate.successes;
  return { successes, floor: floorOf(safety, rule) };
}

/** How a round is played: by the base, where exploring might cost too much. */
function exploring(
  recipe: Recipe,
  plan: RunPlan,
  before: Counters,
  stage: Stage & { kind: "play" },
): { readonly counters: Counters; readonly exploration: Exploration } {
  const wished = wish(recipe, plan, before, stage);
  const rule = ruleOf(plan);
  const safe = rule === undefined ||
    mayExplore(before.safety, recipe.roundEpisodes, rule);
  return safe ? wished : { ...wished, exploration: "base" };
}

/** How a candidate would play a round, with the rule of burn-in by value in the round's epoch. */
function wish(
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
