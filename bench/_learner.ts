/**
 * A learner at the size of the Fetch tasks over made-up episodes: time depends
 * on shapes alone.
 *
 * @module
 */

import { reactivePush } from "../lib/control/reactive_push.ts";
import {
  createLearner,
  initialiseLearner,
  type Learner,
  learnerBytes,
} from "../lib/learn/learner.ts";
import type { Recipe } from "../lib/learn/recipe.ts";
import { updateShards } from "../lib/learn/td3.ts";
import { normal } from "../lib/rng/distributions.ts";
import { key } from "../lib/rng/key.ts";
import type { EnvSpec } from "../lib/types.ts";
import { createMemory } from "../kernels/mod.ts";
import type { Kernels } from "../kernels/types.ts";

/** Episodes in replay unless told. */
const EPISODES = 100;

/** Draws per stream of replay, at most. */
const DRAWN = 100_000;

const spec: EnvSpec = {
  id: "made-up",
  observationSize: 25,
  goalSize: 3,
  actionSize: 4,
  horizon: 50,
  dt: 0.04,
  channels: Array.from({ length: 25 }, (_, i) => `x${i}`),
  reward: { kind: "sparse", threshold: 0.05 },
};

/** A learner of `recipe` over the kernels that `make` puts on a memory, with full replay. */
export function benchLearner(
  recipe: Recipe,
  make: (memory: WebAssembly.Memory) => Kernels,
  capacityEpisodes = EPISODES,
): Learner {
  const small = { ...recipe, capacityEpisodes };
  const memory = createMemory(learnerBytes(spec, small), false);
  const { learner } = createLearner(spec, small, reactivePush(), make(memory));
  initialiseLearner(learner, key(1));
  const { records, desired, lengths } = learner.replay;
  [records, desired].forEach((slice, stream) => {
    const drawn = Math.min(slice.view.length, DRAWN);
    for (let i = 0; i < drawn; i++) {
      slice.view[i] = 0.1 * normal(key(stream), i);
    }
    // Further ones repeat the first: times do not depend on values.
    for (let i = drawn; i < slice.view.length; i += drawn) {
      slice.view.copyWithin(i, 0, drawn);
    }
  });
  lengths.fill(spec.horizon);
  return learner;
}

/** Two updates, so that one of them moves the actor. */
export function twoUpdates(learner: Learner): void {
  const order = {
    updates: 0,
    actorUpdates: 0,
    count: 2,
    released: true,
    episodes: learner.replay.capacity,
  };
  updateShards(learner, key(2), order, [0, 1], () => {});
}
