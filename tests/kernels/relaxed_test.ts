/** The relaxed build: fused where it may be, the same everywhere else, and never in the plain one. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createArena } from "../../kernels/arena.ts";
import { supportsRelaxedSimd, supportsSimd } from "../../kernels/features.ts";
import { createMemory, instantiate } from "../../kernels/mod.ts";
import { benchLearner } from "../../bench/_learner.ts";
import { sampler } from "../../tasks/_peers/jobs.ts";
import { fastRecipe } from "../../lib/learn/ready_recipes.ts";
import { loadModule, normalFloats, sameMemory, seeds } from "./harness.ts";

const folder = new URL("../../kernels/", import.meta.url);
const BYTES = 1 << 20;

const [plain, relaxed, shared] = await Promise.all(
  ["kernels.wasm", "kernels.relaxed.wasm", "kernels.relaxed.shared.wasm"]
    .map(loadModule),
);

/** Places that look like an instruction of relaxed SIMD: prefix 0xfd, number 0x100 to 0x113. */
async function relaxedInstructions(build: string): Promise<number> {
  const bytes = await Deno.readFile(new URL(build, folder));
  return bytes.filter((byte, i) =>
    byte === 0xfd && bytes[i + 1] >= 0x80 && bytes[i + 1] < 0x94 &&
    bytes[i + 2] === 0x02
  ).length;
}

Deno.test("only the relaxed builds hold relaxed instructions", async () => {
  assertEquals(await relaxedInstructions("kernels.wasm"), 0);
  assertEquals(await relaxedInstructions("kernels.shared.wasm"), 0);
  const found = await relaxedInstructions("kernels.relaxed.wasm");
  assert(found > 50, `${found} instructions`);
  assertEquals(await relaxedInstructions("kernels.relaxed.shared.wasm"), found);
});

Deno.test("what the engine says of itself is what it does with the builds", async () => {
  const accepts = async (build: string) =>
    WebAssembly.validate(await Deno.readFile(new URL(build, folder)));
  assertEquals(supportsSimd(), await accepts("kernels.wasm"));
  assertEquals(supportsRelaxedSimd(), await accepts("kernels.relaxed.wasm"));
});

Deno.test("relaxed products are within the rounding of a sum of k terms", () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, size, size, seeds, (m, n, k, seed) => {
      const kernels = instantiate(relaxed, createMemory(BYTES, false));
      const arena = createArena(kernels.memory);
      const [a, b, c] = [m * k, k * n, m * n].map((count) =>
        arena.floats(count)
      );
      a.view.set(normalFloats(m * k, seed));
      b.view.set(normalFloats(k * n, seed ^ 1));
      kernels.gemm(a.pointer, b.pointer, c.pointer, m, n, k, 0);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let exact = 0;
          let size = 0;
          for (let l = 0; l < k; l++) {
            const term = a.view[i * k + l] * b.view[l * n + j];
            exact += term;
            size += Math.abs(term);
          }
          // Higham 2002, section 3.1; fused or not, n roundings bound it.
          const bound = 1.01 * (k + 1) * 2 ** -24 * size;
          assert(Math.abs(c.view[i * n + j] - exact) <= bound);
        }
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("draws have the bits of the plain build", () => {
  const both = [plain, relaxed].map((module) =>
    instantiate(module, createMemory(BYTES, false))
  );
  for (const kernels of both) {
    const arena = createArena(kernels.memory);
    kernels.uniforms(arena.floats(1000).pointer, 1000, 1, 2, 3);
    kernels.normals(arena.floats(1000).pointer, 1000, 1, 2, 3);
  }
  sameMemory(both[0], both[1]);
});

Deno.test("replay has the bits of the plain build", () => {
  const [one, other] = [plain, relaxed].map((module) => {
    const learner = benchLearner(
      { ...fastRecipe(), hidden: [8], batch: 64 },
      (memory) => instantiate(module, memory),
    );
    sampler(learner)();
    return learner.batch;
  });
  for (const name of ["observation", "goal", "action", "reward"] as const) {
    assertEquals(other[name].view, one[name].view, name);
  }
  assert(new Set(one.reward.view).size > 1);
  assertEquals(other.index, one.index);
});

Deno.test("the relaxed build for shared memory gives the bits of the relaxed build", () => {
  const [one, other] = [
    instantiate(relaxed, createMemory(BYTES, false)),
    instantiate(shared, createMemory(BYTES, true)),
  ];
  for (const kernels of [one, other]) {
    const arena = createArena(kernels.memory);
    const [a, b, c] = [33 * 29, 29 * 31, 33 * 31].map((n) => arena.floats(n));
    a.view.set(normalFloats(33 * 29, 1));
    b.view.set(normalFloats(29 * 31, 2));
    kernels.gemm(a.pointer, b.pointer, c.pointer, 33, 31, 29, 0);
  }
  sameMemory(one, other);
});
