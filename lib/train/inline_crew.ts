/**
 * A crew of one: everything on the calling thread. Worker crews give the same
 * bits faster.
 *
 * @module
 */

import { SHARDS } from "../learn/learner.ts";
import type { Crew } from "./train.ts";
import type { Training } from "./training.ts";

/** Does all work in place. */
export function inlineCrew(training: Training): Crew {
  const shards = Array.from({ length: SHARDS }, (_, i) => i);
  return {
    explore: (first, count, exploration) =>
      Promise.resolve(
        indices(first, count).map((i) => training.explore(i, exploration)),
      ),
    evaluate: (player, set, first, count) =>
      Promise.resolve(
        indices(first, count).map((i) => training.evaluate(player, set, i)),
      ),
    update: (order) => {
      training.update(order, shards, () => {});
      return Promise.resolve();
    },
  };
}

/** The whole numbers from `first` to `first + count - 1`. */
export function indices(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
