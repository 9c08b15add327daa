/**
 * A PETS plan of the pusher's sizes: 500 candidates, 5 iterations, horizon 25,
 * 20 particles, 5 networks 27 -> 3 x 200 -> 2 x 20.
 *
 * @module
 */

import { createArena, instantiate, sliceBytes } from "../../kernels/mod.ts";
import {
  petsOptions,
  type PlanDistribution,
  searchPlan,
  startDistribution,
} from "../../lib/control/cem.ts";
import {
  ensembleBytes,
  type EnsembleShape,
  initialiseEnsemble,
  layOutEnsemble,
} from "../../lib/control/ensemble.ts";
import {
  layOutParticles,
  particleBytes,
  particleScore,
} from "../../lib/control/particles.ts";
import { normal } from "../../lib/rng/distributions.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { createBarrier } from "../_workers/barrier.ts";
import type { Place, Repeat } from "./jobs.ts";
import { planCost } from "../../lib/suite/pusher/planning.ts";

/** How the networks multiply. */
export interface PlanJob {
  readonly kind: "plan";
  readonly products: EnsembleShape["products"];
}

const STATE = 20;
const ACTION = 7;
const NETWORKS = 5;
const PARTICLES = 20;
const OPTIONS = {
  ...petsOptions({
    low: new Array<number>(ACTION).fill(-2),
    high: new Array<number>(ACTION).fill(2),
  }),
  tolerance: 0, // all iterations, as the peer does them
};

function shapeOf({ products }: PlanJob): EnsembleShape {
  return {
    stateSize: STATE,
    actionSize: ACTION,
    hidden: [200, 200, 200],
    networks: NETWORKS,
    products,
  };
}

const ENTRIES = OPTIONS.population * OPTIONS.horizon * ACTION;

/** Memory of the job on up to two threads. */
export function planBytes(job: PlanJob): number {
  const shape = shapeOf(job);
  return 4096 + ensembleBytes(shape) + 2 * particleBytes(shape) +
    sliceBytes(ENTRIES) + sliceBytes(OPTIONS.population);
}

/** Makes a plan ready; the first Worker writes the networks. */
export function plan(job: PlanJob, place: Place): Repeat {
  const search = planner(job, place);
  let plans = 0;
  return (count) => {
    for (let i = 0; i < count; i++) search(plans++);
    return place.thread === 0 ? count : 0; // the threads share each plan
  };
}

/** Finds the plan of a number; all threads find the same. */
export function planner(
  job: PlanJob,
  { module, memory, barrier, thread, threads }: Omit<Place, "job">,
): (index: number) => PlanDistribution {
  const kernels = instantiate(module, memory);
  const arena = createArena(memory);
  const shape = shapeOf(job);
  const ensemble = layOutEnsemble(arena, shape);
  const candidates = {
    plans: arena.floats(ENTRIES).view,
    scores: arena.floats(OPTIONS.population).view,
  };
  const rooms = [0, 1].map(() => layOutParticles(arena, shape));
  if (thread === 0) {
    initialiseEnsemble(ensemble, kernels, key(1));
    ensemble.high.view.fill(-4);
  }
  const start = Float64Array.from(
    { length: STATE },
    (_, i) => 0.1 * normal(key(2), i),
  );
  const score = particleScore(
    kernels,
    ensemble,
    rooms[thread],
    PARTICLES / NETWORKS,
    start,
    planCost(GOAL),
  );
  const { population } = OPTIONS;
  const share = {
    from: Math.floor(population * thread / threads),
    to: Math.floor(population * (thread + 1) / threads),
    barrier: createBarrier(new Int32Array(barrier), threads),
  };
  return (index) =>
    searchPlan(
      foldIn(key(3), index),
      OPTIONS,
      startDistribution(OPTIONS),
      candidates,
      score,
      share,
    );
}

const GOAL = Float32Array.of(0.45, -0.05, -0.32);
