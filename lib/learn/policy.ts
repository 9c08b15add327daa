/**
 * The learnt policy as a controller: a = clip(b + authority * tanh f), or the
 * base itself where the critics do not hold the correction for better.
 *
 * Selection plays the correction only where min_k Q_k(s, g, a) exceeds
 * min_k Q_k(s, g, b); a fresh actor outputs zero, both are equal, and the
 * policy *is* the base, bit for bit.
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import { clip, compose } from "../control/residual.ts";
import type { Policy, Vec } from "../types.ts";
import { normaliseInto, writeActions } from "./batch.ts";
import type { Learner } from "./learner.ts";
import { tapeSize } from "./network.ts";

/** Buffers to act in; each thread has its own. */
export interface ActingMemory {
  readonly observation: Slice;
  readonly goal: Slice;
  readonly actorInput: Slice;
  readonly criticInput: Slice;
  readonly tape: Slice;
  readonly output: Slice;
  readonly values: Slice;
}

/** Takes the buffers of one acting thread from the arena. */
export function actingMemory(learner: Learner, arena: Arena): ActingMemory {
  const { spec, actor, critics } = learner;
  return {
    observation: arena.floats(spec.observationSize),
    goal: arena.floats(spec.goalSize),
    actorInput: arena.floats(actor.network.inputs),
    criticInput: arena.floats(2 * critics.network.inputs),
    tape: arena.floats(
      Math.max(tapeSize(actor.network, 1), tapeSize(critics.network, 2)),
    ),
    output: arena.floats(spec.actionSize),
    values: arena.floats(2),
  };
}

/** Which parameters act: those of this moment explore, their running average is judged and served. */
export type Weights = "params" | "average";

/** The learner's policy under its present parameters or their average. */
export function learntPolicy(
  learner: Learner,
  memory: ActingMemory,
  weights: Weights = "average",
): Policy {
  const { base, recipe, spec } = learner;
  const na = spec.actionSize;
  const start: Vec = new Float32Array(na);
  const corrected: Vec = new Float32Array(na);
  return {
    id: `residual(${base.id})`,
    init: () => undefined,
    act(_, observation, desired) {
      const decision = base.act(undefined, observation, desired);
      for (let i = 0; i < na; i++) {
        const b = decision.action[i];
        start[i] = recipe.clipBase ? clip(b) : b;
      }
      correct(learner, memory, weights, observation, desired);
      compose(start, memory.output.view, recipe.authority, false, corrected);
      const better = !recipe.selection ||
        prefersFirst(learner, memory, weights, corrected, start);
      return { action: better ? corrected : start, memory: undefined };
    },
  };
}

/** Writes tanh f(s, g) to `memory.output`. */
function correct(
  learner: Learner,
  memory: ActingMemory,
  weights: Weights,
  observation: Vec,
  desired: Vec,
): void {
  const { kernels, actor, spec } = learner;
  memory.observation.view.set(observation);
  memory.goal.view.set(desired);
  normaliseInto(
    learner,
    memory.observation.pointer,
    memory.goal.pointer,
    memory.actorInput.pointer,
    actor.network.inputs,
    1,
  );
  const { actorInput, tape, output } = memory;
  kernels.mlpForward(
    actor.pointer,
    actor[weights].pointer,
    actorInput.pointer,
    tape.pointer,
    output.pointer,
    1,
  );
  kernels.tanh(output.pointer, output.pointer, spec.actionSize);
}

/** Whether the most doubtful critic holds `first` for better than `second`. */
function prefersFirst(
  learner: Learner,
  memory: ActingMemory,
  weights: Weights,
  first: Vec,
  second: Vec,
): boolean {
  const { kernels, critics, actor, spec } = learner;
  const { criticInput, actorInput, tape, values } = memory;
  const wide = critics.network.inputs;
  const narrow = actor.network.inputs;
  for (let i = 0; i < narrow; i++) {
    criticInput.view[i] = actorInput.view[i];
    criticInput.view[wide + i] = actorInput.view[i];
  }
  writeActions(criticInput.view, first, 0, 0, 1, wide, spec.actionSize);
  writeActions(criticInput.view, second, 0, 1, 1, wide, spec.actionSize);
  let lowestFirst = Infinity;
  let lowestSecond = Infinity;
  for (let k = 0; k < critics.members; k++) {
    kernels.mlpForward(
      critics.pointer,
      critics[weights].pointer + k * critics.size * 4,
      criticInput.pointer,
      tape.pointer,
      values.pointer,
      2,
    );
    lowestFirst = Math.min(lowestFirst, values.view[0]);
    lowestSecond = Math.min(lowestSecond, values.view[1]);
  }
  return lowestFirst > lowestSecond;
}
