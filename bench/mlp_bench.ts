/**
 * Network passes at the learner's shapes: a critic 32-128-128-1 with layer
 * normalisation over a shard of 128 rows, and of one row.
 * `deno task bench --filter /^mlp/`
 *
 * @module
 */

import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { type Contender, contenders, isBaseline, noise } from "./_kernels.ts";
import { randomMatrix, tf } from "./_tensorflow.ts";

const widths = [32, 128, 128, 1];
const count = widths.slice(1).reduce(
  (sum, out, i) => sum + (widths[i] + 1) * out,
  0,
);
const all = await contenders();

/** A critic with its batch of `rows`. */
function critic(contender: Contender, rows: number) {
  const { kernels, arena } = contender;
  const network = arena.integers([32, 2, 1, 1, 128, 128]);
  const params = noise(contender, count, 1, 0.1);
  const x = noise(contender, rows * 32, 2);
  const dy = noise(contender, rows, 3);
  const y = arena.floats(rows).pointer;
  const tape = arena.floats(rows * (6 * 128 + 4) + 4160).pointer;
  const gradient = arena.floats(count).pointer;
  const scratch = arena.floats((4 * rows + 1) * 128 + 32 * rows + 40).pointer;
  return {
    forward: () => kernels.mlpForward(network, params, x, tape, y, rows),
    backward: () =>
      kernels.mlpBackward(
        network,
        params,
        x,
        tape,
        dy,
        gradient,
        0,
        0,
        scratch,
        rows,
      ),
  };
}

/** The same network in TensorFlow.js. */
function forward(x: Tensor2D, params: readonly Tensor2D[]): Tensor2D {
  let y = x;
  params.forEach((w, i) => {
    if (i % 2 === 1) return;
    const z: Tensor2D = tf.add(tf.matMul(y, w), params[i + 1]);
    if (i + 2 === params.length) return y = z;
    const { mean, variance } = tf.moments(z, 1, true);
    const scale = tf.rsqrt(tf.add(variance, 1e-5));
    y = tf.relu(tf.mul(tf.sub(z, mean), scale));
  });
  return y;
}

for (const rows of [1, 128]) {
  const group = `mlp: forward, ${rows} rows`;
  for (const contender of all) {
    const { forward } = critic(contender, rows);
    Deno.bench(
      `${group}: ${contender.kernels.id}`,
      { group, baseline: isBaseline(contender) },
      forward,
    );
  }
  const params = tensors();
  const x = randomMatrix(rows, 32);
  Deno.bench(`${group}: tfjs wasm`, { group }, () => {
    tf.tidy(() => forward(x, params).dataSync());
  });
}

{
  const group = "mlp: forward and gradient, 128 rows";
  for (const contender of all) {
    const { forward, backward } = critic(contender, 128);
    Deno.bench(
      `${group}: ${contender.kernels.id}`,
      { group, baseline: isBaseline(contender) },
      () => {
        forward();
        backward();
      },
    );
  }
  const params = tensors();
  const x = randomMatrix(128, 32);
  const dy = randomMatrix(128, 1);
  const pull = tf.grads((...values: Tensor[]) =>
    forward(x, values as Tensor2D[])
  );
  Deno.bench(`${group}: tfjs wasm`, { group }, () => {
    tf.tidy(() => pull(params, dy).forEach((each) => each.dataSync()));
  });
}

/** Parameters as matrices: weights `[in, out]`, biases `[1, out]`. */
function tensors(): Tensor2D[] {
  return widths.slice(1).flatMap((out, i) => [
    randomMatrix(widths[i], out, 0.1),
    randomMatrix(1, out, 0.1),
  ]);
}
