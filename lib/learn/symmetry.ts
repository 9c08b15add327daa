/**
 * Whether the base does the mirrored thing in the mirrored moment.
 *
 * The task's symmetry says nothing of its controller: over a base that pulls to
 * one side the right correction is one-sided too, and the two views of a moment
 * must not be averaged. It is judged once, over what the base met in warm-up.
 *
 * @module
 */

import { clip } from "../control/residual.ts";
import { recordAt } from "../replay/episodes.ts";
import type { Permutation, Vec } from "../types.ts";
import type { Learner } from "./learner.ts";

/** Difference of two actions, in action units, that still counts as none. */
const AGREEMENT = 1e-3;

/** Share of moments that must agree: rounding may tip a base that switches. */
const SHARE = 0.98;

/** Episodes that are looked at, at most. */
const EPISODES = 20;

/** Judges the base over the first of `episodes` stored episodes and notes the answer. */
export function judgeSymmetry(learner: Learner, episodes: number): void {
  const { recipe, spec, replay } = learner;
  if (!recipe.bothViews || spec.mirror === undefined) return;
  const { observationSize: no, goalSize: ng } = spec;
  let moments = 0;
  let agreeing = 0;
  const slots = Math.min(episodes, replay.capacity, EPISODES);
  for (let slot = 0; slot < slots; slot++) {
    const desired = replay.desired.view.subarray(slot * ng, (slot + 1) * ng);
    for (let t = 0; t < replay.lengths[slot]; t++) {
      const start = recordAt(replay, slot, t);
      const seen = replay.records.view.subarray(start, start + no);
      moments += 1;
      if (agrees(learner, seen, desired)) agreeing += 1;
    }
  }
  learner.symmetric.view[0] = moments > 0 && agreeing >= SHARE * moments
    ? 1
    : 0;
}

function agrees(learner: Learner, observation: Vec, desired: Vec): boolean {
  const { base, spec } = learner;
  const mirror = spec.mirror!;
  // Copies: what lies in shared memory is nothing for a user's function.
  const here = base.act(undefined, observation.slice(), desired.slice()).action
    .slice();
  const { action: there } = base.act(
    undefined,
    image(mirror.observation, observation),
    image(mirror.goal, desired),
  );
  for (let i = 0; i < here.length; i++) {
    const expected = clip(mirrored(mirror.action, here, i));
    if (!(Math.abs(clip(there[i]) - expected) <= AGREEMENT)) return false;
  }
  return true;
}

/** The mirror image of a vector, fresh. */
function image(permutation: Permutation, values: Vec): Vec {
  return values.map((_, i) => mirrored(permutation, values, i));
}

/** Entry `i` of the mirror image of the vector that starts at `from` in `values`. */
export function mirrored(
  { source, sign, offset }: Permutation,
  values: Vec,
  i: number,
  from = 0,
): number {
  return sign[i] * values[from + source[i]] + offset[i];
}
