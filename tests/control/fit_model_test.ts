/** Fitting a model: what it learns of a known system, records, memory, bits. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { ARENA_BASE, createArena } from "../../kernels/arena.ts";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import {
  ensembleBytes,
  layOutEnsemble,
  loadEnsemble,
  saveEnsemble,
} from "../../lib/control/ensemble.ts";
import { fitModel } from "../../lib/control/fit_model.ts";
import {
  layOutModelLearner,
  modelLearnerBytes,
  PETS_RECIPE,
  recordSteps,
} from "../../lib/control/model_learner.ts";
import { key } from "../../lib/rng/key.ts";
import { loadModule } from "../kernels/harness.ts";
import {
  GAIN,
  makeLearner,
  NOISE,
  RECIPE,
  SHAPE,
  STEPS,
  watch,
} from "./toy_model.ts";

const BYTES = 1 << 18;
const plain = await loadModule("kernels.wasm");

function onWasm(): Kernels {
  return instantiate(plain, createMemory(BYTES, false));
}

/** Mean and deviation of the change of state that each network predicts. */
function predictions(
  kernels: Kernels,
  { arena, ensemble }: ReturnType<typeof makeLearner>,
  points: readonly (readonly [number, number])[],
): (readonly [number, number])[][] {
  const [states, actions, moments, scratch] = [16, 16, 32, 4096]
    .map((count) => arena.floats(count));
  points.forEach(([state, action], i) => {
    states.view[i] = state;
    actions.view[i] = action;
  });
  return ensemble.members.map(({ pointer }) => {
    const pointers = [states, actions, moments, scratch]
      .map((slice) => slice.pointer);
    const [s, a, m, w] = pointers;
    kernels.ensembleMoments(pointer, s, a, m, w, 16);
    return points.map((_, i) =>
      [moments.view[i], moments.view[16 + i]] as const
    );
  });
}

Deno.test("of a linear system every network learns the change of state and the size of the noise", () => {
  const kernels = onWasm();
  const made = makeLearner(kernels);
  watch(made.learner, STEPS);
  fitModel(made.learner, key(1), STEPS, 0);
  const points = [[-0.5, -0.7], [0, 0], [0.6, 0.2], [0.3, 0.8]] as const;
  for (const found of predictions(kernels, made, points)) {
    found.forEach(([mean, deviation], i) => {
      assertAlmostEquals(mean, GAIN * points[i][1], 0.02);
      assert(deviation > NOISE / 2 && deviation < 2 * NOISE, `${deviation}`);
    });
  }
});

Deno.test("inputs are standardised by the records", () => {
  const made = makeLearner(onWasm());
  const { records } = made.learner;
  records.view.set([1, 5, 0.1, 3, 5, 0.2]); // state, action, change
  fitModel(made.learner, key(1), 2, 0);
  const { centre, scale } = made.ensemble;
  assertEquals([...centre.view], [2, 5]);
  assertEquals([...scale.view], [1, 1]); // a constant input stays as it is
});

Deno.test("a fit is a function of records and key, the same on kernels and twins", () => {
  const fits = [onWasm(), onWasm(), twins({ buffer: new ArrayBuffer(BYTES) })]
    .map((kernels, i) => {
      const made = makeLearner(kernels);
      watch(made.learner, 70);
      const updates = fitModel(made.learner, key(2), 50, 0);
      assertEquals(updates, 2 * RECIPE.epochs); // 32 rows and 18
      fitModel(made.learner, key(i === 1 ? 4 : 3), 70, updates);
      return saveEnsemble(made.ensemble);
    });
  assertEquals(fits[2], fits[0]);
  assert(fits[1].some((x, i) => x !== fits[0][i]));
});

Deno.test("each network has a bootstrap sample of its own: they end apart though they start alike", () => {
  const made = makeLearner(onWasm());
  const [one, other] = made.ensemble.members.map(({ params }) => params.view);
  one.set(other);
  watch(made.learner, 40);
  fitModel(made.learner, key(1), 40, 0);
  assert(one.some((x, i) => x !== other[i]));
});

Deno.test("a record is state, action and change of state", () => {
  const made = makeLearner(onWasm(), { ...SHAPE, stateSize: 2 }, 3);
  const recorder = recordSteps(made.learner, 1);
  const goal = new Float32Array(1);
  const seen = (x: number, y: number) => ({
    observation: Float32Array.of(x, y, 99), // the third is no part of the state
    achieved: goal,
    desired: goal,
  });
  recorder.moment(0, seen(1, 2));
  recorder.action(0, Float32Array.of(0.5));
  recorder.moment(1, seen(4, 8));
  recorder.action(1, Float32Array.of(-0.5));
  recorder.moment(2, seen(3, 9));
  recorder.end(2);
  const { view } = made.learner.records;
  assertEquals([...view.subarray(5)], [1, 2, 0.5, 3, 6, 4, 8, -0.5, -1, 1]);
  const more = recordSteps(made.learner, 3);
  assertThrows(
    () => more.action(0, Float32Array.of(1)),
    RangeError,
    "room for 3",
  );
});

Deno.test("a saved model loads into the same shape and no other", () => {
  const kernels = onWasm();
  const made = makeLearner(kernels);
  const saved = saveEnsemble(made.ensemble);
  for (const { params } of made.ensemble.members) params.view.fill(0);
  loadEnsemble(made.ensemble, kernels, saved);
  assertEquals(saveEnsemble(made.ensemble), saved);
  assertThrows(
    () => loadEnsemble(made.ensemble, kernels, saved.subarray(1)),
    RangeError,
    "shape",
  );
});

Deno.test("memory is taken as announced, and decay is given per layer", () => {
  const kernels = onWasm();
  const arena = createArena(kernels.memory);
  const ensemble = layOutEnsemble(arena, SHAPE);
  layOutModelLearner(arena, kernels, ensemble, RECIPE, 33);
  const bytes = ensembleBytes(SHAPE) + modelLearnerBytes(SHAPE, RECIPE, 33);
  assertEquals(arena.used(), ARENA_BASE + bytes);
  assertThrows(
    () => layOutModelLearner(arena, kernels, ensemble, PETS_RECIPE, 1),
    RangeError,
    "decay",
  );
});
