/**
 * The learnt policy as a controller: a = clip(b + authority * tanh f), or the
 * base itself where the critics do not hold the correction for better.
 *
 * Where the task declares a symmetry M, the networks see the moment twice, as it
 * is and mirrored, and their answers are averaged: f(s) = (f(s) + M f(M s)) / 2
 * and Q(s, a) = (Q(s, a) + Q(M s, M a)) / 2. Both views estimate the same thing
 * with errors of their own. This is done over a base that is symmetric as well
 * (`symmetry.ts`).
 *
 * Selection plays the correction only where min_k Q_k(s, g, a) exceeds
 * min_k Q_k(s, g, b); a fresh actor outputs zero, both are equal, and the
 * policy *is* the base, bit for bit.
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import { clip, compose } from "../control/residual.ts";
import type { Mirror, Permutation, Policy, Vec } from "../types.ts";
import { forward, writeInputs } from "./frames.ts";
import type { Learner } from "./learner.ts";
import { mirrored } from "./symmetry.ts";
import { tapeSize } from "./network.ts";

/** Buffers to act in, each for two views of a moment, and those of networks for all its frames; each thread has its own. */
export interface ActingMemory {
  readonly observation: Slice;
  readonly goal: Slice;
  readonly actorInput: Slice;
  /** Per view: with the corrected action, then with the base's. */
  readonly criticInput: Slice;
  readonly tape: Slice;
  readonly output: Slice;
  readonly values: Slice;
  /** Whole observations on their way into frames. */
  readonly stack: Slice;
}

/** Takes the buffers of one acting thread from the arena. */
export function actingMemory(learner: Learner, arena: Arena): ActingMemory {
  const { spec, actor, critics, frames: { count } } = learner;
  return {
    observation: arena.floats(2 * spec.observationSize),
    goal: arena.floats(2 * spec.goalSize),
    actorInput: arena.floats(2 * count * actor.network.inputs),
    criticInput: arena.floats(4 * count * critics.network.inputs),
    tape: arena.floats(
      Math.max(
        tapeSize(actor.network, 2 * count),
        tapeSize(critics.network, 4 * count),
      ),
    ),
    output: arena.floats(2 * count * spec.actionSize),
    values: arena.floats(4 * count),
    stack: arena.floats(count === 1 ? 0 : 2 * spec.observationSize),
  };
}

/** Which parameters act: those of this moment explore, their running average is judged and served. */
export type Weights = "params" | "average";

/** How a policy looks at a moment. */
interface View {
  readonly learner: Learner;
  readonly memory: ActingMemory;
  readonly weights: Weights;
  /** Present where each moment is seen mirrored as well. */
  readonly mirror: Mirror | undefined;
}

/** The learner's policy under its present parameters or their average. */
export function learntPolicy(
  learner: Learner,
  memory: ActingMemory,
  weights: Weights = "average",
): Policy {
  const { base, recipe, spec } = learner;
  const symmetry = recipe.bothViews ? spec.mirror : undefined;
  const one: View = { learner, memory, weights, mirror: undefined };
  const two: View = { learner, memory, weights, mirror: symmetry };
  const na = spec.actionSize;
  const start: Vec = new Float32Array(na);
  const correction: Vec = new Float32Array(na);
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
      const view = learner.symmetric.view[0] === 1 ? two : one;
      look(view, observation, desired);
      correct(view, correction);
      compose(start, correction, recipe.authority, false, corrected);
      for (let i = 0; i < na; i++) start[i] = clip(start[i]);
      const better = !recipe.selection || prefers(view, corrected, start);
      return { action: better ? corrected : start, memory: undefined };
    },
  };
}

/** Writes the moment, and its mirror image, as the actor's input. */
function look(
  { learner, memory, mirror }: View,
  observation: Vec,
  desired: Vec,
): void {
  writeView(memory.observation.view, 0, observation);
  writeView(memory.goal.view, 0, desired);
  if (mirror) {
    writeView(memory.observation.view, 1, observation, mirror.observation);
    writeView(memory.goal.view, 1, desired, mirror.goal);
  }
  writeInputs(
    learner,
    memory.stack,
    memory.observation.pointer,
    memory.goal.pointer,
    memory.actorInput,
    learner.actor.network.inputs,
    mirror ? 2 : 1,
  );
}

/** Writes tanh f of the moment, averaged over its views, to `out`. */
function correct({ learner, memory, weights, mirror }: View, out: Vec): void {
  const { kernels, actor } = learner;
  const { actorInput, tape, output } = memory;
  const rows = mirror ? 2 : 1;
  const params = actor[weights].pointer;
  forward(learner, actor, params, actorInput, tape, output, rows);
  const na = out.length;
  kernels.tanh(output.pointer, output.pointer, rows * na);
  for (let i = 0; i < na; i++) out[i] = output.view[i];
  if (!mirror) return;
  const { source, sign, offset } = mirror.action;
  for (let i = 0; i < na; i++) {
    const back = sign[i] * output.view[na + source[i]] + offset[i];
    out[i] = (out[i] + back) / 2;
  }
}

/** Whether the most doubtful critic holds `first` for better than `second`. */
function prefers(view: View, first: Vec, second: Vec): boolean {
  const { learner, memory, weights, mirror } = view;
  const { critics } = learner;
  const { criticInput, tape, values } = memory;
  writePairs(view, first, second);
  let lowestFirst = Infinity;
  let lowestSecond = Infinity;
  for (let k = 0; k < critics.members; k++) {
    const params = critics[weights].pointer + k * critics.size * 4;
    const rows = mirror ? 4 : 2;
    forward(learner, critics, params, criticInput, tape, values, rows);
    const q = values.view;
    lowestFirst = Math.min(lowestFirst, mirror ? (q[0] + q[2]) / 2 : q[0]);
    lowestSecond = Math.min(lowestSecond, mirror ? (q[1] + q[3]) / 2 : q[1]);
  }
  return lowestFirst > lowestSecond;
}

/** Per frame and view, the moment with each of two actions as critic inputs. */
function writePairs(
  { learner, memory, mirror }: View,
  first: Vec,
  second: Vec,
): void {
  const { actorInput, criticInput } = memory;
  const narrow = learner.actor.network.inputs;
  const wide = learner.critics.network.inputs;
  const views = mirror ? 2 : 1;
  for (let row = 0; row < 2 * views * learner.frames.count; row++) {
    // Row and input alike count views within frames.
    const seen = row >> 1;
    for (let i = 0; i < narrow; i++) {
      criticInput.view[row * wide + i] = actorInput.view[seen * narrow + i];
    }
    const action = row % 2 === 0 ? first : second;
    const own = mirror && seen % 2 === 1 ? mirror.action : undefined;
    const at = row * wide + narrow;
    for (let i = 0; i < action.length; i++) {
      criticInput.view[at + i] = own ? mirrored(own, action, i) : action[i];
    }
  }
}

/** Writes a vector, or its mirror image, as row `row`. */
function writeView(
  rows: Vec,
  row: number,
  values: Vec,
  permutation?: Permutation,
): void {
  const start = row * values.length;
  for (let i = 0; i < values.length; i++) {
    rows[start + i] = permutation
      ? mirrored(permutation, values, i)
      : values[i];
  }
}
