/** What the compiled modules are, read from their sections. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import { KERNELS } from "../../lib/edge/kernels.ts";
import { loadModule } from "./harness.ts";

const builds = [
  "kernels.wasm",
  "kernels.shared.wasm",
  "kernels.relaxed.wasm",
  "kernels.relaxed.shared.wasm",
];
const folder = new URL("../../kernels/", import.meta.url);

/** Section ids of the binary format. */
const [START, GLOBAL, DATA, TABLE] = [8, 6, 11, 4];

/** The ids of a module's sections, in order. */
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let size = 0;
    for (let shift = 0;; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

for (const build of builds) {
  Deno.test(`${build} holds code and nothing that Workers over one memory could overwrite`, async () => {
    const ids = sectionIds(await Deno.readFile(new URL(build, folder)));
    for (const id of [START, GLOBAL, DATA, TABLE]) assert(!ids.includes(id));
  });

  Deno.test(`${build} imports env.memory alone and exports every kernel`, async () => {
    const module = await loadModule(build);
    assertEquals(
      WebAssembly.Module.imports(module).map((each) =>
        `${each.module}.${each.name} ${each.kind}`
      ),
      ["env.memory memory"],
    );
    const names = WebAssembly.Module.exports(module).map((each) => each.name);
    const { id: _id, memory: _memory, ...kernels } = twins({
      buffer: new ArrayBuffer(4),
    });
    // Besides, the version of their interface.
    const expected = [...Object.keys(kernels), `kernels_${KERNELS}`];
    assertEquals(names.sort(), expected.sort());
  });

  Deno.test(`${build} is below 64 KB`, async () => {
    const { size } = await Deno.stat(new URL(build, folder));
    assert(size < 65536, `${size} bytes`);
  });
}

Deno.test("the AssemblyScript sources keep their decorators, which deno fmt would delete", async () => {
  const counts = new Map<string, number>();
  for await (const { name } of Deno.readDir(new URL("assembly/", folder))) {
    const url = new URL(`assembly/${name}`, folder);
    const text = await Deno.readTextFile(url);
    counts.set(name, text.match(/^@inline$/gm)?.length ?? 0);
  }
  for (const name of ["lanes.ts", "rng.ts", "gemm_nt.ts"]) {
    assert((counts.get(name) ?? 0) > 0, `${name} has lost its decorators`);
  }
});

Deno.test("a memory has whole pages, cannot grow, and is refused beyond 1 GiB", () => {
  const memory = createMemory(65537, false);
  assertEquals(memory.buffer.byteLength, 131072);
  assertThrows(() => memory.grow(1), RangeError);
  assert(createMemory(1, true).buffer instanceof SharedArrayBuffer);
  for (const bytes of [0, -1, NaN, 2 ** 30 + 1]) {
    assertThrows(() => createMemory(bytes, false), RangeError, "bytes");
  }
});

Deno.test("module and memory must be of one kind", async () => {
  for (const build of builds) {
    const module = await loadModule(build);
    const wrong = createMemory(65536, !build.includes("shared"));
    assertThrows(() => instantiate(module, wrong), TypeError, "shared");
  }
});

Deno.test("the shared build accepts every memory that createMemory gives", async () => {
  const shared = await loadModule("kernels.shared.wasm");
  for (const bytes of [1, 65536, 10_000_000]) {
    assertEquals(instantiate(shared, createMemory(bytes, true)).id, "wasm");
  }
});
