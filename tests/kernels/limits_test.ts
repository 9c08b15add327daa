/** Kernels for a memory of one size. */

import { assertEquals, assertThrows } from "@std/assert";
import { withMemorySize } from "../../kernels/limits.ts";
import { createMemory, instantiate } from "../../kernels/mod.ts";

function bytesOf(name: string) {
  return Deno.readFile(new URL(`../../kernels/${name}`, import.meta.url));
}

Deno.test("fitted kernels take a memory of just that size, and compute as before", async () => {
  for (const [name, shared] of [["kernels", false], ["kernels.shared", true]]) {
    const bytes = await bytesOf(`${name}.wasm`);
    for (const size of [65536, 131072, 20_000_000, 2 ** 30 - 65536]) {
      const memory = createMemory(size, shared as boolean);
      const fitted = withMemorySize(bytes, memory.buffer.byteLength);
      const kernels = instantiate(new WebAssembly.Module(fitted), memory);
      const view = new Float32Array(memory.buffer, 1024, 2);
      kernels.uniforms(1024, 1, 1, 2, 3);
      const plain = instantiate(new WebAssembly.Module(bytes), memory);
      plain.uniforms(1028, 1, 1, 2, 3);
      assertEquals(view[0], view[1]);
    }
    const module = new WebAssembly.Module(withMemorySize(bytes, 131072));
    const other = createMemory(65536, shared as boolean);
    assertThrows(() => instantiate(module, other), TypeError);
  }
});

Deno.test("what is fitted anew is fitted as at first", async () => {
  const bytes = await bytesOf("kernels.shared.wasm");
  const twice = withMemorySize(withMemorySize(bytes, 2 ** 30), 131072);
  assertEquals(twice, withMemorySize(bytes, 131072));
});

Deno.test("a module without an imported memory is refused", () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  assertThrows(() => withMemorySize(empty, 65536), TypeError, "memory");
});
