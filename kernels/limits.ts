/**
 * Kernels for a memory of one size: an engine that knows that a memory cannot
 * grow asks for its size once per call and not once per turn of every loop.
 *
 * ```text
 * import section:  | ... | 2 (memory) | flags | least pages | most pages | ... |
 * ```
 *
 * A module for shared memory must name a maximum, and one that names more than
 * it needs at least may see its memory grow at any time by another thread.
 *
 * @module
 */

import { PAGE } from "./arena.ts";

const IMPORT = 2;
const MEMORY = 2;
const HEADER = 8;
/** Bit of the flags that says that a maximum follows. */
const BOUNDED = 1;

/**
 * The bytes of a module of kernels whose memory has exactly `bytes` bytes,
 * whole pages of 64 KiB, as `createMemory` makes it.
 *
 * @throws {TypeError} If the module does not import one memory and nothing else.
 */
export function withMemorySize(
  module: Uint8Array<ArrayBuffer>,
  bytes: number,
): Uint8Array<ArrayBuffer> {
  for (let at = HEADER; at < module.length;) {
    const size = readNumber(module, at + 1);
    if (module[at] === IMPORT) return resized(module, at, size, bytes / PAGE);
    at = size.end + size.value;
  }
  return foreign();
}

/** A number in the format's variable length, and where it ends. */
interface Numeral {
  readonly value: number;
  readonly end: number;
}

function readNumber(bytes: Uint8Array, at: number): Numeral {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at };
  }
}

function numeral(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...numeral(value >>> 7)];
}

function resized(
  module: Uint8Array<ArrayBuffer>,
  section: number,
  size: Numeral,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const count = readNumber(module, size.end);
  let at = count.end;
  for (let names = 0; names < 2; names++) {
    const length = readNumber(module, at);
    at = length.end + length.value;
  }
  if (count.value !== 1 || module[at] !== MEMORY) return foreign();
  const flags = module[at + 1];
  const least = readNumber(module, at + 2);
  const end = flags & BOUNDED ? readNumber(module, least.end).end : least.end;
  const body = [
    ...module.subarray(size.end, at + 1),
    flags | BOUNDED,
    ...numeral(pages),
    ...numeral(pages),
    ...module.subarray(end, size.end + size.value),
  ];
  return Uint8Array.from([
    ...module.subarray(0, section + 1),
    ...numeral(body.length),
    ...body,
    ...module.subarray(size.end + size.value),
  ]);
}

function foreign(): never {
  throw new TypeError(
    "Cannot fit the kernels to a memory as the module does not import one memory and nothing else: it was not built by 'deno task build'",
  );
}
