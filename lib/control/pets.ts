/**
 * PETS (Chua et al. 2018): at every step plan with the cross-entropy method on
 * an ensemble of learnt networks, play the first action of the plan, and start
 * the next search from the rest of it.
 *
 * @module
 */

import type { Kernels } from "../../kernels/types.ts";
import { foldIn } from "../rng/key.ts";
import type { Controller, Key, Vec } from "../types.ts";
import type { Advice, Advisor } from "./advisor.ts";
import {
  type CemOptions,
  makeCandidates,
  type Score,
  searchPlan,
  shifted,
  startDistribution,
} from "./cem.ts";
import type { ModelEnsemble } from "./ensemble.ts";
import {
  type ParticleRoom,
  particleScore,
  type StageCost,
} from "./particles.ts";

/** How hard to plan. */
export interface PetsOptions extends CemOptions {
  /** Particles per network, 1 to 32. */
  readonly particles: number;
}

/** What a plan is made with. */
export interface PetsParts {
  readonly kernels: Kernels;
  /** Its states are the leading entries of an observation. */
  readonly ensemble: ModelEnsemble;
  readonly room: ParticleRoom;
  readonly options: PetsOptions;
  /** What a step costs under a goal. */
  readonly cost: (desired: Vec) => StageCost;
}

/** What remains of the last plan. */
export interface PlanMemory {
  /** Where the next search starts, `[horizon, A]`. */
  readonly mean: Float64Array;
  readonly key: Key;
  /** Plans made since the start of the episode. */
  readonly step: number;
}

/** PETS as an advisor, which counts the control steps that it imagines. */
export function petsAdvisor(parts: PetsParts): Advisor<unknown, PlanMemory> {
  const plan = planner(parts);
  return {
    id: "pets",
    init: (key) => begin(parts, key),
    advise: (_state, { observation, desired }, memory) =>
      plan(memory, observation, desired),
  };
}

/** PETS as a controller. */
export function pets(parts: PetsParts): Controller<PlanMemory> {
  return {
    id: "pets",
    init: (key) => begin(parts, key),
    act: planner(parts),
  };
}

function begin({ options }: PetsParts, key: Key): PlanMemory {
  const { horizon, low } = options;
  return { mean: new Float64Array(horizon * low.length), key, step: 0 };
}

function planner(
  { kernels, ensemble, room, options, cost }: PetsParts,
): (memory: PlanMemory, observation: Vec, desired: Vec) => Advice<PlanMemory> {
  const candidates = makeCandidates(options);
  const actionSize = options.low.length;
  const action = new Float32Array(actionSize);
  const perCandidate = options.horizon * options.particles *
    ensemble.shape.networks;
  return ({ mean, key, step }, observation, desired) => {
    const score = particleScore(
      kernels,
      ensemble,
      room,
      options.particles,
      observation,
      cost(desired),
    );
    let modelSteps = 0;
    const counted: Score = (key, candidates, from, to) => {
      modelSteps += (to - from) * perCandidate;
      score(key, candidates, from, to);
    };
    const found = searchPlan(
      foldIn(key, step),
      options,
      startDistribution(options, mean),
      candidates,
      counted,
    );
    for (let i = 0; i < actionSize; i++) action[i] = found.mean[i];
    const next = { mean: shifted(found.mean, actionSize), key, step: step + 1 };
    return { action, memory: next, modelSteps };
  };
}
