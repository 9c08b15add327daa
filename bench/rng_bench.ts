/**
 * Random draws: kernel, twin and tfjs.
 * `deno task bench --filter /^rng/`
 *
 * @module
 */

import { contenders, isBaseline } from "./_kernels.ts";
import { tf } from "./_tensorflow.ts";

const count = 1024;
const all = await contenders();
const others = { uniforms: tf.randomUniform, normals: tf.randomNormal };

for (const name of ["uniforms", "normals"] as const) {
  const group = `rng: ${count} ${name}`;
  for (const { kernels, arena } of all) {
    const { pointer } = arena.floats(count);
    Deno.bench(
      `${group}: ${kernels.id}`,
      { group, baseline: isBaseline({ kernels, arena }) },
      () => kernels[name](pointer, count, 1, 2, 0),
    );
  }
  Deno.bench(`${group}: tfjs wasm`, { group }, () => {
    tf.tidy(() => others[name]([count]).dataSync());
  });
}
