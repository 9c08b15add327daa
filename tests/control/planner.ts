/**
 * A small planner over particles, whole or as one of several threads that share
 * a memory.
 *
 * @module
 */

import { createArena, instantiate } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import {
  type CemOptions,
  type PlanDistribution,
  searchPlan,
  type Share,
  startDistribution,
} from "../../lib/control/cem.ts";
import {
  type EnsembleShape,
  initialiseEnsemble,
  layOutEnsemble,
} from "../../lib/control/ensemble.ts";
import {
  layOutParticles,
  particleScore,
  type StageCost,
} from "../../lib/control/particles.ts";
import { key } from "../../lib/rng/key.ts";

export const SHAPE: EnsembleShape = {
  stateSize: 3,
  actionSize: 2,
  hidden: [13, 11],
  networks: 2,
  products: "fixed",
};

export const OPTIONS: CemOptions = {
  horizon: 4,
  low: [-1, -2],
  high: [1, 2],
  population: 37,
  elites: 5,
  iterations: 3,
  smoothing: 0.1,
  tolerance: 0,
};

export const START = [0.1, -0.2, 0.3];

/** The squared distance of the first state from 1, and the actions. */
export const towardsOne: StageCost = (states, actions, rows, costs) => {
  for (let r = 0; r < rows; r++) {
    costs[r] += (states[r] - 1) ** 2 +
      0.01 * (actions[r] ** 2 + actions[rows + r] ** 2);
  }
};

/** Everything in the kernels' memory; the same places on every thread. */
export function makePlanner(
  kernels: Kernels,
  shape: EnsembleShape = SHAPE,
  particles = 3,
) {
  const arena = createArena(kernels.memory);
  const ensemble = layOutEnsemble(arena, shape);
  const candidates = {
    plans: arena.floats(OPTIONS.population * OPTIONS.horizon * 2).view,
    scores: arena.floats(OPTIONS.population).view,
  };
  const rooms = [0, 1].map(() => layOutParticles(arena, shape));
  return {
    ensemble,
    candidates,
    initialise: () => initialiseEnsemble(ensemble, kernels, key(8)),
    score: (thread: number) =>
      particleScore(
        kernels,
        ensemble,
        rooms[thread],
        particles,
        START,
        towardsOne,
      ),
  };
}

/** The plan that a thread finds with its share. */
export function planOn(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  thread: number,
  share?: Share,
): PlanDistribution {
  const planner = makePlanner(instantiate(module, memory));
  if (thread === 0) planner.initialise();
  share?.barrier(); // the networks are written
  const start = startDistribution(OPTIONS);
  const score = planner.score(thread);
  return searchPlan(key(4), OPTIONS, start, planner.candidates, score, share);
}
