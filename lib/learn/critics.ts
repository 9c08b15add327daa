/**
 * The critics' half of an update.
 *
 *   y = clip(r + gamma max_c min_k Q'_k(s', g, c), -1/(1-gamma), 0)
 *   loss_k = mean (Q_k(s, g, a) - y)^2
 *
 * over c in {target policy's action, base action} (selection in the backup, as
 * in imitation-bootstrapped RL, Hu et al. 2024) and k in `targetCritics`
 * critics drawn anew at each update (REDQ, Chen et al. 2021). Sparse rewards are
 * 0 or -1 and episodes never terminate, hence the clip (paper, appendix). A dense
 * reward is never above 0 but may lie below -1: no lower bound is known there.
 *
 * @module
 */

import { compose } from "../control/residual.ts";
import { integer } from "../rng/distributions.ts";
import type { Key } from "../types.ts";
import { candidates, writeActions } from "./batch.ts";
import { backward, forward } from "./frames.ts";
import { type Learner, SHARDS } from "./learner.ts";
import { stepEnsemble } from "./optim.ts";
import type { Recipe } from "./recipe.ts";

/** Writes this shard's gradient of every critic's loss. */
export function criticGradients(
  learner: Learner,
  shard: number,
  key: Key,
): void {
  const { critics, recipe } = learner;
  const bench = learner.shards[shard];
  const { rows, value, valueGradient, metrics } = bench;
  const { criticInput: input, criticTape: tape, scratch } = bench;
  backupTargets(learner, shard, key);
  for (let k = 0; k < critics.members; k++) {
    const params = critics.params.pointer + k * critics.size * 4;
    forward(learner, critics, params, input, tape, value, rows);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const error = value.view[row] - bench.target.view[row];
      loss += error * error;
      valueGradient.view[row] = 2 * error / recipe.batch;
    }
    metrics.view[0] += loss / (rows * critics.members);
    const dy = valueGradient;
    const gradient = critics.gradients[shard].pointer + k * critics.size * 4;
    const pass = { input, tape, dy, gradient, scratch };
    backward(learner, critics, params, pass, rows);
  }
  metrics.view[1] += 1;
}

/** Moves this shard's half of the critics' parameters, and their targets. */
export function stepCritics(
  learner: Learner,
  shard: number,
  update: number,
): void {
  stepEnsemble(
    learner,
    learner.critics,
    shard,
    update,
    learner.recipe.criticRate,
  );
}

/** Fills `bench.target` with y. */
function backupTargets(learner: Learner, shard: number, key: Key): void {
  const { recipe, batch } = learner;
  const bench = learner.shards[shard];
  const { rows, target } = bench;
  const first = shard * (recipe.batch / SHARDS);
  const choices = candidates(recipe);
  nextActions(learner, shard, first);
  target.view.fill(Infinity);
  for (const k of drawCritics(key, recipe.critics, recipe.targetCritics)) {
    lowerTargets(learner, shard, k, choices * rows);
  }
  const floor = lowestReturn(learner);
  const { reward, span } = batch;
  const powers = discountPowers(recipe);
  for (let row = 0; row < rows; row++) {
    const best = choices === 2
      ? Math.max(target.view[row], target.view[rows + row])
      : target.view[row];
    const discount = powers[span[first + row]];
    const y = reward.view[first + row] + discount * best;
    target.view[row] = y < floor ? floor : y > 0 ? 0 : y;
  }
}

/** Powers of the discount from 0 on, as far as a row may reach. */
function discountPowers(
  { discount, returnSteps, burnInReturnSteps }: Recipe,
): readonly number[] {
  const powers = [1, discount];
  const farthest = Math.max(returnSteps, burnInReturnSteps);
  while (powers.length <= farthest) {
    powers.push(powers[powers.length - 1] * discount);
  }
  return powers;
}

/** The lowest return there can be: -1 for ever, or, of a dense reward, any. */
function lowestReturn({ recipe, spec }: Learner): number {
  return spec.reward.kind === "dense" ? -Infinity : -1 / (1 - recipe.discount);
}

/** Writes the target policy's and, with selection, the base's next actions into the critic inputs. */
function nextActions(learner: Learner, shard: number, first: number): void {
  const { actor, kernels, recipe, spec, batch, critics, frames } = learner;
  const bench = learner.shards[shard];
  const { rows, output, squashed, nextActorInput, actorTape } = bench;
  const na = spec.actionSize;
  const params = actor.target.pointer;
  forward(learner, actor, params, nextActorInput, actorTape, output, rows);
  kernels.tanh(output.pointer, squashed.pointer, rows * na);
  const nextBase = batch.nextBase.view.subarray(
    first * na,
    (first + rows) * na,
  );
  const reach = learner.reach();
  compose(nextBase, squashed.view, reach, false, squashed.view);
  const inputs = bench.nextCriticInput.view;
  const wide = critics.network.inputs;
  const choices = candidates(recipe);
  for (let frame = 0; frame < frames.count; frame++) {
    const to = frame * choices * rows;
    writeActions(inputs, squashed.view, 0, to, rows, wide, na);
    if (choices === 1) continue;
    const { view } = batch.nextBase;
    writeActions(inputs, view, first, to + rows, rows, wide, na);
  }
}

/** target = min(target, Q'_k) over the first `count` rows of next inputs. */
function lowerTargets(
  learner: Learner,
  shard: number,
  k: number,
  count: number,
): void {
  const { critics } = learner;
  const { nextCriticInput: input, criticTape: tape, value, target } =
    learner.shards[shard];
  const params = critics.target.pointer + k * critics.size * 4;
  forward(learner, critics, params, input, tape, value, count);
  for (let i = 0; i < count; i++) {
    if (value.view[i] < target.view[i]) target.view[i] = value.view[i];
  }
}

/** `count` different critics of `members`, by a partial Fisher-Yates shuffle. */
export function drawCritics(
  key: Key,
  members: number,
  count: number,
): readonly number[] {
  const order = Array.from({ length: members }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + integer(key, 0x10000 + i, members - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, count);
}
