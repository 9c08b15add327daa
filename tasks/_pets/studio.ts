/**
 * Everything that PETS on the pusher needs, made ready: physics, kernels, model
 * and planner.
 *
 * @module
 */

import { createArena } from "../../kernels/arena.ts";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import type { Controller, Env, Key } from "../../lib/types.ts";
import {
  ensembleBytes,
  initialiseEnsemble,
  layOutEnsemble,
  type ModelEnsemble,
} from "../../lib/control/ensemble.ts";
import {
  layOutModelLearner,
  type ModelLearner,
  modelLearnerBytes,
} from "../../lib/control/model_learner.ts";
import { layOutParticles, particleBytes } from "../../lib/control/particles.ts";
import { pets, type PlanMemory } from "../../lib/control/pets.ts";
import { type Timed, timeLimit } from "../../lib/env/time_limit.ts";
import {
  MODEL,
  PLAN,
  planCost,
  RECIPE,
} from "../../lib/suite/pusher/planning.ts";
import {
  HORIZON,
  pusher,
  type PusherState,
} from "../../lib/suite/pusher/pusher.ts";
import { loadKernels } from "../_kernels.ts";
import { loadMujoco } from "../_physics.ts";

/** What is at hand. Dispose it when done. */
export interface Studio extends Disposable {
  readonly env: Env<Timed<PusherState>>;
  readonly ensemble: ModelEnsemble;
  readonly learner: ModelLearner;
  readonly controller: Controller<PlanMemory>;
}

/**
 * The studio of a run, its networks fresh from the key.
 *
 * @param capacity Steps that the learner has room for.
 */
export async function openStudio(key: Key, capacity: number): Promise<Studio> {
  const bytes = 65536 + ensembleBytes(MODEL) + particleBytes(MODEL) +
    modelLearnerBytes(MODEL, RECIPE, capacity);
  const module = await loadKernels("kernels");
  const kernels = module === null
    ? twins({ buffer: new ArrayBuffer(bytes) })
    : instantiate(module, createMemory(bytes, true));
  const arena = createArena(kernels.memory);
  const ensemble = layOutEnsemble(arena, MODEL);
  const room = layOutParticles(arena, MODEL);
  const learner = layOutModelLearner(
    arena,
    kernels,
    ensemble,
    RECIPE,
    capacity,
  );
  initialiseEnsemble(ensemble, kernels, key);
  const task = pusher(await loadMujoco(), { slots: 1 });
  const parts = { kernels, ensemble, room, options: PLAN, cost: planCost };
  return {
    env: timeLimit(HORIZON)(task),
    ensemble,
    learner,
    controller: pets(parts),
    [Symbol.dispose]: () => task[Symbol.dispose](),
  };
}
