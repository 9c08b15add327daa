/** A run on the point mass, on one thread. */

import { fromPolicy } from "../../lib/control/controller.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { inlineCrew } from "../../lib/train/inline_crew.ts";
import { startCounters } from "../../lib/train/schedule.ts";
import { type Progress, type RunPlan, train } from "../../lib/train/train.ts";
import type { Policy } from "../../lib/types.ts";
import { toyTraining, type ToyView } from "../learn/toy_training.ts";

/** A small default recipe. */
export const recipe: Recipe = {
  ...defaultRecipe(),
  hidden: [32, 32],
  batch: 64,
  warmup: 400,
  burnIn: 300,
};

/** A smaller one, for runs of which only the way counts. */
export const brief: Recipe = {
  ...recipe,
  hidden: [16],
  batch: 32,
  warmup: 160,
  burnIn: 40,
};

/** A short run of {@link recipe}. */
export const plan: RunPlan = {
  recipe,
  steps: 2000,
  seed: 3,
  evaluateEvery: 500,
  evaluationEpisodes: 60,
  gatePairs: 100,
  delta: 0.05,
};

/** A spring that pulls off to one side: it stops short of the goal's circle. */
export function biased(): Policy {
  return fromPolicy("biased spring", (observation, desired, out) => {
    for (let i = 0; i < 2; i++) {
      const pull = 4 * (desired[i] - observation[2 * i]);
      out[i] = pull - 1.2 * observation[2 * i + 1] + 0.16;
    }
  }, 2);
}

/** Runs the whole loop on the point mass. */
export async function run(
  overrides: Partial<RunPlan> = {},
  base = biased(),
  view?: ToyView,
) {
  const chosen = { ...plan, ...overrides };
  const { training } = await toyTraining(
    chosen.recipe,
    chosen.seed,
    base,
    0,
    40,
    view,
  );
  const progress: Progress[] = [];
  const { learner } = training;
  for await (
    const p of train(learner, inlineCrew(training), chosen, startCounters())
  ) {
    progress.push(p);
  }
  return { learner, progress, rows: progress.map((p) => p.row) };
}
