/**
 * Adam (Kingma and Ba 2015) and Polyak averaging over an ensemble's flat
 * parameters, cut into the same two halves on every machine.
 *
 * @module
 */

import { type Ensemble, type Learner, SHARDS } from "./learner.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Moves half `shard` of `ensemble` by its `update`-th Adam step (from 0), then what follows it. */
export function stepEnsemble(
  learner: Learner,
  ensemble: Ensemble,
  shard: number,
  update: number,
  learningRate: number,
): void {
  const { kernels, recipe } = learner;
  const [from, count] = half(ensemble, shard);
  const offset = from * 4;
  kernels.adam(
    ensemble.params.pointer + offset,
    ensemble.gradients[0].pointer + offset,
    ensemble.gradients[1].pointer + offset,
    ensemble.m.pointer + offset,
    ensemble.v.pointer + offset,
    count,
    correctedRate(learningRate, update + 1),
    BETA1,
    BETA2,
    EPSILON,
  );
  kernels.polyak(
    ensemble.average.pointer + offset,
    ensemble.params.pointer + offset,
    count,
    averagingRate(recipe.averaging, update),
  );
  if ((update + 1) % recipe.polyakEvery === 0) {
    kernels.polyak(
      ensemble.target.pointer + offset,
      ensemble.params.pointer + offset,
      count,
      recipe.polyak,
    );
  }
}

/** Averages over the last tenth of the updates, at most over 1 / `averaging` of them. */
function averagingRate(averaging: number, update: number): number {
  return Math.max(averaging, 10 / (update + 10));
}

/** lr sqrt(1 - beta2^t) / (1 - beta1^t). */
export function correctedRate(learningRate: number, t: number): number {
  return learningRate * Math.sqrt(1 - power(BETA2, t)) / (1 - power(BETA1, t));
}

/** base^exponent by squaring: products only, so the bits are the same on every engine. */
function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let n = exponent; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** First element and length of a shard's half. */
function half(
  ensemble: Ensemble,
  shard: number,
): readonly [number, number] {
  const total = ensemble.members * ensemble.size;
  const size = Math.ceil(total / SHARDS / 16) * 16;
  const from = Math.min(total, shard * size);
  return [from, Math.min(total - from, size)];
}
