/**
 * Fits an ensemble of probabilistic networks to steps seen (Chua et al. 2018,
 * section 4; Lakshminarayanan et al. 2017): each network sees its own bootstrap
 * sample, and Adam lowers the sum of their losses,
 *
 *   sum_b (Gaussian negative log-likelihood_b + weight decay_b)
 *     + penalty (sum high - sum low)
 *
 * where `low` and `high` softly bound the log-variance and are learnt too.
 *
 * @module
 */

import type { Slice } from "../../kernels/arena.ts";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import { correctedRate } from "../learn/optim.ts";
import { integer } from "../rng/distributions.ts";
import { derive, foldIn } from "../rng/key.ts";
import type { Key } from "../types.ts";
import { ensembleChanged } from "./ensemble.ts";
import { type ModelLearner, recordSize } from "./model_learner.ts";

/** Adam's constants, those of its paper. */
const ADAM = [0.9, 0.999, 1e-8] as const;

/** Spread of an input below which it counts as constant. */
const LEAST_SPREAD = 1e-12;

/**
 * Fits the ensemble to the first `count` records and returns the number of
 * updates ever made.
 *
 * @param key Bootstrap samples and the order of batches.
 * @param updates What the last fit returned; 0 at first.
 */
export function fitModel(
  learner: ModelLearner,
  key: Key,
  count: number,
  updates: number,
): number {
  const { kernels, ensemble, recipe: { epochs, batch } } = learner;
  standardise(learner, count);
  const samples = ensemble.members.map((_, network) =>
    bootstrap(foldIn(derive(key, "bootstrap"), network), count)
  );
  const order = derive(key, "order");
  for (let epoch = 0; epoch < epochs; epoch++) {
    samples.forEach((sample, network) =>
      shuffle(foldIn(order, epoch * samples.length + network), sample)
    );
    for (let from = 0; from < count; from += batch) {
      const rows = Math.min(batch, count - from);
      update(learner, samples, from, rows, ++updates);
    }
  }
  ensembleChanged(ensemble, kernels);
  return updates;
}

/** Inputs get mean 0 and deviation 1 over the records. */
function standardise(
  { ensemble, records: { view } }: ModelLearner,
  count: number,
): void {
  const { shape, centre, scale } = ensemble;
  const size = recordSize(shape);
  for (let i = 0; i < shape.stateSize + shape.actionSize; i++) {
    let sum = 0;
    for (let r = 0; r < count; r++) sum += view[r * size + i];
    const mean = sum / count;
    let squares = 0;
    for (let r = 0; r < count; r++) squares += (view[r * size + i] - mean) ** 2;
    const spread = Math.sqrt(squares / count);
    centre.view[i] = mean;
    scale.view[i] = spread < LEAST_SPREAD ? 1 : 1 / spread;
  }
}

/** `count` draws with replacement. */
function bootstrap(key: Key, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => integer(key, i, count));
}

/** Fisher and Yates, in place. */
function shuffle(key: Key, sample: Int32Array): void {
  for (let i = sample.length - 1; i > 0; i--) {
    const j = integer(key, i, i + 1);
    const kept = sample[i];
    sample[i] = sample[j];
    sample[j] = kept;
  }
}

/** One Adam step of every network on its batch, then of the bounds. */
function update(
  learner: ModelLearner,
  samples: readonly Int32Array[],
  from: number,
  rows: number,
  number: number,
): void {
  const { kernels, ensemble, recipe, bounds, gradient } = learner;
  const { shape: { stateSize }, low, high, members } = ensemble;
  const rate = correctedRate(recipe.rate, number);
  bounds.view.fill(-recipe.penalty, 0, stateSize);
  bounds.view.fill(recipe.penalty, stateSize);
  members.forEach(({ pointer, params }, network) => {
    loadIndex(learner, samples[network], from, rows);
    kernels.ensembleGradient(
      pointer,
      learner.decay.pointer,
      learner.records.pointer,
      learner.index.pointer,
      gradient.pointer,
      bounds.pointer,
      learner.scratch.pointer,
      rows,
    );
    const { m, v } = learner.averages[network];
    adam(kernels, params, gradient.pointer, m, v, 0, rate);
  });
  const { m, v } = learner.averages[members.length];
  adam(kernels, low, bounds.pointer, m, v, 0, rate);
  const skip = 4 * stateSize;
  adam(kernels, high, bounds.pointer + skip, m, v, skip, rate);
}

function loadIndex(
  { index: { view } }: ModelLearner,
  sample: Int32Array,
  from: number,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) view[i] = sample[from + i];
}

/** One step; its averages start `skip` bytes into `m` and `v`. */
function adam(
  kernels: Kernels,
  { pointer, view }: Slice,
  gradient: Pointer,
  m: Slice,
  v: Slice,
  skip: number,
  rate: number,
): void {
  const [beta1, beta2, epsilon] = ADAM;
  kernels.adam(
    pointer,
    gradient,
    0,
    m.pointer + skip,
    v.pointer + skip,
    view.length,
    rate,
    beta1,
    beta2,
    epsilon,
  );
}
