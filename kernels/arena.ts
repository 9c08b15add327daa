/**
 * A bump allocator over the kernels' memory.
 *
 * ```text
 * 0        1024                    next                       byteLength
 * | unused | slice | slice | ...   | free                     |
 * ```
 *
 * Slices are 64-byte aligned. Memory never grows, so views never die. Two
 * threads that allocate the same sizes in the same order over one shared
 * memory get the same slices: that is how Workers share the learner.
 *
 * @module
 */

import type { KernelMemory, Pointer } from "./types.ts";

/** A run of 32-bit floats in the kernels' memory. */
export interface Slice {
  readonly pointer: Pointer;
  readonly view: Float32Array;
}

/** Hands out memory; `next` is the first free byte. */
export interface Arena {
  readonly memory: KernelMemory;
  readonly floats: (count: number) => Slice;
  readonly integers: (values: ArrayLike<number>) => Pointer;
  readonly used: () => number;
}

/** Bytes in a page of WebAssembly memory. */
export const PAGE = 65536;

/**
 * Bytes of the largest memory, 1 GiB, as `deno task build` declares it in the
 * modules for shared memory. Pointers must fit 31 bits, so 2 GiB at most.
 */
export const LARGEST_MEMORY = 16384 * PAGE;

/** First byte handed out: pointer 0 means "none", so it is never given. */
export const ARENA_BASE = 1024;
const ALIGNMENT = 64;

/** Bytes that a slice of `count` floats takes, padding included. */
export function sliceBytes(count: number): number {
  return Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT;
}

/**
 * An arena over `memory`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const arena = createArena({ buffer: new ArrayBuffer(4096) });
 * assertEquals(arena.floats(3).pointer, 1024);
 * assertEquals(arena.floats(3).pointer, 1088);
 * ```
 */
export function createArena(memory: KernelMemory): Arena {
  let next = ARENA_BASE;
  function take(bytes: number): Pointer {
    const pointer = next;
    const size = sliceBytes(bytes / 4);
    if (pointer + size > memory.buffer.byteLength) {
      throw new RangeError(
        `Cannot take ${size} bytes from the kernel arena: ${next} of ${memory.buffer.byteLength} bytes are in use; make the memory larger, up to ${LARGEST_MEMORY} bytes, or the networks, the batch or replay smaller`,
      );
    }
    next += size;
    return pointer;
  }
  return {
    memory,
    floats(count) {
      const pointer = take(count * 4);
      return { pointer, view: new Float32Array(memory.buffer, pointer, count) };
    },
    integers(values) {
      const pointer = take(values.length * 4);
      new Int32Array(memory.buffer, pointer, values.length).set(values);
      return pointer;
    },
    used: () => next,
  };
}
