/**
 * The actor's half of an update.
 *
 *   a = clip(b + authority * tanh f(s, g))
 *   loss = -mean_k Q_k(s, g, a) + penalty * mean(tanh(f)^2)
 *          + imitation * mean([Q(s, g, d) > Q(s, g, a)] (a - d)^2),  k < actorCritics
 *
 * where d is the action that was executed: hindsight makes it lead to the row's
 * goal more often than not, and the critics decide where it is the better one
 * (self-imitation with a filter, after Oh et al. 2018).
 *
 * Where the sum leaves the action box, the gradient passes only if descent
 * points back inside.
 *
 * @module
 */

import { clip } from "../control/residual.ts";
import type { Vec } from "../types.ts";
import { writeActions } from "./batch.ts";
import { backward, forward } from "./frames.ts";
import { type Learner, SHARDS } from "./learner.ts";
import { stepEnsemble } from "./optim.ts";

/** Writes this shard's gradient of the actor's loss; inputs are those of the last batch. */
export function actorGradient(learner: Learner, shard: number): void {
  const { actor, kernels, spec, recipe } = learner;
  const bench = learner.shards[shard];
  const { rows, output, squashed, scratch } = bench;
  const { actorInput: input, actorTape: tape } = bench;
  const params = actor.params.pointer;
  forward(learner, actor, params, input, tape, output, rows);
  kernels.tanh(output.pointer, squashed.pointer, rows * spec.actionSize);
  if (recipe.imitation > 0) valueOfExecuted(learner, shard);
  valueOfActions(learner, shard);
  throughComposition(learner, shard);
  const gradient = actor.gradients[shard].pointer;
  const pass = { input, tape, dy: output, gradient, scratch };
  backward(learner, actor, params, pass, rows);
  bench.metrics.view[4] += 1;
}

/**
 * Moves this shard's half of the actor's parameters, and its target; of a
 * `still` actor Adam's moments only.
 */
export function stepActor(
  learner: Learner,
  shard: number,
  update: number,
  still = false,
): void {
  const rate = still ? 0 : learner.recipe.actorRate;
  stepEnsemble(learner, learner.actor, shard, update, rate);
}

/**
 * Writes sum_k Q_k of the executed actions to the first half of `bench.target`,
 * free at this point, and clears the other.
 */
function valueOfExecuted(learner: Learner, shard: number): void {
  const { critics, recipe, batch } = learner;
  const { rows, value, target, criticInput: input, criticTape: tape } =
    learner.shards[shard];
  const first = shard * (recipe.batch / SHARDS);
  showActions(learner, shard, batch.action.view, first);
  target.view.fill(0);
  for (let k = 0; k < climbedCritics(learner); k++) {
    const params = critics.params.pointer + k * critics.size * 4;
    forward(learner, critics, params, input, tape, value, rows);
    for (let row = 0; row < rows; row++) target.view[row] += value.view[row];
  }
}

/** Puts the actions from row `from` on before the critics, in every frame. */
function showActions(
  { critics, spec, frames, shards }: Learner,
  shard: number,
  actions: Vec,
  from: number,
): void {
  const { rows, criticInput: { view } } = shards[shard];
  const wide = critics.network.inputs;
  for (let frame = 0; frame < frames.count; frame++) {
    const to = frame * rows;
    writeActions(view, actions, from, to, rows, wide, spec.actionSize);
  }
}

/** How many critics the actor climbs. */
function climbedCritics({ recipe, critics }: Learner): number {
  return Math.min(recipe.actorCritics, critics.members);
}

/** Sums d(-mean_k Q_k)/da over the critics that the actor climbs into `actionGradient`. */
function valueOfActions(learner: Learner, shard: number): void {
  const { critics, recipe, spec, batch } = learner;
  const bench = learner.shards[shard];
  const { rows, actionGradient, inputGradient, value, scratch, target } = bench;
  const imitates = recipe.imitation > 0;
  const { criticInput: input, criticTape: tape, valueGradient: dy } = bench;
  const na = spec.actionSize;
  const wide = critics.network.inputs;
  const first = shard * (recipe.batch / SHARDS);
  const reach = learner.reach();
  // The action of every row, written to `output`, which is free until the end.
  for (let i = 0; i < rows * na; i++) {
    bench.output.view[i] = clip(
      batch.base.view[first * na + i] +
        reach[i % reach.length] * bench.squashed.view[i],
    );
  }
  showActions(learner, shard, bench.output.view, 0);
  const climbed = climbedCritics(learner);
  actionGradient.view.fill(0);
  let total = 0;
  for (let k = 0; k < climbed; k++) {
    const params = critics.params.pointer + k * critics.size * 4;
    forward(learner, critics, params, input, tape, value, rows);
    dy.view.fill(-1 / (climbed * recipe.batch));
    const dx = { to: inputGradient, first: wide - na };
    const pass = { input, tape, dy, gradient: 0, dx, scratch };
    backward(learner, critics, params, pass, rows);
    for (let row = 0; row < rows; row++) {
      total += value.view[row];
      if (imitates) target.view[rows + row] += value.view[row];
    }
    for (let i = 0; i < rows * na; i++) {
      actionGradient.view[i] += inputGradient.view[i];
    }
  }
  bench.metrics.view[2] += total / (rows * climbed);
}

/** Turns the action gradient into the gradient at the actor's head, in `output`. */
function throughComposition(learner: Learner, shard: number): void {
  const { recipe, spec, batch } = learner;
  const bench = learner.shards[shard];
  const { rows, actionGradient, squashed, output, target } = bench;
  const na = spec.actionSize;
  const reach = learner.reach();
  const first = shard * (recipe.batch / SHARDS) * na;
  const pull = 2 * recipe.residualPenalty / (recipe.batch * na);
  const mimic = 2 * recipe.imitation / (recipe.batch * na);
  let squares = 0;
  for (let i = 0; i < rows * na; i++) {
    const t = squashed.view[i];
    const most = reach[i % reach.length];
    const sum = batch.base.view[first + i] + most * t;
    const row = Math.floor(i / na);
    const gradient = mimic > 0 && target.view[row] > target.view[rows + row]
      ? actionGradient.view[i] +
        mimic * (clip(sum) - clip(batch.action.view[first + i]))
      : actionGradient.view[i];
    const passes = sum > 1 ? gradient > 0 : sum < -1 ? gradient < 0 : true;
    const slope = (passes ? most * gradient : 0) + pull * t;
    output.view[i] = slope * (1 - t * t);
    squares += t * t;
  }
  bench.metrics.view[3] += squares / (rows * na);
}
