/**
 * The safetensors layout: named tensors of 32-bit floats that Python, Rust and
 * a person with a hex viewer can read.
 *
 * ```text
 * [ length of header: 8 bytes, little-endian | header: JSON | data ]
 * header: { "__metadata__": { name: text }, name: { dtype: "F32", shape, data_offsets } }
 * ```
 *
 * The data begin at a multiple of 8 bytes: spaces fill the header up. Tensors
 * lie one behind the other, in the order of the header.
 *
 * @module
 */

import { refuseFile } from "./refuse.ts";

/** A tensor, row by row. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a file holds. */
export interface Tensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes that tell the length of the header. */
export const PREFIX = 8;

/** An entry of the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly "data_offsets": readonly [number, number];
}

/** The bytes of a file with these tensors, in their order. */
export function encodeTensors({ tensors, metadata }: Tensors): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  });
  const json = JSON.stringify({
    __metadata__: metadata,
    ...Object.fromEntries(entries),
  });
  const header = new TextEncoder().encode(json);
  const start = PREFIX + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(32, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - PREFIX), true);
  bytes.set(header, PREFIX);
  let at = start;
  for (const { data } of Object.values(tensors)) {
    bytes.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      at,
    );
    at += data.byteLength;
  }
  return bytes;
}

/**
 * What the file holds; tensors are copies.
 *
 * @throws {RangeError} If the bytes are no such file, or one that was cut.
 */
export function decodeTensors(bytes: Uint8Array): Tensors {
  const rest = bytes.length - PREFIX;
  check(rest >= 0, "is cut");
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREFIX);
  const length = Number(view.getBigUint64(0, true));
  check(length <= rest, "is cut");
  const data = bytes.subarray(PREFIX + length);
  const text = bytes.subarray(PREFIX, PREFIX + length);
  const header = parseRecord(new TextDecoder().decode(text));
  const { __metadata__: metadata = {}, ...entries } = header;
  check(
    isRecord(metadata) && Object.values(metadata).every(isText),
    "has metadata that are no texts",
  );
  let at = 0;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const begin = at;
    at = endOf(entry, begin);
    check(at <= data.length, `has no F32 tensor '${name}' where it should be`);
    // A copy begins at a multiple of four, wherever the file lay.
    const run = new Uint8Array(data.subarray(begin, at));
    const { shape } = entry as Entry;
    return [name, { shape, data: new Float32Array(run.buffer) }];
  });
  check(at === data.length, "is longer than its tensors");
  // Unlike an assignment this keeps a tensor named `__proto__` a tensor.
  return {
    tensors: Object.fromEntries(tensors),
    metadata: metadata as Tensors["metadata"],
  };
}

/**
 * A JSON object.
 *
 * @throws {RangeError} If it is none.
 */
export function parseRecord(text: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    // Said below.
  }
  check(isRecord(found), "has no JSON object as header");
  return found;
}

/**
 * Where the tensor ends that should begin at byte `begin`, NaN where it does
 * not: data that two shared would let a small file ask for much memory.
 */
function endOf(entry: unknown, begin: number): number {
  const { dtype, shape, data_offsets: offsets } = Object(entry);
  const sound = dtype === "F32" && areCounts(shape) && areCounts(offsets) &&
    offsets[0] === begin &&
    offsets[1] === shape.reduce((n, length) => n * length, 4) + begin;
  return sound ? offsets[1] : NaN;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function areCounts(list: unknown): list is readonly number[] {
  return Array.isArray(list) &&
    list.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function check(sound: boolean, fault: string): asserts sound {
  if (!sound) refuseFile(`it ${fault}`);
}
