/**
 * An ensemble that learns in the kernels' memory: the steps that it is fitted
 * to, and what its optimiser remembers (Chua et al. 2018).
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import { sliceBytes } from "../../kernels/arena.ts";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import type { Recorder } from "../replay/episodes.ts";
import {
  type EnsembleShape,
  memberParameters,
  type ModelEnsemble,
} from "./ensemble.ts";

/** How a model is fitted. */
export interface ModelRecipe {
  /** Adam's learning rate. */
  readonly rate: number;
  /** Passes over the steps seen per fit. */
  readonly epochs: number;
  /** Steps per update. */
  readonly batch: number;
  /** Weight decay per layer, the head included. */
  readonly decay: readonly number[];
  /** Weight of the width between the bounds of the log-variance. */
  readonly penalty: number;
}

/** The settings of Chua et al. for three hidden layers. */
export const PETS_RECIPE: ModelRecipe = {
  rate: 0.001,
  epochs: 5,
  batch: 32,
  decay: [0.00025, 0.0005, 0.0005, 0.00075],
  penalty: 0.01,
};

/** An ensemble with the steps that it is fitted to and the memory of its optimiser. */
export interface ModelLearner {
  readonly kernels: Kernels;
  readonly ensemble: ModelEnsemble;
  readonly recipe: ModelRecipe;
  /** Steps that fit in. */
  readonly capacity: number;
  /** State, action and change of state of each step, `[capacity, 2 S + A]`. */
  readonly records: Slice;
  /** Adam's averages per network, then of the bounds. */
  readonly averages: readonly Averages[];
  readonly decay: Slice;
  readonly gradient: Slice;
  /** Gradient of the bounds `[2 S]`, low then high. */
  readonly bounds: Slice;
  readonly scratch: Slice;
  /** Steps of the batch, integers `[batch]`. */
  readonly index: { readonly pointer: Pointer; readonly view: Int32Array };
}

interface Averages {
  readonly m: Slice;
  readonly v: Slice;
}

/** Floats of a record. */
export function recordSize({ stateSize, actionSize }: EnsembleShape): number {
  return 2 * stateSize + actionSize;
}

function scratchSize(shape: EnsembleShape, batch: number): number {
  const { stateSize, actionSize, hidden } = shape;
  const sum = hidden.reduce((total, width) => total + width, 0);
  const widest = Math.max(0, ...hidden);
  return batch * (3 * stateSize + actionSize + 2 * (sum + widest));
}

/** Bytes that {@link layOutModelLearner} takes. */
export function modelLearnerBytes(
  shape: EnsembleShape,
  recipe: ModelRecipe,
  capacity: number,
): number {
  const params = sliceBytes(memberParameters(shape));
  const bounds = sliceBytes(2 * shape.stateSize);
  return sliceBytes(capacity * recordSize(shape)) +
    (2 * shape.networks + 1) * params + 3 * bounds +
    sliceBytes(recipe.decay.length) + sliceBytes(recipe.batch) +
    sliceBytes(scratchSize(shape, recipe.batch));
}

/**
 * Takes the memory of a learner for `capacity` steps.
 *
 * @throws {RangeError} If `decay` does not have one entry per layer.
 */
export function layOutModelLearner(
  arena: Arena,
  kernels: Kernels,
  ensemble: ModelEnsemble,
  recipe: ModelRecipe,
  capacity: number,
): ModelLearner {
  const { shape } = ensemble;
  const layers = shape.hidden.length + 1;
  if (recipe.decay.length !== layers) {
    throw new RangeError(
      `Cannot fit a model as 'decay' must have one entry per layer, ${layers}: it has ${recipe.decay.length}`,
    );
  }
  const averages = (count: number) => {
    const [m, v] = [arena.floats(count), arena.floats(count)];
    for (const { view } of [m, v]) view.fill(0);
    return { m, v };
  };
  const decay = arena.floats(recipe.decay.length);
  decay.view.set(recipe.decay);
  const { pointer } = arena.floats(recipe.batch);
  return {
    kernels,
    ensemble,
    recipe,
    capacity,
    records: arena.floats(capacity * recordSize(shape)),
    averages: [
      ...ensemble.members.map(() => averages(memberParameters(shape))),
      averages(2 * shape.stateSize),
    ],
    decay,
    gradient: arena.floats(memberParameters(shape)),
    bounds: arena.floats(2 * shape.stateSize),
    scratch: arena.floats(scratchSize(shape, recipe.batch)),
    index: {
      pointer,
      view: new Int32Array(kernels.memory.buffer, pointer, recipe.batch),
    },
  };
}

/**
 * Keeps the steps of an episode as the records `count` and on; an observation
 * may be longer than a state.
 *
 * @throws {RangeError} When a step comes that does not fit in.
 */
export function recordSteps(learner: ModelLearner, count: number): Recorder {
  const { capacity, records: { view }, ensemble: { shape } } = learner;
  const { stateSize, actionSize } = shape;
  const size = recordSize(shape);
  const change = stateSize + actionSize;
  return {
    moment: (t, { observation }) => {
      const at = (count + t) * size;
      if (t > 0) {
        for (let i = 0; i < stateSize; i++) {
          view[at - size + change + i] = observation[i] - view[at - size + i];
        }
      }
      if (count + t >= capacity) return; // the last moment starts no step
      for (let i = 0; i < stateSize; i++) view[at + i] = observation[i];
    },
    action: (t, action) => {
      if (count + t >= capacity) {
        throw new RangeError(
          `Cannot record step ${
            count + t + 1
          } as the model learner has room for ${capacity}: make it with more 'capacity'`,
        );
      }
      view.set(action, (count + t) * size + stateSize);
    },
    end: () => {},
  };
}
