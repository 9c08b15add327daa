/**
 * Where learning left the finite range: which network, which layer, at which
 * update.
 *
 * A stage of updates is looked at once, when it is done, so a healthy run pays
 * next to nothing. A stage that has diverged is done again from the state that
 * it began with, one update at a time; it gives the same bits, so the first
 * update that spoils a number is found, and the learner is left as it was
 * before that update.
 *
 * @module
 */

import { refuse } from "../errors.ts";
import type { Ensemble, Learner } from "../learn/learner.ts";
import { layers } from "../learn/network.ts";
import { actorUpdatesIn, type UpdateOrder } from "../learn/td3.ts";
import type { Vec } from "../types.ts";

/** What is no longer finite, and its value. */
export interface Fault {
  /** For example `criticLoss`, or `gradient of critic 2, layer 3 of 3`. */
  readonly quantity: string;
  readonly value: number;
}

/** Where a run stands, for the message. */
export interface Place {
  readonly seed: number;
  /** Environment step. */
  readonly step: number;
}

/** The first number of the learner that is not finite, if there is one. */
export function findFault(
  learner: Learner,
  metrics: Readonly<Record<string, number>>,
): Fault | undefined {
  const { critics, actor } = learner;
  return inEnsemble("critic", critics) ?? inEnsemble("actor", actor) ??
    inMetrics(metrics);
}

function inMetrics(
  metrics: Readonly<Record<string, number>>,
): Fault | undefined {
  const found = Object.entries(metrics)
    .find(([, value]) => !Number.isFinite(value));
  return found && { quantity: found[0], value: found[1] };
}

/**
 * Adam's mean keeps whatever was not finite in a gradient. Backpropagation goes
 * from the head down, so the last layer with a bad number had it first.
 */
function inEnsemble(name: string, ensemble: Ensemble): Fault | undefined {
  const { network, members, size, m, params } = ensemble;
  const all = layers(network);
  for (
    const [what, view] of [["gradient", m.view], [
      "parameters",
      params.view,
    ]] as const
  ) {
    for (let k = 0; k < members; k++) {
      for (let depth = all.length - 1; depth >= 0; depth--) {
        const { weights, inputs, outputs } = all[depth];
        const from = k * size + weights;
        const value = firstBad(view, from, from + (inputs + 1) * outputs);
        if (value === undefined) continue;
        const which = members > 1 ? `${name} ${k + 1}` : name;
        const quantity = `${what} of ${which}, layer ${
          depth + 1
        } of ${all.length}`;
        return { quantity, value };
      }
    }
  }
  return undefined;
}

function firstBad(values: Vec, from: number, to: number): number | undefined {
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i])) return values[i];
  }
  return undefined;
}

/**
 * Does the updates of `order` again, one at a time, and refuses with the first
 * that leaves the finite range.
 *
 * @param again Does updates and returns the metrics of their own.
 * @param before `learner.state` as it was before `order`; overwritten.
 */
export async function locateFault(
  learner: Learner,
  order: UpdateOrder,
  again: (order: UpdateOrder) => Promise<Readonly<Record<string, number>>>,
  before: Uint8Array,
  place: Place,
  found: Fault,
): Promise<never> {
  learner.state.set(before);
  let { actorUpdates } = order;
  for (let i = 0; i < order.count; i++) {
    before.set(learner.state);
    const one = {
      ...order,
      updates: order.updates + i,
      actorUpdates,
      count: 1,
    };
    const fault = findFault(learner, await again(one));
    if (fault !== undefined) {
      learner.state.set(before);
      return refuseFault(fault, one.updates, place);
    }
    actorUpdates += actorUpdatesIn(learner, one);
  }
  return refuseFault(found, order.updates + order.count - 1, place);
}

function refuseFault(
  { quantity, value }: Fault,
  update: number,
  { seed, step }: Place,
): never {
  return refuse({
    _tag: "DivergedError",
    message:
      `Cannot go on learning: '${quantity}' is ${value} at update ${update} (counted from 0), environment step ${step}, seed ${seed}; lower recipe.criticRate or recipe.actorRate`,
    quantity,
    seed,
    step,
    update,
  });
}
