/**
 * Matrix products at the learner's shapes: kernel, twin and TensorFlow.js.
 * `deno task bench --filter /^gemm/`; a product of m, n, k is
 * 2 m n k floating-point operations.
 *
 * @module
 */

import {
  contender,
  contenders,
  isBaseline,
  loadBuild,
  noise,
} from "./_kernels.ts";
import { peak } from "./_peak.ts";
import { randomMatrix, tf } from "./_tensorflow.ts";

const shapes = [
  [128, 128, 32],
  [128, 128, 128],
  [128, 256, 256],
  [256, 256, 256],
  [1, 128, 128],
] as const;
const all = await contenders();

for (const name of ["gemm", "gemmTn", "gemmNt"] as const) {
  for (const [m, n, k] of shapes) {
    const group = `gemm: ${name} ${m} x ${n} x ${k}`;
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

// How near products come to what the processor can do at all: the same number
// of operations at the learner's shapes, at the best one, and in registers.
{
  const operations = 2 * 256 ** 3;
  const group = "gemm: 33.6 million operations";
  const builds = {
    plain: await loadBuild("kernels.wasm"),
    relaxed: await loadBuild("kernels.relaxed.wasm"),
  };
  for (const [build, module] of Object.entries(builds)) {
    const { run, operations: each } = peak(build === "relaxed");
    const rounds = Math.round(operations / each);
    Deno.bench(
      `${group}: ${build}, in registers`,
      { group, baseline: build === "plain" },
      () => void run(rounds),
    );
    for (const [m, n, k] of shapes.filter(([m]) => m > 1)) {
      const own = contender(module);
      const [a, b] = [noise(own, m * k, 1), noise(own, k * n, 2)];
      const c = own.arena.floats(m * n).pointer;
      const times = Math.round(operations / (2 * m * n * k));
      Deno.bench(
        `${group}: ${build}, ${times} products ${m} x ${n} x ${k}`,
        { group },
        () => {
          for (let i = 0; i < times; i++) {
            own.kernels.gemm(a, b, c, m, n, k, 0);
          }
        },
      );
    }
  }
}
