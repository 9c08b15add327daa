/**
 * From replay to network inputs: draw, relabel and reward (`draw.ts`), mirror,
 * ask the base again under the relabelled goals, normalise.
 *
 * Because the *executed* action is stored and the base is asked again, a
 * relabelled transition is consistent: the environment never saw the goal.
 *
 * @module
 */

import type { Slice } from "../../kernels/arena.ts";
import type { Pointer } from "../../kernels/types.ts";
import { decide } from "../control/controller.ts";
import { clip } from "../control/residual.ts";
import { threefry } from "../rng/key.ts";
import type { Key, Permutation, Vec } from "../types.ts";
import { drawRows } from "./draw.ts";
import { writeInputs } from "./frames.ts";
import { type Learner, SHARDS } from "./learner.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Fills shard `shard` of the batch and its network inputs from `episodes` stored
 * episodes, rewards summed over `returnSteps` steps.
 */
export function prepareBatch(
  learner: Learner,
  shard: number,
  key: Key,
  episodes: number,
  returnSteps = learner.recipe.returnSteps,
): void {
  const { recipe, spec } = learner;
  const rows = recipe.batch / SHARDS;
  const first = shard * rows;
  drawRows(learner, key, episodes, first, rows, returnSteps);
  if (recipe.mirror && spec.mirror) {
    mirrorRows(learner, key, first, rows);
  }
  askBase(learner, 0, first, rows);
  askBase(learner, 1, first, rows);
  fillInputs(learner, shard, first, rows);
}

/** Mirrors each row with chance one half: a symmetric task holds both. */
function mirrorRows(learner: Learner, key: Key, first: number, rows: number) {
  const { batch, spec } = learner;
  const mirror = spec.mirror!;
  const scratch: number[] = [];
  for (let row = first; row < first + rows; row++) {
    if ((threefry(key, row, 4)[0] & 1) === 0) continue;
    permute(batch.observation.view, row, mirror.observation, scratch);
    permute(batch.nextObservation.view, row, mirror.observation, scratch);
    permute(batch.goal.view, row, mirror.goal, scratch);
    permute(batch.action.view, row, mirror.action, scratch);
  }
}

/** Applies a signed permutation to row `row` in place. */
export function permute(
  values: Vec,
  row: number,
  { source, sign, offset }: Permutation,
  scratch: number[],
): void {
  const start = row * source.length;
  for (let i = 0; i < source.length; i++) scratch[i] = values[start + i];
  for (let i = 0; i < source.length; i++) {
    values[start + i] = sign[i] * scratch[source[i]] + offset[i];
  }
}

/** Base actions under the goals now in the batch, now or `later`, where the row's steps end. */
function askBase(
  learner: Learner,
  later: 0 | 1,
  first: number,
  rows: number,
): void {
  const { base, spec, recipe, batch } = learner;
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const { observation, goal } = batch.row;
  const { index, span } = batch;
  const observations = later
    ? batch.nextObservation.view
    : batch.observation.view;
  const out = later ? batch.nextBase.view : batch.base.view;
  for (let row = first; row < first + rows; row++) {
    for (let i = 0; i < no; i++) observation[i] = observations[row * no + i];
    for (let i = 0; i < ng; i++) goal[i] = batch.goal.view[row * ng + i];
    const step = index[2 * row + 1] + (later ? span[row] : 0);
    const { action } = decide(base, na, step, undefined, observation, goal);
    for (let i = 0; i < na; i++) {
      out[row * na + i] = recipe.clipBase ? clip(action[i]) : action[i];
    }
  }
}

/** Normalised (o, g) for the actor and (o, g, a) for the critics, now and next. */
function fillInputs(
  learner: Learner,
  shard: number,
  first: number,
  rows: number,
): void {
  const { batch, spec, actor, critics, recipe, frames } = learner;
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const { actorInput, criticInput, nextActorInput, nextCriticInput, stack } =
    learner.shards[shard];
  const now = batch.observation.pointer + first * no * 4;
  const next = batch.nextObservation.pointer + first * no * 4;
  const goal = batch.goal.pointer + first * ng * 4;
  const narrow = actor.network.inputs;
  const wide = critics.network.inputs;
  function write(
    observation: Pointer,
    to: Slice,
    stride: number,
    block: number,
  ): void {
    writeInputs(learner, stack, observation, goal, to, stride, rows, block);
  }
  write(now, actorInput, narrow, rows);
  write(now, criticInput, wide, rows);
  write(next, nextActorInput, narrow, rows);
  const block = candidates(recipe) * rows;
  write(next, nextCriticInput, wide, block);
  for (let frame = 0; frame < frames.count; frame++) {
    const to = frame * rows;
    const actions = batch.action.view;
    writeActions(criticInput.view, actions, first, to, rows, wide, na);
    if (block === rows) continue;
    const start = frame * block * wide;
    const { view } = nextCriticInput;
    view.copyWithin(start + rows * wide, start, start + rows * wide);
  }
}

/** Actions that a target chooses from: with selection the base's is the second. */
export function candidates({ selection }: Pick<Recipe, "selection">): 1 | 2 {
  return selection ? 2 : 1;
}

/**
 * Copies `rows` actions within the box, from row `from`, into the last columns
 * of rows `to`... of critic inputs.
 */
export function writeActions(
  inputs: Vec,
  actions: Vec,
  from: number,
  to: number,
  rows: number,
  stride: number,
  actionSize: number,
): void {
  for (let row = 0; row < rows; row++) {
    const target = (to + row + 1) * stride - actionSize;
    const source = (from + row) * actionSize;
    for (let i = 0; i < actionSize; i++) {
      inputs[target + i] = clip(actions[source + i]);
    }
  }
}
