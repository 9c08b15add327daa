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

/** A compiled build of the kernels, for example `kernels.wasm`. */
export async function loadBuild(name: string): Promise<WebAssembly.Module> {
  const url = new URL(`../kernels/${name}`, import.meta.url);
  return await WebAssembly.compile(await Deno.readFile(url));
}

/** A build over 32 MiB of its own. */
export function contender(module: WebAssembly.Module): Contender {
  const kernels = instantiate(module, createMemory(BYTES, false));
  return { kernels, arena: createArena(kernels.memory) };
}

/** The twins over as much. */
export function twinContender(): Contender {
  const kernels = twins({ buffer: new ArrayBuffer(BYTES) });
  return { kernels, arena: createArena(kernels.memory) };
}

/** `kernels.wasm` and the twins. */
export async function contenders(): Promise<readonly Contender[]> {
  return [contender(await loadBuild("kernels.wasm")), twinContender()];
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
