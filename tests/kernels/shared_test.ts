/** The build for shared memory: the same bits, from one thread and from two instances. */

import { assertEquals } from "@std/assert";
import { createArena } from "../../kernels/arena.ts";
import { createMemory, instantiate } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import { loadModule, sameMemory } from "./harness.ts";

const [plain, shared] = await Promise.all(
  ["kernels.wasm", "kernels.shared.wasm"].map(loadModule),
);
const BYTES = 2 << 20;

/** One update of a small network by every kernel; `second` computes half of it. */
function update(first: Kernels, second: Kernels): void {
  const arena = createArena(first.memory);
  const [no, ng, na, rows, horizon, episodes] = [9, 3, 4, 24, 7, 3];
  const moments = episodes * (horizon + 1);
  const size = no + ng + na;
  const [records, desired] = [moments * size, episodes * ng].map((count, i) => {
    const { pointer } = arena.floats(count);
    first.normals(pointer, count, 1, i, 0);
    return pointer;
  });
  const lengths = arena.integers([7, 5, 6]);
  const sizes = [horizon, no, ng, na, size];
  const replay = arena.integers([records, desired, lengths, 0, ...sizes]);
  const fields = [no, no, ng, na, 1, 2].map((size) =>
    arena.floats(rows * size).pointer
  );
  const batch = arena.integers(fields);
  const split = (run: (kernels: Kernels, from: number) => void) => {
    run(second, 12);
    run(first, 0);
  };
  split((kernels, from) =>
    kernels.replaySample(replay, batch, from, 12, episodes, 3, 4, 0.8, 1)
  );
  const network = arena.integers([no, 2, 1, na, 17, 33]);
  const count = 10 * 17 + 18 * 33 + 34 * na;
  const [params, target, m, v, ...gradients] = Array.from(
    { length: 6 },
    () => arena.floats(count).pointer,
  );
  first.normals(params, count, 5, 6, 0);
  const tapes = [0, 1].map(() =>
    arena.floats(12 * (3 * 50 + 4) + 2048).pointer
  );
  const y = arena.floats(rows * na).pointer;
  const dx = arena.floats(rows * no).pointer;
  const scratch = [0, 1].map(() => arena.floats(49 * 33 + 424).pointer);
  split((kernels, from) => {
    const half = from === 0 ? 0 : 1;
    const x = fields[0] + 4 * from * no;
    const out = y + 4 * from * na;
    kernels.mlpForward(network, params, x, tapes[half], out, 12);
    kernels.tanh(out, out, 12 * na);
    kernels.mlpBackward(
      network,
      params,
      x,
      tapes[half],
      out,
      gradients[half],
      dx + 4 * from * no,
      0,
      scratch[half],
      12,
    );
  });
  const [one, two] = gradients;
  first.adam(params, one, two, m, v, count, 1e-3, 0.9, 0.999, 1e-8);
  first.polyak(target, params, count, 0.05);
}

Deno.test("the shared build gives the bits of the plain build", () => {
  const one = instantiate(plain, createMemory(BYTES, false));
  const other = instantiate(shared, createMemory(BYTES, true));
  update(one, one);
  update(other, other);
  sameMemory(one, other);
});

Deno.test("two instances over one memory are one instance", () => {
  const one = instantiate(plain, createMemory(BYTES, false));
  update(one, one);
  const memory = createMemory(BYTES, true);
  const other = instantiate(shared, memory);
  update(other, instantiate(shared, memory));
  sameMemory(one, other);
  assertEquals(other.memory, memory);
});
