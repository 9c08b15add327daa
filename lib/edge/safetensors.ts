/**
 * The safetensors layout: named tensors of 32-bit floats that Python, Rust and
 * a person with a hex viewer can read.
 *
 * ```text
 * [ length of header: 8 bytes, little-endian | header: JSON | data ]
 * header: { "__metadata__": { name: text }, name: { dtype: "F32", shape, data_offsets } }
 * ```
 *
 * The data begin at a multiple of 8 bytes: spaces fill the header up.
 *
 * @module
 */

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
const PREFIX = 8;

/** Longest header that is read: no policy comes near it. */
const LONGEST_HEADER = 4 * 1024 * 1024;

/** An entry of the header. */
interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
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
  const { header, data } = split(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTexts(metadata)) refuse("its metadata are not all texts");
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(entries)) {
    tensors[name] = readTensor(name, entry as Entry, data);
  }
  return { tensors, metadata };
}

function split(bytes: Uint8Array) {
  if (bytes.length < PREFIX) refuse(`it has ${bytes.length} bytes alone`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(0, true));
  if (length > LONGEST_HEADER || PREFIX + length > bytes.length) {
    refuse(
      `its header should have ${length} bytes and ${
        bytes.length - PREFIX
      } are there`,
    );
  }
  const text = bytes.subarray(PREFIX, PREFIX + length);
  const header = parse(new TextDecoder().decode(text));
  return { header, data: bytes.subarray(PREFIX + length) };
}

function parse(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return refuse("its header is not JSON");
  }
  if (!isRecord(header)) refuse("its header is no object");
  return header;
}

function readTensor(name: string, entry: Entry, data: Uint8Array): Tensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry)
    ? entry
    : {} as Entry;
  if (dtype !== "F32") refuse(`tensor '${name}' is not of type F32`);
  const counts = Array.isArray(shape) && shape.every(isCount);
  const ends = Array.isArray(offsets) && offsets.length === 2 &&
    offsets.every(isCount);
  if (!counts || !ends) refuse(`tensor '${name}' has no shape or no place`);
  const [begin, end] = offsets;
  const size = 4 * shape.reduce((n, length) => n * length, 1);
  if (end > data.length) {
    refuse(`tensor '${name}' ends at byte ${end} of ${data.length}`);
  }
  if (end - begin !== size) {
    refuse(`tensor '${name}' [${shape}] has ${end - begin} bytes, not ${size}`);
  }
  // A copy begins at a multiple of four, wherever the file lay.
  return { shape, data: new Float32Array(data.slice(begin, end).buffer) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) &&
    Object.values(value).every((text) => typeof text === "string");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 0;
}

function refuse(found: string): never {
  throw new RangeError(
    `Cannot read the bytes as safetensors as ${found}: fetch or export the file again`,
  );
}
