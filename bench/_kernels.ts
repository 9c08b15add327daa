/**
 * What the kernel benches share: the kernels and their twins over memories with
 * the same contents.
 *
 * @module
 */

import {
  type Arena,
  createArena,
  createMemory,
  instantiate,
  type Kernels,
  twins,
} from "../kernels/mod.ts";

const BYTES = 32 << 20;

/** Kernels with an arena over their memory. */
export interface Contender {
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/** `kernels.wasm` and the twins, each over 32 MiB of its own. */
export async function contenders(): Promise<readonly Contender[]> {
  const url = new URL("../kernels/kernels.wasm", import.meta.url);
  const module = new WebAssembly.Module(await Deno.readFile(url));
  return [
    instantiate(module, createMemory(BYTES, false)),
    twins({ buffer: new ArrayBuffer(BYTES) }),
  ].map((kernels) => ({ kernels, arena: createArena(kernels.memory) }));
}

/** A slice of `count` standard normals times `size`. */
export function noise(
  { kernels, arena }: Contender,
  count: number,
  seed: number,
  size = 1,
): number {
  const { pointer, view } = arena.floats(count);
  kernels.normals(pointer, count, 0, seed, 0);
  view.forEach((x, i) => view[i] = size * x);
  return pointer;
}

/** The twin is the baseline of each group. */
export function isBaseline({ kernels }: Contender): boolean {
  return kernels.id === "twin";
}
