/**
 * A linear system that a model can learn: a point on a line that moves by a
 * fifth of the action, with noise of a known size.
 *
 * @module
 */

import { createArena } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import {
  type EnsembleShape,
  initialiseEnsemble,
  layOutEnsemble,
} from "../../lib/control/ensemble.ts";
import {
  layOutModelLearner,
  type ModelRecipe,
  recordSteps,
} from "../../lib/control/model_learner.ts";
import { layOutParticles } from "../../lib/control/particles.ts";
import { normal, uniform } from "../../lib/rng/distributions.ts";
import { derive, key } from "../../lib/rng/key.ts";

export const SHAPE: EnsembleShape = {
  stateSize: 1,
  actionSize: 1,
  hidden: [16, 16],
  networks: 2,
  products: "float",
};

export const RECIPE: ModelRecipe = {
  rate: 0.005,
  epochs: 25,
  batch: 32,
  decay: [1e-5, 1e-5, 1e-5],
  penalty: 0.01,
};

/** Standard deviation of the noise. */
export const NOISE = 0.02;
/** Change of state per unit of action. */
export const GAIN = 0.2;

/** Steps from random places. */
export const STEPS = 500;

/** A fresh ensemble, with its learner and room for particles. */
export function makeLearner(
  kernels: Kernels,
  shape: EnsembleShape = SHAPE,
  capacity = STEPS,
) {
  const arena = createArena(kernels.memory);
  const ensemble = layOutEnsemble(arena, shape);
  const room = layOutParticles(arena, shape);
  const learner = layOutModelLearner(
    arena,
    kernels,
    ensemble,
    RECIPE,
    capacity,
  );
  initialiseEnsemble(ensemble, kernels, key(4));
  return { arena, ensemble, room, learner };
}

/** Records `count` steps of the system from places in [-1, 1]. */
export function watch(
  learner: ReturnType<typeof makeLearner>["learner"],
  count: number,
): void {
  const places = derive(key(9), "places");
  const noise = derive(key(9), "noise");
  const [observation, action] = [new Float32Array(1), new Float32Array(1)];
  const goal = new Float32Array(1);
  const moment = { observation, achieved: goal, desired: goal };
  for (let i = 0; i < count; i++) {
    const record = recordSteps(learner, i); // each an episode of one step
    observation[0] = 2 * uniform(places, 2 * i) - 1;
    action[0] = 2 * uniform(places, 2 * i + 1) - 1;
    record.moment(0, moment);
    record.action(0, action);
    observation[0] += GAIN * action[0] + NOISE * normal(noise, i);
    record.moment(1, moment);
    record.end(1);
  }
}
