/**
 * Automatic differentiation as the oracle: the losses of the learner, written
 * down once more in tfjs and differentiated by it, must give the gradients that
 * the kernels give.
 */

import { assert, assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { loadTfjs } from "../../tasks/_tfjs.ts";
import { actorGradient } from "../../lib/learn/actor.ts";
import { prepareBatch } from "../../lib/learn/batch.ts";
import { criticGradients, drawCritics } from "../../lib/learn/critics.ts";
import type { Ensemble, Learner } from "../../lib/learn/learner.ts";
import { layers } from "../../lib/learn/network.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { frames } from "../../lib/env/frames.ts";
import type { DenseReward } from "../../lib/types.ts";
import { toyPolicy } from "../toy.ts";
import {
  type ToyEnvironment,
  toyTraining,
  type ToyView,
} from "./toy_training.ts";
import { densely, hiding } from "./toy_views.ts";

type Matrix = tf.Tensor2D;

/** The network of one member as tensors, weights and biases in turn. */
function tensors(ensemble: Ensemble, flat: Float32Array, member: number) {
  const own = flat.subarray(member * ensemble.size);
  return layers(ensemble.network).flatMap((layer) => [
    tf.tensor2d(
      own.slice(layer.weights, layer.weights + layer.inputs * layer.outputs),
      [layer.inputs, layer.outputs],
    ),
    tf.tensor2d(own.slice(layer.biases, layer.biases + layer.outputs), [
      1,
      layer.outputs,
    ]),
  ]);
}

function network(params: tf.Tensor[], x: Matrix, layerNorm: boolean): Matrix {
  let y = x;
  for (let i = 0; i < params.length; i += 2) {
    let z: Matrix = tf.add(tf.matMul(y, params[i] as Matrix), params[i + 1]);
    if (i + 2 < params.length) {
      if (layerNorm) {
        const { mean, variance } = tf.moments(z, 1, true);
        z = tf.div(tf.sub(z, mean), tf.sqrt(tf.add(variance, 1e-5)));
      }
      z = tf.relu(z);
    }
    y = z;
  }
  return y;
}

/** The mean over the frames of a moment, each through the same network. */
function averaged(
  params: tf.Tensor[],
  frames: readonly Matrix[],
  layerNorm: boolean,
): Matrix {
  const all = frames.map((x) => network(params, x, layerNorm));
  return tf.div(tf.addN(all), frames.length) as Matrix;
}

/** Shards' gradients added, one member's part. */
function kernelGradient(ensemble: Ensemble, member: number): Float32Array {
  const [a, b] = ensemble.gradients.map((slice) =>
    slice.view.subarray(member * ensemble.size, (member + 1) * ensemble.size)
  );
  return a.map((x, i) => x + b[i]);
}

/** Asserts |a - b| <= 1e-4 |b| in the norm of the whole gradient. */
function assertSameGradient(
  ours: Float32Array,
  oracle: tf.Tensor[],
  what: string,
) {
  const theirs = oracle.flatMap((t) => Array.from(t.dataSync()));
  assert(theirs.length === ours.length, what);
  let difference = 0;
  let norm = 0;
  theirs.forEach((x, i) => {
    difference += (x - ours[i]) ** 2;
    norm += x * x;
  });
  assert(norm > 0, `${what}: the oracle's gradient is zero`);
  const relative = Math.sqrt(difference / norm);
  assert(relative < 1e-4, `${what}: relative difference ${relative}`);
}

/** Rows of both shards' buffers as one matrix, those of the frame of that number. */
function joined(
  learner: Learner,
  pick: (bench: Learner["shards"][number]) => Float32Array,
  columns: number,
  frame = 0,
): Matrix {
  const parts = learner.shards.map((bench) => {
    const size = bench.rows * columns;
    const rows = pick(bench).slice(frame * size, (frame + 1) * size);
    return tf.tensor2d(rows, [bench.rows, columns]);
  });
  return tf.concat(parts, 0) as Matrix;
}

/** The same for every frame. */
function framesOf(
  learner: Learner,
  pick: (bench: Learner["shards"][number]) => Float32Array,
  columns: number,
): readonly Matrix[] {
  return Array.from(
    { length: learner.frames.count },
    (_, frame) => joined(learner, pick, columns, frame),
  );
}

function withOutRandomness(overrides: Partial<Recipe>): Recipe {
  return { ...defaultRecipe(), hidden: [24, 16], batch: 64, ...overrides };
}

/** A dense reward so dear that returns leave what sparse ones can be. */
const dear: DenseReward = {
  kind: "dense",
  threshold: 0.05,
  goal: 400,
  reach: { weight: 0, first: 0, second: 0, size: 1 },
  effort: { weight: 0, at: 0, size: 1 },
};

const views: Readonly<Record<string, ToyView>> = {
  "two frames averaged, with hidden entries": (env) =>
    frames(2)(hiding(2, ([x]) => [x, 7])(env)) as unknown as ToyEnvironment,
  "two frames averaged, without selection": (env) =>
    frames(2)(env) as unknown as ToyEnvironment,
  "a dense reward": (env) => densely(dear)(env),
};

for (
  const [name, recipe] of Object.entries({
    "the default recipe": withOutRandomness({}),
    "two frames averaged, with hidden entries": withOutRandomness({
      frames: "average",
    }),
    "two frames averaged, without selection": withOutRandomness({
      frames: "average",
      selection: false,
      layerNorm: false,
      critics: 1,
      targetCritics: 1,
    }),
    "a dense reward": withOutRandomness({ critics: 2 }),
    "two critics without LayerNorm or selection": withOutRandomness({
      critics: 2,
      layerNorm: false,
      selection: false,
    }),
    "three layers and full authority": withOutRandomness({
      hidden: [20, 12, 9],
      authority: 1,
      critics: 3,
    }),
    "an authority per entry": withOutRandomness({ authority: [0.3, 0.9] }),
    "rewards of three steps": withOutRandomness({ returnSteps: 3 }),
    "an actor that imitates what critics prefer": withOutRandomness({
      imitation: 3,
      authority: 1,
    }),
    "an actor that climbs the first two of three critics": withOutRandomness({
      critics: 3,
      actorCritics: 2,
    }),
  })
) {
  Deno.test(`gradients of both losses are those of automatic differentiation: ${name}`, async () => {
    const { training, episodes } = await toyTraining(
      recipe,
      7,
      toyPolicy(1, 2),
      12,
      20,
      views[name],
    );
    const { learner } = training;
    await loadTfjs(learner.kernels);
    randomHeads(learner);
    const draw = foldIn(key(3), 11);
    for (const shard of [0, 1]) {
      prepareBatch(learner, shard, draw, episodes);
      criticGradients(learner, shard, draw);
    }
    checkNextActions(learner);
    checkTargets(
      learner,
      drawCritics(draw, recipe.critics, recipe.targetCritics),
    );
    checkCritics(learner);
    for (const bench of learner.shards) bench.metrics.view.fill(0);
    for (const shard of [0, 1]) actorGradient(learner, shard);
    checkActor(learner);
    tf.disposeVariables();
  });
}

/** A fresh actor outputs zero; the oracle is sharper where it does not. */
function randomHeads(learner: Learner): void {
  const { actor, critics } = learner;
  for (const ensemble of [actor, critics]) {
    for (const flat of [ensemble.params.view, ensemble.target.view]) {
      for (let i = 0; i < flat.length; i++) {
        flat[i] += 0.3 * Math.sin(1 + 7.1 * i + flat.byteOffset);
      }
    }
  }
}

/** The next actions that targets choose from: the target policy's, then the base's. */
function checkNextActions(learner: Learner): void {
  const { recipe, actor, critics, batch, spec } = learner;
  const na = spec.actionSize;
  const wide = critics.network.inputs;
  const narrow = actor.network.inputs;
  const x = framesOf(learner, (b) => b.nextActorInput.view, narrow);
  const params = tensors(actor, actor.target.view, 0);
  const t = tf.tanh(averaged(params, x, false));
  const base = tf.tensor2d(batch.nextBase.view.slice(), [recipe.batch, na]);
  const sum = tf.add(base, tf.mul(t, [recipe.authority].flat()));
  const expected = [sum, base].map((a) => tf.clipByValue(a, -1, 1).dataSync());
  assert(expected[0].some((a, i) => Math.abs(a - expected[1][i]) > 0.05));
  learner.shards.forEach(({ rows, nextCriticInput: { view } }, shard) => {
    for (let row = 0; row < (recipe.selection ? 2 : 1) * rows; row++) {
      for (let i = 0; i < na; i++) {
        const given = view[(row + 1) * wide - na + i];
        const at = (shard * rows + row % rows) * na + i;
        assertAlmostEquals(given, expected[Math.floor(row / rows)][at], 1e-5);
      }
    }
  });
}

/** y of the critics' losses, from the inputs that the learner prepared. */
function checkTargets(learner: Learner, drawn: readonly number[]): void {
  const { recipe, critics, batch } = learner;
  const wide = critics.network.inputs;
  learner.shards.forEach((bench, shard) => {
    const { rows } = bench;
    const stacked = recipe.selection ? 2 * rows : rows;
    const both = Array.from({ length: learner.frames.count }, (_, frame) => {
      const from = frame * stacked * wide;
      return tf.tensor2d(
        bench.nextCriticInput.view.slice(from, from + stacked * wide),
        [stacked, wide],
      );
    });
    const values = drawn.map((k) =>
      averaged(tensors(critics, critics.target.view, k), both, recipe.layerNorm)
        .dataSync()
    );
    for (let row = 0; row < rows; row++) {
      const low = (i: number) => Math.min(...values.map((v) => v[i]));
      const best = recipe.selection
        ? Math.max(low(row), low(rows + row))
        : low(row);
      const reward = batch.reward.view[shard * rows + row];
      const span = batch.span[shard * rows + row];
      const y = reward + recipe.discount ** span * best;
      const sparse = learner.spec.reward.kind === "sparse";
      const floor = sparse ? -1 / (1 - recipe.discount) : -Infinity;
      const clipped = Math.min(0, Math.max(floor, y));
      assertAlmostEquals(bench.target.view[row], clipped, 2e-4);
    }
    const beyond = bench.target.view.some((y) =>
      y < -1 / (1 - recipe.discount)
    );
    assert(beyond === (learner.spec.reward.kind === "dense"));
  });
}

function checkCritics(learner: Learner): void {
  const { critics, recipe } = learner;
  const wide = critics.network.inputs;
  const x = framesOf(learner, (b) => b.criticInput.view, wide);
  const y = joined(learner, (b) => b.target.view, 1);
  for (let k = 0; k < critics.members; k++) {
    const gradients = tf.grads((...params: tf.Tensor[]) =>
      tf.mean(tf.square(tf.sub(averaged(params, x, recipe.layerNorm), y)))
    )(tensors(critics, critics.params.view, k));
    assertSameGradient(kernelGradient(critics, k), gradients, `critic ${k}`);
  }
}

function checkActor(learner: Learner): void {
  const { actor, critics, recipe, batch, spec } = learner;
  const na = spec.actionSize;
  const narrow = actor.network.inputs;
  const x = framesOf(learner, (b) => b.actorInput.view, narrow);
  const base = tf.tensor2d(batch.base.view.slice(), [recipe.batch, na]);
  const heads = critics.params.view;
  const all = Array.from(
    { length: Math.min(recipe.actorCritics, critics.members) },
    (_, k) => tensors(critics, heads, k),
  );
  const executed = tf.clipByValue(
    tf.tensor2d(batch.action.view.slice(), [recipe.batch, na]),
    -1,
    1,
  );
  /** 1 in rows whose executed action the critics hold for better, else 0. */
  function preferred(action: Matrix): Matrix {
    const [theirs, own] = [executed, action].map((actions) => {
      const input = x.map((f) => tf.concat([f, actions], 1) as Matrix);
      return tf.addN(
        all.map((params) => averaged(params, input, recipe.layerNorm)),
      );
    });
    const mask = tf.tensor2d(
      tf.greater(theirs, own).dataSync().slice(),
      [recipe.batch, 1],
    );
    const share = tf.mean(mask).dataSync()[0];
    assert(share > 0.05 && share < 0.95, `${share} of rows are imitated`);
    return mask;
  }
  let meanValue = NaN;
  const gradients = tf.grads((...params: tf.Tensor[]) => {
    const t = tf.tanh(averaged(params, x, false));
    const sum = tf.add(base, tf.mul(t, [recipe.authority].flat())) as Matrix;
    const action = inwardClip(sum);
    const input = x.map((frame) => tf.concat([frame, action], 1) as Matrix);
    const values = all.map((params) =>
      tf.mean(averaged(params, input, recipe.layerNorm))
    );
    const value = tf.mean(tf.stack(values));
    meanValue = value.dataSync()[0];
    const penalty = tf.mul(tf.mean(tf.square(t)), recipe.residualPenalty);
    const loss = tf.add(tf.neg(value), penalty) as tf.Scalar;
    if (recipe.imitation === 0) return loss;
    const pull = tf.mul(tf.square(tf.sub(action, executed)), preferred(action));
    return tf.add(loss, tf.mul(tf.mean(pull), recipe.imitation));
  })(tensors(actor, actor.params.view, 0));
  assertSameGradient(kernelGradient(actor, 0), gradients, "actor");
  // What burn-in by value watches: the sum over shards of metric 2 over metric 4.
  const [total, moves] = [2, 4].map((i) =>
    learner.shards.reduce((sum, { metrics }) => sum + metrics.view[i], 0)
  );
  assertAlmostEquals(
    total / moves,
    meanValue,
    1e-4 * (1 + Math.abs(meanValue)),
  );
}

/** clip(x, -1, 1) that lets the gradient of a descended loss pass where it points inward. */
function inwardClip(x: Matrix): Matrix {
  const op = tf.customGrad((value, save) => {
    const input = value as Matrix;
    (save as (tensors: tf.Tensor[]) => void)([input]);
    return {
      value: tf.clipByValue(input, -1, 1),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [input] = saved;
        const above = tf.logicalAnd(tf.greater(input, 1), tf.lessEqual(dy, 0));
        const below = tf.logicalAnd(tf.less(input, -1), tf.greaterEqual(dy, 0));
        const blocked = tf.logicalOr(above, below);
        return tf.where(blocked, tf.zerosLike(dy), dy);
      },
    };
  });
  return op(x) as Matrix;
}
