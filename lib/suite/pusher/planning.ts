/**
 * How PETS plans and learns on the pusher: the model's shape, the cost of an
 * imagined step, and how hard to search (Chua et al. 2018).
 *
 * @module
 */

import { petsOptions } from "../../control/cem.ts";
import type { EnsembleShape } from "../../control/ensemble.ts";
import { type ModelRecipe, PETS_RECIPE } from "../../control/model_learner.ts";
import type { StageCost } from "../../control/particles.ts";
import type { PetsOptions } from "../../control/pets.ts";
import type { Vec } from "../../types.ts";
import { AT, REWARD, VISIBLE } from "./pusher.ts";
import { JOINTS } from "./scene.ts";

/** The networks of Chua et al.: five, of three hidden layers. */
export const FULL_MODEL: EnsembleShape = {
  stateSize: VISIBLE,
  actionSize: JOINTS,
  hidden: [200, 200, 200],
  networks: 5,
  products: "fixed",
};

/** The search of Chua et al. within the box of the task: 1.25 million model steps a plan. */
export const FULL_PLAN: PetsOptions = {
  ...petsOptions({
    low: new Array<number>(JOINTS).fill(-1),
    high: new Array<number>(JOINTS).fill(1),
  }),
  particles: 4,
};

/** Networks a quarter the size, which plan four times as fast. */
export const MODEL: EnsembleShape = { ...FULL_MODEL, hidden: [100, 100, 100] };

/**
 * A search that one core repeats 20 times a second, 37 500 model steps a plan:
 * fewer candidates, one particle per network. Plans that are smoother and start
 * nearer to the last one make up for it: they keep the light joints off their
 * stops, where the model errs most.
 */
export const PLAN: PetsOptions = {
  ...FULL_PLAN,
  population: 100,
  elites: 12,
  iterations: 3,
  particles: 1,
  spread: 1 / 8,
  correlation: 0.6,
};

/**
 * Twice as many passes per trial, which a small model leaves time for, and a
 * tenth of the weight on the bounds of the variance.
 */
export const RECIPE: ModelRecipe = {
  ...PETS_RECIPE,
  epochs: 10,
  penalty: 0.001,
};

/** Episodes at the start in which the arm wanders, and how smoothly. */
export const WANDERING = { trials: 5, correlation: 0.9 } as const;

/** Minus the reward of the state that a step leads to, particles in columns. */
export function planCost(desired: Vec): StageCost {
  const { goal, reach, effort } = REWARD;
  return (states, actions, rows, costs) => {
    for (let j = 0; j < reach.size; j++) {
      const tips = (AT.tips + j) * rows;
      const object = (AT.object + j) * rows;
      for (let r = 0; r < rows; r++) {
        const at = states[object + r];
        costs[r] += goal * Math.abs(at - desired[j]) +
          reach.weight * Math.abs(states[tips + r] - at);
      }
    }
    for (let j = 0; j < effort.size; j++) {
      for (let r = 0; r < rows; r++) {
        const a = actions[j * rows + r];
        costs[r] += effort.weight * a * a;
      }
    }
  };
}
