/**
 * Everything the learner remembers, laid out in the kernels' memory.
 *
 * ```text
 * state:   actor | critics (params, target, m, v, average each) | normalisers | symmetry
 * replay:  lib/replay/episodes.ts
 * scratch: gradients | batch | one workbench per shard
 * ```
 *
 * A batch is cut into two fixed shards of rows. Each shard has its own
 * gradient; they are always added in the same order, so one thread that works
 * on both shards and two threads that work on one each get the same bits.
 *
 * @module
 */

import {
  type Arena,
  ARENA_BASE,
  createArena,
  type Slice,
  sliceBytes,
} from "../../kernels/arena.ts";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import { authorities } from "../control/residual.ts";
import {
  createEpisodes,
  type Episodes,
  episodesSize,
} from "../replay/episodes.ts";
import { derive } from "../rng/key.ts";
import type { EnvSpec, Key, Policy, Sizes, Vec } from "../types.ts";
import { shareOf, shareOfAuthority } from "./annealing.ts";
import { checkFit } from "./check_recipe.ts";
import { anchorEpisodes } from "./draw.ts";
import { type Frames, framesOf } from "./frames.ts";
import {
  descriptor,
  initialise,
  type Network,
  parameterCount,
  scratchSize,
  tapeSize,
} from "./network.ts";
import {
  createNormalizer,
  type Normalizer,
  resetNormalizer,
} from "./normalizer.ts";
import type { Recipe } from "./recipe.ts";

/** Shards of a batch: a constant of the method, not of the machine. */
export const SHARDS = 2;

/** A set of equal networks with their targets and Adam moments. */
export interface Ensemble {
  readonly network: Network;
  /** The network's shape as the kernels read it. */
  readonly pointer: Pointer;
  readonly members: number;
  /** Parameters per member. */
  readonly size: number;
  readonly params: Slice;
  readonly target: Slice;
  readonly m: Slice;
  readonly v: Slice;
  /** Running average of the parameters: what is judged and served. */
  readonly average: Slice;
  /** One gradient per shard, `[SHARDS][members * size]`. */
  readonly gradients: readonly Slice[];
}

/** The sampled batch, `B` rows. */
export interface BatchMemory {
  readonly pointer: Pointer;
  readonly observation: Slice;
  readonly nextObservation: Slice;
  readonly goal: Slice;
  readonly action: Slice;
  readonly reward: Slice;
  /** Base actions under the relabelled goal, `[B, na]`, now and next. */
  readonly base: Slice;
  readonly nextBase: Slice;
  /** Episode slot and step of every row, `[B, 2]`. */
  readonly index: Int32Array;
  /** Steps from a row's moment to its next. */
  readonly span: Uint16Array;
  /** One row on the heap, to ask a controller with. */
  readonly row: { readonly observation: Vec; readonly goal: Vec };
}

/** The buffers in which one shard of `rows` rows is worked on; those of networks hold as many again per further frame. */
export interface Workbench {
  readonly rows: number;
  readonly actorInput: Slice;
  readonly criticInput: Slice;
  readonly nextActorInput: Slice;
  /** Twice the rows: first with the target actor's action, then with the base's. */
  readonly nextCriticInput: Slice;
  /** Whole observations on their way into frames; see `frames.ts`. */
  readonly stack: Slice;
  readonly actorTape: Slice;
  readonly criticTape: Slice;
  readonly output: Slice;
  readonly squashed: Slice;
  readonly value: Slice;
  readonly target: Slice;
  readonly valueGradient: Slice;
  readonly inputGradient: Slice;
  readonly actionGradient: Slice;
  readonly scratch: Slice;
  /** Sums over updates: critic loss, critic updates, actor value, residual^2, actor updates. */
  readonly metrics: Slice;
}

/** The learner: what it is made of and where it lies. */
export interface Learner {
  readonly spec: EnvSpec;
  readonly recipe: Recipe;
  readonly kernels: Kernels;
  /** The base, asked again under relabelled goals. */
  readonly base: Policy;
  readonly frames: Frames;
  readonly actor: Ensemble;
  readonly critics: Ensemble;
  readonly observationNormalizer: Normalizer;
  readonly goalNormalizer: Normalizer;
  /** 1 where the base was found to be as symmetric as the task, else 0; `[1]`. */
  readonly symmetric: Slice;
  /** Share of the authority that is in force, in (0, 1]; `[1]`. */
  readonly share: Slice;
  /** How far corrections reach at this moment, `[na]` or one for all entries. */
  readonly reach: () => readonly number[];
  readonly replay: Episodes;
  readonly batch: BatchMemory;
  readonly shards: readonly Workbench[];
  /** The bytes that a checkpoint keeps, replay excepted. */
  readonly state: Uint8Array;
}

/**
 * Lays a learner out from the start of the kernels' memory; writes nothing but shapes.
 *
 * @throws {RangeError} If the observation cannot be cut into the recipe's frames,
 * or its authority does not fit the action.
 */
export function createLearner(
  spec: EnvSpec,
  recipe: Recipe,
  base: Policy,
  kernels: Kernels,
): { readonly learner: Learner; readonly arena: Arena } {
  const arena = createArena(kernels.memory);
  const frames = framesOf(spec, recipe);
  checkFit(recipe, spec);
  const { actorNetwork, criticNetwork } = networks(spec, recipe, frames);
  const actor = ensembleState(arena, actorNetwork, 1);
  const critics = ensembleState(arena, criticNetwork, recipe.critics);
  const observationNormalizer = createNormalizer(
    arena,
    spec.observationSize,
    spec.visible,
  );
  const goalNormalizer = createNormalizer(arena, spec.goalSize);
  const symmetric = arena.floats(1);
  const share = arena.floats(1);
  const state = takenOf(kernels, arena);
  const bench = () =>
    workbench(arena, actorNetwork, criticNetwork, spec, recipe.batch, frames);
  const learner = {
    spec,
    recipe,
    kernels,
    base,
    frames,
    actor: { ...actor, gradients: gradients(arena, actor) },
    critics: { ...critics, gradients: gradients(arena, critics) },
    observationNormalizer,
    goalNormalizer,
    symmetric,
    share,
    reach: () => authorities(shareOf(recipe.authority, share.view[0])),
    replay: createEpisodes(
      arena,
      spec,
      recipe.capacityEpisodes,
      anchorEpisodes(recipe, spec),
    ),
    batch: batchMemory(arena, spec, recipe.batch),
    shards: Array.from({ length: SHARDS }, bench),
    state,
  };
  return { learner, arena };
}

/** What has been taken from the arena so far, as bytes. */
function takenOf({ memory }: Kernels, { used }: Arena): Uint8Array {
  return new Uint8Array(memory.buffer, ARENA_BASE, used() - ARENA_BASE);
}

/** First parameters: Xavier everywhere but the actor's head, which is zero. */
export function initialiseLearner(learner: Learner, key: Key): void {
  const { actor, critics } = learner;
  initialise(actor.network, derive(key, "actor"), actor.params.view, true);
  for (let k = 0; k < critics.members; k++) {
    const params = critics.params.view.subarray(
      k * critics.size,
      (k + 1) * critics.size,
    );
    initialise(critics.network, derive(key, `critic ${k}`), params, false);
  }
  for (const { params, target, average, m, v } of [actor, critics]) {
    target.view.set(params.view);
    average.view.set(params.view);
    m.view.fill(0);
    v.view.fill(0);
  }
  resetNormalizer(learner.observationNormalizer);
  resetNormalizer(learner.goalNormalizer);
  learner.symmetric.view[0] = 0;
  learner.share.view[0] = shareOfAuthority(learner.recipe, 0);
}

/** Bytes of kernel memory that a learner needs, with room for acting. */
export function learnerBytes(spec: Sizes, recipe: Recipe): number {
  const frames = widestFrames(spec, recipe);
  const { actorNetwork, criticNetwork } = networks(spec, recipe, frames);
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const rows = frames.count * recipe.batch / SHARDS;
  const widest = Math.max(no + ng + na, ...recipe.hidden);
  const parameters = parameterCount(actorNetwork) +
    recipe.critics * parameterCount(criticNetwork);
  const replay = episodesSize(spec, recipe.capacityEpisodes);
  const bench = tapeSize(actorNetwork, rows) +
    tapeSize(criticNetwork, 2 * rows) +
    rows * (12 * widest + 40);
  const batch = recipe.batch * (2 * no + ng + 3 * na + 3);
  const floats = parameters * (5 + SHARDS) + replay + batch +
    SHARDS * bench * 2;
  return sliceBytes(floats) + 1024 * 1024;
}

/** The frames of a task of these sizes, whatever of it is hidden. */
function widestFrames({ observationSize }: Sizes, recipe: Recipe): Frames {
  return recipe.frames === "average"
    ? { count: 2, width: Math.ceil(observationSize / 2) }
    : { count: 1, width: observationSize };
}

/** The actor reads (o, g), a critic reads (o, g, a), all normalised but the action. */
function networks(spec: Sizes, recipe: Recipe, frames: Frames) {
  const inputs = frames.width + spec.goalSize;
  const { hidden, layerNorm } = recipe;
  const actorNetwork: Network = {
    inputs,
    hidden,
    outputs: spec.actionSize,
    layerNorm: false,
  };
  const criticNetwork: Network = {
    inputs: inputs + spec.actionSize,
    hidden,
    outputs: 1,
    layerNorm,
  };
  return { actorNetwork, criticNetwork };
}

function ensembleState(arena: Arena, network: Network, members: number) {
  const size = parameterCount(network);
  const count = members * size;
  return {
    network,
    members,
    size,
    params: arena.floats(count),
    target: arena.floats(count),
    m: arena.floats(count),
    v: arena.floats(count),
    average: arena.floats(count),
    pointer: arena.integers(descriptor(network)),
  };
}

function gradients(arena: Arena, ensemble: { readonly params: Slice }) {
  const count = ensemble.params.view.length;
  return Array.from({ length: SHARDS }, () => arena.floats(count));
}

function batchMemory(arena: Arena, spec: EnvSpec, rows: number): BatchMemory {
  const { observationSize: no, goalSize: ng, actionSize: na } = spec;
  const observation = arena.floats(rows * no);
  const nextObservation = arena.floats(rows * no);
  const goal = arena.floats(rows * ng);
  const action = arena.floats(rows * na);
  const reward = arena.floats(rows);
  const index = arena.floats(rows * 2);
  const pointer = arena.integers(
    [observation, nextObservation, goal, action, reward, index].map((s) =>
      s.pointer
    ),
  );
  const base = arena.floats(rows * na);
  const nextBase = arena.floats(rows * na);
  return {
    pointer,
    observation,
    nextObservation,
    goal,
    action,
    reward,
    base,
    nextBase,
    index: new Int32Array(index.view.buffer, index.pointer, rows * 2),
    span: new Uint16Array(rows).fill(1),
    row: { observation: new Float32Array(no), goal: new Float32Array(ng) },
  };
}

function workbench(
  arena: Arena,
  actor: Network,
  critic: Network,
  spec: EnvSpec,
  batch: number,
  { count }: Frames,
): Workbench {
  const rows = batch / SHARDS;
  const na = spec.actionSize;
  const all = count * rows;
  return {
    rows,
    actorInput: arena.floats(all * actor.inputs),
    criticInput: arena.floats(all * critic.inputs),
    nextActorInput: arena.floats(all * actor.inputs),
    nextCriticInput: arena.floats(2 * all * critic.inputs),
    actorTape: arena.floats(tapeSize(actor, all)),
    criticTape: arena.floats(tapeSize(critic, 2 * all)),
    output: arena.floats(all * na),
    squashed: arena.floats(rows * na),
    value: arena.floats(2 * all),
    target: arena.floats(2 * rows),
    valueGradient: arena.floats(all),
    inputGradient: arena.floats(all * na),
    actionGradient: arena.floats(rows * na),
    scratch: arena.floats(
      Math.max(scratchSize(actor, all), scratchSize(critic, all)),
    ),
    metrics: arena.floats(5),
    stack: arena.floats(count === 1 ? 0 : rows * spec.observationSize),
  };
}
