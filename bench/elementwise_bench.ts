/**
 * Kernels on single elements at the learner's sizes: the actions of a shard,
 * the parameters of a critic, the observations of a batch. tfjs stands beside
 * them where it has the same operation.
 * `deno task bench --filter /^elementwise/`
 *
 * @module
 */

import { type Contender, contenders, isBaseline, noise } from "./_kernels.ts";
import { randomMatrix, tf } from "./_tensorflow.ts";

/** Parameters of a critic 32-128-128-1. */
const parameters = 20_865;
/** Four action entries of 128 rows. */
const actions = 512;
const [rows, width, stride] = [256, 25, 32];

/** What each group times, over memory of its own. */
const groups: Readonly<Record<string, (contender: Contender) => () => void>> = {
  [`elementwise: tanh, ${actions} entries`](contender) {
    const src = noise(contender, actions, 1);
    const dst = contender.arena.floats(actions).pointer;
    return () => contender.kernels.tanh(src, dst, actions);
  },
  [`elementwise: adam, ${parameters} parameters`](contender) {
    const { kernels, arena } = contender;
    const [p, g] = [1, 2].map((seed) => noise(contender, parameters, seed));
    const [m, v] = [1, 2].map(() => arena.floats(parameters).pointer);
    return () =>
      kernels.adam(p, g, 0, m, v, parameters, 1e-6, 0.9, 0.999, 1e-8);
  },
  [`elementwise: polyak, ${parameters} parameters`](contender) {
    const [to, from] = [1, 2].map((seed) => noise(contender, parameters, seed));
    return () => contender.kernels.polyak(to, from, parameters, 0.005);
  },
  [`elementwise: normalise, ${rows} rows of ${width}`](contender) {
    const { kernels, arena } = contender;
    const src = noise(contender, rows * width, 1);
    const dst = arena.floats(rows * stride).pointer;
    const [mean, scale] = [2, 3].map((seed) => noise(contender, width, seed));
    return () =>
      kernels.normalise(src, dst, rows, width, stride, mean, scale, 5);
  },
};

const all = await contenders();
for (const [group, make] of Object.entries(groups)) {
  for (const contender of all) {
    Deno.bench(
      `${group}: ${contender.kernels.id}`,
      { group, baseline: isBaseline(contender) },
      make(contender),
    );
  }
}

{
  const group = `elementwise: tanh, ${actions} entries`;
  const x = randomMatrix(1, actions);
  Deno.bench(`${group}: tfjs wasm`, { group }, () => {
    tf.tidy(() => tf.tanh(x).dataSync());
  });
}

{
  const group = `elementwise: adam, ${parameters} parameters`;
  const p = tf.variable(randomMatrix(1, parameters));
  const g = randomMatrix(1, parameters);
  const adam = tf.train.adam(1e-6);
  Deno.bench(`${group}: tfjs wasm`, { group }, () => {
    adam.applyGradients([{ name: p.name, tensor: g }]);
    p.dataSync();
  });
}
