/**
 * Matrix products at the learner's shapes: kernel, twin and TensorFlow.js.
 * `deno bench -R -E --allow-sys bench/gemm_bench.ts`; a product of m, n, k is
 * 2 m n k floating-point operations.
 *
 * @module
 */

import { contenders, isBaseline, noise } from "./_kernels.ts";
import { randomMatrix, tf } from "./_tensorflow.ts";

const shapes = [
  [128, 128, 32],
  [128, 128, 128],
  [256, 256, 256],
  [1, 128, 128],
] as const;
const all = await contenders();

for (const name of ["gemm", "gemmTn", "gemmNt"] as const) {
  for (const [m, n, k] of shapes) {
    const group = `${name} ${m} x ${n} x ${k}`;
    for (const contender of all) {
      const { kernels, arena } = contender;
      const a = noise(contender, m * k, 1);
      const b = noise(contender, k * n, 2);
      const c = arena.floats(m * n).pointer;
      Deno.bench(
        `${group}: ${kernels.id}`,
        { group, baseline: isBaseline(contender) },
        () => kernels[name](a, b, c, m, n, k, 0),
      );
    }
    const [tn, nt] = [name === "gemmTn", name === "gemmNt"];
    const a = tn ? randomMatrix(k, m) : randomMatrix(m, k);
    const b = nt ? randomMatrix(n, k) : randomMatrix(k, n);
    Deno.bench(`${group}: tfjs wasm`, { group }, () => {
      const c = tf.matMul(a, b, tn, nt);
      c.dataSync();
      c.dispose();
    });
  }
}
