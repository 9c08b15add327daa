/**
 * Random draws: kernel and twin. `deno bench -R -E --allow-sys bench/rng_bench.ts`
 *
 * @module
 */

import { contenders, isBaseline } from "./_kernels.ts";

const count = 1024;

for (const contender of await contenders()) {
  const { kernels, arena } = contender;
  const { pointer } = arena.floats(count);
  for (const name of ["uniforms", "normals"] as const) {
    const group = `${count} ${name}`;
    Deno.bench(
      `${group}: ${kernels.id}`,
      { group, baseline: isBaseline(contender) },
      () => kernels[name](pointer, count, 1, 2, 0),
    );
  }
}
