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
import type { Kernels } from "../../kernels/types.ts";
import { clip, compose } from "../control/residual.ts";
import type { EnvSpec, Mirror, Permutation, Policy, Vec } from "../types.ts";
import { forward, type ForwardPasses, writeInputs } from "./frames.ts";
import type { Ensemble } from "./learner.ts";
import { mirrored } from "./symmetry.ts";
import { tapeSize } from "./network.ts";
import type { Recipe } from "./recipe.ts";

/** Networks that are played and not trained. */
export type Played = Pick<
  Ensemble,
  "network" | "pointer" | "members" | "size" | "params" | "average"
>;

/** The part of a learner that acts. */
export interface Acting extends ForwardPasses {
  readonly kernels: Pick<Kernels, "mlpForward" | "normalise" | "tanh">;
  readonly spec: Pick<
    EnvSpec,
    "observationSize" | "goalSize" | "actionSize" | "mirror"
  >;
  readonly recipe: Pick<
    Recipe,
    "authority" | "clipBase" | "selection" | "bothViews"
  >;
  readonly base: Policy;
  readonly actor: Played;
  readonly critics: Played;
  /** 1 where the base is as symmetric as the task, else 0; `[1]`. */
  readonly symmetric: { readonly view: Vec };
}

/** Buffers to act in, each for two views of every moment, and those of networks for all its frames; each thread has its own. */
export interface ActingMemory {
  /** Most moments that are acted on at once. */
  readonly rows: number;
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

/** Takes the buffers of one acting thread from the arena, for up to `rows` moments at once. */
export function actingMemory(
  { spec, actor, critics, frames: { count } }: Acting,
  arena: Arena,
  rows = 1,
): ActingMemory {
  return {
    rows,
    observation: arena.floats(2 * rows * spec.observationSize),
    goal: arena.floats(2 * rows * spec.goalSize),
    actorInput: arena.floats(2 * rows * count * actor.network.inputs),
    criticInput: arena.floats(4 * rows * count * critics.network.inputs),
    tape: arena.floats(
      Math.max(
        tapeSize(actor.network, 2 * rows * count),
        tapeSize(critics.network, 4 * rows * count),
      ),
    ),
    output: arena.floats(2 * rows * count * spec.actionSize),
    values: arena.floats(4 * rows * count),
    stack: arena.floats(count === 1 ? 0 : 2 * rows * spec.observationSize),
  };
}

/** Which parameters act: those of this moment explore, their running average is judged and served. */
export type Weights = "params" | "average";

/** How a policy looks at moments. */
interface View {
  readonly learner: Acting;
  readonly memory: ActingMemory;
  readonly weights: Weights;
  /** Present where each moment is seen mirrored as well. */
  readonly mirror: Mirror | undefined;
  /** Lowest value of the corrected action and of the base's, by moment. */
  readonly lowest: Float64Array;
}

/** Actions `[rows, na]` of moments: observations `[rows, no]`, goals `[rows, ng]`; lent. */
export type Act = (observations: Vec, goals: Vec, rows: number) => Vec;

/** The learner's policy under its present parameters or their average. */
export function learntPolicy(
  learner: Acting,
  memory: ActingMemory,
  weights: Weights = "average",
): Policy {
  const act = learntActions(learner, memory, weights);
  return {
    id: `residual(${learner.base.id})`,
    init: () => undefined,
    act: (_, observation, desired) => ({
      action: act(observation, desired, 1),
      memory: undefined,
    }),
  };
}

/**
 * The same policy on up to `memory.rows` moments at once; a moment gets the same
 * bits alone and among others.
 */
export function learntActions(
  learner: Acting,
  memory: ActingMemory,
  weights: Weights = "average",
): Act {
  const { recipe, spec } = learner;
  const symmetry = recipe.bothViews ? spec.mirror : undefined;
  const lowest = new Float64Array(2 * memory.rows);
  const one: View = { learner, memory, weights, mirror: undefined, lowest };
  const two: View = { ...one, mirror: symmetry };
  const size = memory.rows * spec.actionSize;
  const start: Vec = new Float32Array(size);
  const correction: Vec = new Float32Array(size);
  const action: Vec = new Float32Array(size);
  return (observations, goals, rows) => {
    askBase(learner, observations, goals, rows, start);
    const view = learner.symmetric.view[0] === 1 ? two : one;
    look(view, observations, goals, rows);
    correct(view, correction, rows);
    compose(start, correction, recipe.authority, false, action);
    if (recipe.selection) {
      for (let i = 0; i < start.length; i++) start[i] = clip(start[i]);
      select(view, action, start, rows);
    }
    return action;
  };
}

/** Writes the base's actions, clipped where the recipe says so. */
function askBase(
  { base, recipe, spec }: Acting,
  observations: Vec,
  goals: Vec,
  rows: number,
  out: Vec,
): void {
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  for (let row = 0; row < rows; row++) {
    const { action } = rows === 1
      ? base.act(undefined, observations, goals)
      : base.act(
        undefined,
        observations.subarray(row * no, (row + 1) * no),
        goals.subarray(row * ng, (row + 1) * ng),
      );
    for (let i = 0; i < na; i++) {
      const b = action[i];
      out[row * na + i] = recipe.clipBase ? clip(b) : b;
    }
  }
}

/** Writes the moments, and behind them their mirror images, as the actor's input. */
function look(
  { learner, memory, mirror }: View,
  observations: Vec,
  goals: Vec,
  rows: number,
): void {
  writeView(memory.observation.view, 0, observations, rows);
  writeView(memory.goal.view, 0, goals, rows);
  if (mirror) {
    const { observation, goal } = mirror;
    writeView(memory.observation.view, rows, observations, rows, observation);
    writeView(memory.goal.view, rows, goals, rows, goal);
  }
  writeInputs(
    learner,
    memory.stack,
    memory.observation.pointer,
    memory.goal.pointer,
    memory.actorInput,
    learner.actor.network.inputs,
    mirror ? 2 * rows : rows,
  );
}

/** Writes tanh f of each moment, averaged over its views, to `out`. */
function correct(
  { learner, memory, weights, mirror }: View,
  out: Vec,
  rows: number,
): void {
  const { kernels, actor, spec: { actionSize: na } } = learner;
  const { actorInput, tape, output } = memory;
  const seen = mirror ? 2 * rows : rows;
  const params = actor[weights].pointer;
  forward(learner, actor, params, actorInput, tape, output, seen);
  kernels.tanh(output.pointer, output.pointer, seen * na);
  const count = rows * na;
  for (let i = 0; i < count; i++) out[i] = output.view[i];
  if (!mirror) return;
  const { source, sign, offset } = mirror.action;
  for (let at = 0; at < count; at += na) {
    for (let i = 0; i < na; i++) {
      const back = sign[i] * output.view[count + at + source[i]] + offset[i];
      out[at + i] = (out[at + i] + back) / 2;
    }
  }
}

/** Puts the base's action where the most doubtful critic does not hold the corrected one for better. */
function select(view: View, action: Vec, base: Vec, rows: number): void {
  const { learner, memory, weights, mirror, lowest } = view;
  const { critics, spec: { actionSize: na } } = learner;
  const { criticInput, tape, values: { view: q } } = memory;
  writePairs(view, action, base, rows);
  const seen = mirror ? 4 * rows : 2 * rows;
  lowest.fill(Infinity, 0, 2 * rows);
  for (let k = 0; k < critics.members; k++) {
    const params = critics[weights].pointer + k * critics.size * 4;
    forward(learner, critics, params, criticInput, tape, memory.values, seen);
    for (let i = 0; i < 2 * rows; i++) {
      const value = mirror ? (q[i] + q[2 * rows + i]) / 2 : q[i];
      lowest[i] = Math.min(lowest[i], value);
    }
  }
  for (let row = 0; row < rows; row++) {
    if (lowest[2 * row] > lowest[2 * row + 1]) continue;
    for (let i = row * na; i < (row + 1) * na; i++) action[i] = base[i];
  }
}

/** Per frame and view, each moment with either action as critic inputs. */
function writePairs(
  { learner, memory, mirror }: View,
  first: Vec,
  second: Vec,
  rows: number,
): void {
  const { actorInput, criticInput } = memory;
  const { spec: { actionSize: na }, frames } = learner;
  const narrow = learner.actor.network.inputs;
  const wide = learner.critics.network.inputs;
  const views = mirror ? 2 : 1;
  for (let row = 0; row < 2 * views * rows * frames.count; row++) {
    // Rows and inputs alike count moments within views within frames.
    const seen = row >> 1;
    for (let i = 0; i < narrow; i++) {
      criticInput.view[row * wide + i] = actorInput.view[seen * narrow + i];
    }
    const actions = row % 2 === 0 ? first : second;
    const from = (seen % rows) * na;
    const to = row * wide + narrow;
    const own = mirror && Math.floor(seen / rows) % 2 === 1
      ? mirror.action
      : undefined;
    for (let i = 0; i < na; i++) {
      criticInput.view[to + i] = own
        ? mirrored(own, actions, i, from)
        : actions[from + i];
    }
  }
}

/** Writes vectors, or their mirror images, as rows from `row` on. */
function writeView(
  to: Vec,
  row: number,
  values: Vec,
  rows: number,
  permutation?: Permutation,
): void {
  const width = values.length / rows;
  for (let r = 0; r < rows; r++) {
    const from = r * width;
    const start = (row + r) * width;
    for (let i = 0; i < width; i++) {
      to[start + i] = permutation
        ? mirrored(permutation, values, i, from)
        : values[from + i];
    }
  }
}
