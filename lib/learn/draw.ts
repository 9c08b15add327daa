/**
 * Which transitions a batch holds, before the base is asked: drawn by the
 * kernel, a share of them from the warm-up (a value anchor, as in learning from
 * prior data: Ball et al. 2023), and then, where the recipe asks for it, read
 * again:
 *
 * - a hindsight goal that was as good as reached already gives way to the
 *   episode's own, since nothing was done for it (relay hindsight replay, Luo et
 *   al. 2023, finds that such rows teach nothing);
 * - rewards are summed over `returnSteps` steps, and the critics asked behind
 *   them:  r_t + g r_{t+1} + ... + g^(n-1) r_{t+n-1} + g^n max Q'(s_{t+n}).
 *
 * @module
 */

import { goalDistanceAt, rewardAt } from "../env/reward.ts";
import { recordAt } from "../replay/episodes.ts";
import type { EnvSpec, Key } from "../types.ts";
import type { Learner } from "./learner.ts";
import type { Recipe } from "./recipe.ts";

/** Fills the rows from `first` on with what was stored: observations, goals, actions, rewards. */
export function drawRows(
  learner: Learner,
  key: Key,
  episodes: number,
  first: number,
  rows: number,
  returnSteps: number,
): void {
  const { recipe, replay, spec } = learner;
  const stored = Math.min(episodes, replay.capacity);
  const anchored = replay.kept > 0 ? Math.round(recipe.anchor * rows) : 0;
  sample(learner, key, first, anchored, Math.min(stored, replay.kept));
  sample(learner, key, first + anchored, rows - anchored, stored);
  if (recipe.hindsightBeyond > 0) keepMovedGoals(learner, first, rows);
  const plain = returnSteps === 1 && recipe.hindsightBeyond === 0 &&
    spec.reward.kind === "sparse";
  if (plain) learner.batch.span.fill(1, first, first + rows);
  else rewardRows(learner, first, rows, returnSteps);
}

/**
 * Episodes of the warm-up that replay keeps for good, where a share of each batch
 * comes from them: all, while one round of others has room beside them.
 */
export function anchorEpisodes(
  { anchor, warmup, roundEpisodes, capacityEpisodes }: Pick<
    Recipe,
    "anchor" | "warmup" | "roundEpisodes" | "capacityEpisodes"
  >,
  { horizon }: Pick<EnvSpec, "horizon">,
): number {
  if (anchor === 0) return 0;
  const played = Math.ceil(warmup / (horizon * roundEpisodes)) * roundEpisodes;
  return Math.max(0, Math.min(played, capacityEpisodes - roundEpisodes));
}

function sample(
  { kernels, replay, batch, recipe, spec }: Learner,
  key: Key,
  first: number,
  rows: number,
  episodes: number,
): void {
  if (rows === 0) return;
  kernels.replaySample(
    replay.pointer,
    batch.pointer,
    first,
    rows,
    episodes,
    key.hi,
    key.lo,
    recipe.hindsight,
    spec.reward.threshold,
  );
}

/** Puts the own goal where the row's was reached already, or nearly. */
function keepMovedGoals(learner: Learner, first: number, rows: number): void {
  const { batch, replay, recipe } = learner;
  const { observation: no, goal: ng } = replay.sizes;
  const records = replay.records.view;
  const goals = batch.goal.view;
  for (let row = first; row < first + rows; row++) {
    const slot = batch.index[2 * row];
    const achieved = recordAt(replay, slot, batch.index[2 * row + 1]) + no;
    const way = goalDistanceAt(records, achieved, goals, row * ng, ng);
    if (way > recipe.hindsightBeyond) continue;
    for (let i = 0; i < ng; i++) {
      goals[row * ng + i] = replay.desired.view[slot * ng + i];
    }
  }
}

/**
 * Rewards each row from the moments that its steps led to, as they lie in
 * replay, under the row's goal, and puts the last of them as the next: the
 * kernel knows one step of a sparse reward.
 */
function rewardRows(
  learner: Learner,
  first: number,
  rows: number,
  returnSteps: number,
): void {
  const { batch, replay, recipe, spec } = learner;
  const { observation: no, goal: ng } = replay.sizes;
  const records = replay.records.view;
  const goals = batch.goal.view;
  const next = batch.nextObservation.view;
  for (let row = first; row < first + rows; row++) {
    const slot = batch.index[2 * row];
    const step = batch.index[2 * row + 1];
    const left = replay.lengths[slot] - step;
    const span = Math.min(returnSteps, left);
    let sum = 0;
    let weight = 1;
    let at = 0;
    for (let i = 1; i <= span; i++) {
      at = recordAt(replay, slot, step + i);
      sum += weight *
        rewardAt(
          spec.reward,
          records,
          at,
          records,
          at + no,
          goals,
          row * ng,
          ng,
        );
      weight *= recipe.discount;
    }
    batch.reward.view[row] = sum;
    batch.span[row] = span;
    if (span === 1) continue;
    for (let i = 0; i < no; i++) next[row * no + i] = records[at + i];
  }
}
