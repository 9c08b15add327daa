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
  readonly recipe:
    & Pick<
      Recipe,
      "clipBase" | "selection" | "bothViews"
    >
    & {
      /** The critics judge the correction over a base of zero, not the action. */
      readonly inside?: boolean;
    };
  readonly base: Policy;
  readonly actor: Played;
  readonly critics: Played;
  /** 1 where the base is as symmetric as the task, else 0; `[1]`. */
  readonly symmetric: { readonly view: Vec };
  /** How far corrections reach at this moment, `[na]` or one for all entries. */
  readonly reach: () => readonly number[];
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
  { spec, actor, critics, frames: { count } }: Pick<
    Acting,
    "spec" | "actor" | "critics" | "frames"
  >,
  { floats }: Pick<Arena, "floats">,
  rows = 1,
): ActingMemory {
  const seen = 2 * rows;
  const { observationSize, goalSize, actionSize } = spec;
  return {
    rows,
    observation: floats(seen * observationSize),
    goal: floats(seen * goalSize),
    actorInput: floats(seen * count * actor.network.inputs),
    criticInput: floats(2 * seen * count * critics.network.inputs),
    tape: floats(
      Math.max(
        tapeSize(actor.network, seen * count),
        tapeSize(critics.network, 2 * seen * count),
      ),
    ),
    output: floats(seen * count * actionSize),
    values: floats(2 * seen * count),
    stack: floats(count === 1 ? 0 : seen * observationSize),
  };
}

/** Which parameters act: those of this moment explore, their running average is judged and served. */
export type Weights = "params" | "average";

/** How a policy looks at moments. */
interface View extends Acting, ActingMemory {
  readonly weights: Weights;
  /** Present where each moment is seen mirrored as well. */
  readonly mirror: Mirror | undefined;
  /** Lowest value of the corrected action and of the base's, by moment. */
  readonly lowest: Float64Array;
}

/** A policy that takes in moments one by one and then acts on all of them. */
export interface Player {
  /** Takes in observation `[no]` and goal `[ng]` of number `row` of `rows` moments. */
  readonly see: (
    observation: Vec,
    goal: Vec,
    row: number,
    rows: number,
  ) => void;
  /** The actions of all, `[rows, na]`; lent. */
  readonly play: (rows: number) => Vec;
}

/** The learner's policy under its present parameters or their average. */
export function learntPolicy(
  learner: Acting,
  memory: ActingMemory,
  weights: Weights = "average",
): Policy {
  const { see, play } = learntPlayer(learner, memory, weights);
  return {
    id: `residual(${learner.base.id})`,
    init: () => undefined,
    act(_, observation, desired) {
      see(observation, desired, 0, 1);
      return { action: play(1), memory: undefined };
    },
  };
}

/**
 * The same policy on up to `memory.rows` moments at once; a moment gets the same
 * bits alone and among others.
 */
export function learntPlayer(
  learner: Acting,
  memory: ActingMemory,
  weights: Weights = "average",
): Player {
  const { recipe, spec, symmetric, base } = learner;
  const { observation, goal } = memory;
  const { actionSize: na } = spec;
  const lowest = new Float64Array(2 * memory.rows);
  const one = { ...learner, ...memory, weights, mirror: undefined, lowest };
  const two = { ...one, mirror: recipe.bothViews ? spec.mirror : undefined };
  const [start, correction, action, nothing] = Array.from(
    { length: 4 },
    (): Vec => new Float32Array(memory.rows * na),
  );
  // A new view costs as much as the base: it is kept while it fits.
  let played = action;
  const view = () => symmetric.view[0] === 1 ? two : one;
  return {
    see(seen, wanted, row, rows) {
      const { action } = base.act(undefined, seen, wanted);
      for (let i = 0; i < na; i++) {
        start[row * na + i] = recipe.clipBase ? clip(action[i]) : action[i];
      }
      const { mirror } = view();
      show(observation, seen, row, rows, mirror?.observation);
      show(goal, wanted, row, rows, mirror?.goal);
    },
    play(rows) {
      const now = view();
      if (played.length !== rows * na) played = action.subarray(0, rows * na);
      look(now, rows);
      correct(now, correction, rows);
      compose(start, correction, learner.reach(), false, played);
      if (recipe.selection) {
        for (let i = 0; i < played.length; i++) start[i] = clip(start[i]);
        if (recipe.inside) writePairs(now, correction, nothing, rows);
        else writePairs(now, played, start, rows);
        select(now, played, start, rows);
      }
      return played;
    },
  };
}

/** Writes a vector as row `row`, and its mirror image as far behind all rows where there are two views. */
function show(
  { view: to }: Slice,
  values: Vec,
  row: number,
  rows: number,
  permutation: Permutation | undefined,
): void {
  const { length } = values;
  for (let i = 0; i < length; i++) {
    to[row * length + i] = values[i];
    if (permutation) {
      to[(rows + row) * length + i] = mirrored(permutation, values, i);
    }
  }
}

/** Writes what was shown as the actor's input. */
function look(view: View, rows: number): void {
  const { observation, goal, mirror, actor } = view;
  writeInputs(
    view,
    view.stack,
    observation.pointer,
    goal.pointer,
    view.actorInput,
    actor.network.inputs,
    mirror ? 2 * rows : rows,
  );
}

/** Writes tanh f of each moment, averaged over its views, to `out`. */
function correct(view: View, out: Vec, rows: number): void {
  const { kernels, actor, actorInput, tape, output, mirror, spec } = view;
  const { view: f, pointer } = output;
  const count = rows * spec.actionSize;
  const seen = mirror ? 2 : 1;
  const params = actor[view.weights].pointer;
  forward(view, actor, params, actorInput, tape, output, seen * rows);
  kernels.tanh(pointer, pointer, seen * count);
  for (let from = 0; from < count; from += spec.actionSize) {
    for (let i = 0; i < spec.actionSize; i++) {
      const at = from + i;
      out[at] = mirror
        ? (f[at] + mirrored(mirror.action, f, i, count + from)) / 2
        : f[at];
    }
  }
}

/** Puts the base's action where the most doubtful critic does not hold the first of the pair for better. */
function select(view: View, action: Vec, base: Vec, rows: number): void {
  const { critics, criticInput, tape, values, weights, mirror, lowest, spec } =
    view;
  const { view: q } = values;
  const pairs = 2 * rows;
  lowest.fill(Infinity);
  for (let k = 0; k < critics.members; k++) {
    const params = critics[weights].pointer + k * critics.size * 4;
    const seen = mirror ? 2 * pairs : pairs;
    forward(view, critics, params, criticInput, tape, values, seen);
    for (let i = 0; i < pairs; i++) {
      const value = mirror ? (q[i] + q[pairs + i]) / 2 : q[i];
      lowest[i] = Math.min(lowest[i], value);
    }
  }
  for (let row = 0; row < rows; row++) {
    if (lowest[2 * row] > lowest[2 * row + 1]) continue;
    const { actionSize: na } = spec;
    for (let i = row * na; i < (row + 1) * na; i++) action[i] = base[i];
  }
}

/** Per frame and view, each moment with either action as critic inputs. */
function writePairs(
  { actorInput, criticInput, mirror, spec, frames, actor, critics }: View,
  first: Vec,
  second: Vec,
  rows: number,
): void {
  const { view: input } = actorInput;
  const { view: to } = criticInput;
  const { actionSize: na } = spec;
  const narrow = actor.network.inputs;
  const wide = critics.network.inputs;
  const seen = (mirror ? 2 : 1) * rows * frames.count;
  for (let pair = 0; pair < 2 * seen; pair++) {
    // Pairs and inputs alike count moments within views within frames.
    const moment = pair >> 1;
    let at = pair * wide;
    for (let i = 0; i < narrow; i++) to[at++] = input[moment * narrow + i];
    const actions = pair % 2 === 0 ? first : second;
    const from = (moment % rows) * na;
    const turned = (moment / rows) & 1;
    for (let i = 0; i < na; i++) {
      to[at++] = mirror && turned
        ? mirrored(mirror.action, actions, i, from)
        : actions[from + i];
    }
  }
}
