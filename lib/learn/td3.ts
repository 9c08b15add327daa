/**
 * One gradient update after another, readable from top to bottom.
 *
 *   draw a batch -> critics' gradients | barrier | critics' step | barrier
 *   every `actorDelay`-th update, once released:
 *                   actor's gradient   | barrier | actor's step  | barrier
 *
 * A thread works on the shards it is given and meets the others at the
 * barriers; with all shards and no barrier this is the ordinary learner.
 *
 * @module
 */

import { derive, foldIn } from "../rng/key.ts";
import type { Key } from "../types.ts";
import { actorGradient, stepActor } from "./actor.ts";
import { shareOfAuthority } from "./annealing.ts";
import { prepareBatch } from "./batch.ts";
import { criticGradients, stepCritics } from "./critics.ts";
import type { Learner } from "./learner.ts";
import { judgeSymmetry } from "./symmetry.ts";

/** A run of updates. */
export interface UpdateOrder {
  /** Updates done before this order: fixes keys and bias corrections. */
  readonly updates: number;
  /** Actor updates done before this order. */
  readonly actorUpdates: number;
  /** Updates to do. */
  readonly count: number;
  /** Whether the actor may move. */
  readonly released: boolean;
  /** Whether the actor's Adam goes on with a step size of 0: burn-in by value. */
  readonly still?: boolean;
  /** Episodes in replay. */
  readonly episodes: number;
}

/** Does the updates of `order` for the given shards; `barrier` waits for the other threads. */
export function updateShards(
  learner: Learner,
  key: Key,
  order: UpdateOrder,
  shards: readonly number[],
  barrier: () => void,
): void {
  let actorUpdates = order.actorUpdates;
  // Every thread finds and writes the same answer.
  if (order.updates === 0) judgeSymmetry(learner, order.episodes);
  const { returnSteps, burnInReturnSteps } = learner.recipe;
  const steps = order.released && !order.still
    ? returnSteps
    : burnInReturnSteps;
  for (let i = 0; i < order.count; i++) {
    const update = order.updates + i;
    const batchKey = foldIn(derive(key, "update"), update);
    for (const shard of shards) {
      prepareBatch(learner, shard, batchKey, order.episodes, steps);
      criticGradients(learner, shard, batchKey);
    }
    barrier();
    for (const shard of shards) stepCritics(learner, shard, update);
    barrier();
    if (actorMoves(learner, order.released, update)) {
      for (const shard of shards) actorGradient(learner, shard);
      barrier();
      for (const shard of shards) {
        stepActor(learner, shard, actorUpdates, order.still ?? false);
      }
      barrier();
      actorUpdates += 1;
      // Here, too; none reads it before it has come here itself.
      learner.share.view[0] = shareOfAuthority(learner.recipe, actorUpdates);
    }
  }
}

/** Actor updates that an order brings. */
export function actorUpdatesIn(learner: Learner, order: UpdateOrder): number {
  let moves = 0;
  for (let i = 0; i < order.count; i++) {
    if (actorMoves(learner, order.released, order.updates + i)) moves += 1;
  }
  return moves;
}

function actorMoves(
  learner: Learner,
  released: boolean,
  update: number,
): boolean {
  return released && update % learner.recipe.actorDelay === 0;
}
