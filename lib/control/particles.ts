/**
 * What plans cost under an ensemble, by particles (Chua et al. 2018, TS∞): a
 * particle keeps its network for the whole horizon, and a plan's score is the
 * mean over its particles of the summed costs.
 *
 *   s <- s + mean_b(s, a) + deviation_b(s, a) z,   score = mean of sum_t cost(s, a)
 *
 * Particles go in blocks of columns that stay in the first cache for the whole
 * horizon. Noise belongs to (key, network, step, particle), so a score depends
 * neither on the block nor on the thread that finds it.
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import { sliceBytes } from "../../kernels/arena.ts";
import type { Kernels } from "../../kernels/types.ts";
import { foldIn } from "../rng/key.ts";
import type { Key, Vec } from "../types.ts";
import type { Candidates, Score } from "./cem.ts";
import {
  type EnsembleShape,
  layerWidths,
  type ModelEnsemble,
} from "./ensemble.ts";

/**
 * Adds to `costs[r]` what particle r costs in a step: states after the step
 * `[S, rows]` and actions `[A, rows]`, both in columns, so that entry i of
 * particle r is `states[i * rows + r]`. All three are lent for the call.
 */
export type StageCost = (
  states: Vec,
  actions: Vec,
  rows: number,
  costs: Float64Array,
) => void;

/** Memory for the particles of one thread. */
export interface ParticleRoom {
  readonly states: Slice;
  readonly actions: Slice;
  readonly moments: Slice;
  readonly scratch: Slice;
  readonly costs: Float64Array;
}

/** Particles in a block: values, products and words of 200 wide layers fit the first cache. */
const ROWS = 32;

/** The kernels take particles by this many. */
const STEP = 16;

/** What a particle costs whose own cost is NaN. */
const LOST = 1e6;

/** Floats of the parts of a room: states, actions, moments, scratch. */
function roomSizes(shape: EnsembleShape): readonly number[] {
  const { stateSize, actionSize } = shape;
  const widest = Math.max(...layerWidths(shape));
  const scratch = ROWS * (2 * widest + Math.ceil(widest / 2) + 2) + 16;
  return [stateSize * ROWS, actionSize * ROWS, 2 * stateSize * ROWS, scratch];
}

/** Bytes that {@link layOutParticles} takes. */
export function particleBytes(shape: EnsembleShape): number {
  return roomSizes(shape).reduce((sum, size) => sum + sliceBytes(size), 0);
}

/** Takes the memory of one thread. */
export function layOutParticles(
  arena: Arena,
  shape: EnsembleShape,
): ParticleRoom {
  const [states, actions, moments, scratch] = roomSizes(shape)
    .map((size) => arena.floats(size));
  return { states, actions, moments, scratch, costs: new Float64Array(ROWS) };
}

/**
 * The score of plans that start from `start` `[S]`, for `searchPlan`.
 *
 * @param particles Per network, 1 to 32.
 * @throws {RangeError} If the particles are not such a number.
 */
export function particleScore(
  kernels: Kernels,
  ensemble: ModelEnsemble,
  room: ParticleRoom,
  particles: number,
  start: ArrayLike<number>,
  cost: StageCost,
): Score {
  if (!(Number.isInteger(particles) && particles >= 1 && particles <= ROWS)) {
    throw new RangeError(
      `Cannot score plans as 'particles' must be a whole number from 1 to ${ROWS}: current value is ${particles}`,
    );
  }
  const { members } = ensemble;
  const block = Math.floor(ROWS / particles);
  return (key, candidates, from, to) => {
    const horizon = horizonOf(ensemble, candidates);
    const keys = members.map((_, network) =>
      Array.from(
        { length: horizon },
        (_, t) => foldIn(key, network * horizon + t),
      )
    );
    candidates.scores.fill(0, from, to);
    for (let first = from; first < to; first += block) {
      const end = Math.min(first + block, to);
      members.forEach((_, network) => {
        const run = {
          kernels,
          ensemble,
          room,
          particles,
          start,
          cost,
          network,
        };
        advance(run, keys[network], candidates.plans, first, end);
        collect(run, candidates.scores, first, end);
      });
    }
    const total = particles * members.length;
    for (let c = from; c < to; c++) candidates.scores[c] /= total;
  };
}

interface Run {
  readonly kernels: Kernels;
  readonly ensemble: ModelEnsemble;
  readonly room: ParticleRoom;
  readonly particles: number;
  readonly start: ArrayLike<number>;
  readonly cost: StageCost;
  readonly network: number;
}

function horizonOf(
  { shape }: ModelEnsemble,
  { plans, scores }: Candidates,
): number {
  return plans.length / scores.length / shape.actionSize;
}

/** Candidates `first` to `end - 1` through one network, from start to horizon. */
function advance(
  run: Run,
  keys: readonly Key[],
  plans: Vec,
  first: number,
  end: number,
): void {
  const { kernels, ensemble, room, particles, start, cost } = run;
  const { stateSize, actionSize } = ensemble.shape;
  const { states, actions, moments, scratch, costs } = room;
  const { pointer } = ensemble.members[run.network];
  const rows = Math.ceil((end - first) * particles / STEP) * STEP;
  for (let i = 0; i < stateSize; i++) {
    states.view.fill(start[i], i * rows, (i + 1) * rows);
  }
  costs.fill(0);
  for (let t = 0; t < keys.length; t++) {
    const { hi, lo } = keys[t];
    const at = { plan: actionSize * keys.length, entry: actionSize * t };
    spread(run, plans, at, first, end, rows);
    kernels.ensembleMoments(
      pointer,
      states.pointer,
      actions.pointer,
      moments.pointer,
      scratch.pointer,
      rows,
    );
    kernels.ensembleAdvance(
      states.pointer,
      moments.pointer,
      scratch.pointer,
      stateSize,
      rows,
      hi,
      lo,
      first * particles,
    );
    cost(states.view, actions.view, rows, costs);
  }
}

/** The actions of a block's particles; rows to spare repeat the last candidate. */
function spread(
  { ensemble, room, particles }: Run,
  plans: Vec,
  at: { readonly plan: number; readonly entry: number },
  first: number,
  end: number,
  rows: number,
): void {
  const actions = room.actions.view;
  const size = ensemble.shape.actionSize;
  let candidate = first;
  let left = particles;
  for (let r = 0; r < rows; r++) {
    const from = candidate * at.plan + at.entry;
    for (let i = 0; i < size; i++) actions[i * rows + r] = plans[from + i];
    left -= 1;
    if (left > 0 || candidate === end - 1) continue;
    candidate += 1;
    left = particles;
  }
}

/** Adds the costs of the particles to the scores of their candidates. */
function collect(run: Run, scores: Vec, first: number, end: number): void {
  const { particles, room: { costs } } = run;
  for (let c = first; c < end; c++) {
    const from = (c - first) * particles;
    let sum = 0;
    for (let r = from; r < from + particles; r++) {
      sum += Number.isNaN(costs[r]) ? LOST : costs[r];
    }
    scores[c] += sum;
  }
}
