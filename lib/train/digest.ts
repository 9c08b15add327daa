/**
 * New episodes into the normalisers: every stored moment once, its observation,
 * and as goals both the one achieved and the one wanted.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { accumulate, publish } from "../learn/normalizer.ts";
import { recordAt, slotOf } from "../replay/episodes.ts";
import type { Outcome } from "../rollout/unroll.ts";
import type { Vec } from "../types.ts";

/** Takes new episodes into the normalisers and publishes them: each round at first, then every tenth episode. */
export function digest(
  learner: Learner,
  first: number,
  outcomes: readonly Outcome[],
): void {
  const { replay, observationNormalizer, goalNormalizer, recipe } = learner;
  const { observation: no, goal: ng } = replay.sizes;
  outcomes.forEach(({ length }, i) => {
    const slot = slotOf(replay, first + i);
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
