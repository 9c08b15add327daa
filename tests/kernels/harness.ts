/**
 * What the kernel tests share: the kernels in WebAssembly and in TypeScript
 * side by side, each over its own memory with the same contents.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { assert } from "@std/assert";
import fc from "fast-check";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import type { Kernels, Pointer } from "../../kernels/types.ts";

/** Bytes of each memory. */
const BYTES = 1 << 21;

/** A compiled build of the kernels. */
export async function loadModule(name: string): Promise<WebAssembly.Module> {
  const url = new URL(`../../kernels/${name}`, import.meta.url);
  return new WebAssembly.Module(await Deno.readFile(url));
}

const plain = await loadModule("kernels.wasm");

/** The kernels in WebAssembly. */
export const wasm: Kernels = instantiate(plain, createMemory(BYTES, false));

/** Their twins. */
export const twin: Kernels = twins({ buffer: new ArrayBuffer(BYTES) });

/** Runs of memory handed out one after the other, with a guard word around each. */
export interface Bench {
  /** Room for `count` floats, all `fill`. */
  readonly room: (count: number, fill?: number) => Pointer;
  /** The given floats. */
  readonly floats: (values: ArrayLike<number>) => Pointer;
  /** The given 32-bit integers. */
  readonly integers: (values: ArrayLike<number>) => Pointer;
}

/** The memory as 32-bit words. */
export function wordsOf(kernels: Kernels): Int32Array {
  return new Int32Array(kernels.memory.buffer);
}

/** `count` floats at `pointer`. */
export function read(
  kernels: Kernels,
  pointer: Pointer,
  count: number,
): Float32Array {
  return new Float32Array(kernels.memory.buffer, pointer, count);
}

const GUARD = 0x7fc0dead;

/** Fills the memory with a pattern that is NaN as a float, and hands out runs of it. */
export function bench(kernels: Kernels): Bench {
  const words = wordsOf(kernels);
  words.fill(GUARD);
  const asFloats = new Float32Array(kernels.memory.buffer);
  let next = 257;
  function take(count: number): number {
    const at = next;
    next += count + 1;
    assert(next < words.length, "the test memory is too small");
    return at;
  }
  return {
    room(count, fill = NaN) {
      const at = take(count);
      if (!Number.isNaN(fill)) asFloats.fill(fill, at, at + count);
      return at * 4;
    },
    floats(values) {
      const at = take(values.length);
      asFloats.set(values, at);
      return at * 4;
    },
    integers(values) {
      const at = take(values.length);
      words.set(values, at);
      return at * 4;
    },
  };
}

/**
 * Runs the same program on the kernels and on the twins and holds the whole
 * memories against each other, bit for bit: outputs and everything around them.
 */
export function sameBits(program: (kernels: Kernels, bench: Bench) => void) {
  for (const kernels of [wasm, twin]) program(kernels, bench(kernels));
  sameMemory(wasm, twin);
}

/** Fails at the first word in which two memories differ. */
export function sameMemory(one: Kernels, other: Kernels): void {
  const bytes = [one, other].map(({ memory }) => new Uint8Array(memory.buffer));
  if (Buffer.compare(bytes[0], bytes[1]) === 0) return;
  const [a, b] = [wordsOf(one), wordsOf(other)];
  const [x, y] = [
    new Float32Array(one.memory.buffer),
    new Float32Array(other.memory.buffer),
  ];
  for (let i = 0; i < a.length; i++) {
    // NaN has many bit patterns, and WebAssembly does not fix which one comes out.
    const equal = a[i] === b[i] || (x[i] !== x[i] && y[i] !== y[i]);
    assert(
      equal,
      `word ${i} (byte ${4 * i}): ${one.id} has ${x[i]}, ${other.id} has ${
        y[i]
      }`,
    );
  }
}

/** Standard normal floats of a seed. */
export function normalFloats(count: number, seed: number): Float32Array {
  const bytes = 4 * count + 1024;
  const kernels = twins({ buffer: new ArrayBuffer(bytes) });
  kernels.normals(1024, count, 0, seed, 0);
  return new Float32Array(kernels.memory.buffer, 1024, count);
}

/** Any seed of 32 bits, those above 2^31 included. */
export const seeds: fc.Arbitrary<number> = fc.integer({
  min: 0,
  max: 4294967295,
});
