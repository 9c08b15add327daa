/**
 * The most that the processor does in registers with 128-bit lanes: chains of
 * acc = acc x + y, as many as hide the latency, no memory.
 *
 * A matrix product cannot be faster; how near it comes is its quality.
 *
 * @module
 */

const V128 = 0x7b;
const MUL = [0xfd, 0xe6, 0x01];
const ADD = [0xfd, 0xe4, 0x01];
const RELAXED_MADD = [0xfd, 0x85, 0x02];
const SPLAT = [0xfd, 0x13];

/** Independent chains that hide the latency: of two instructions, and of one. */
const CHAINS = { plain: 20, relaxed: 12 };

/** A loop that multiplies and adds. */
export interface Peak {
  /** Does rounds; what it returns only keeps the chains from being left out. */
  readonly run: (rounds: number) => number;
  /** Floating-point operations per round: chains x 4 lanes x (multiply, add). */
  readonly operations: number;
}

/** The loop in plain or in relaxed (fused) instructions. */
export function peak(relaxed = false): Peak {
  const chains = relaxed ? CHAINS.relaxed : CHAINS.plain;
  const module = new WebAssembly.Module(moduleBytes(chains, relaxed));
  const { exports } = new WebAssembly.Instance(module);
  return {
    run: exports.f as (rounds: number) => number,
    operations: chains * 4 * 2,
  };
}

/** `(func (export "f") (param i32) (result f32) ...)`. */
function moduleBytes(
  chains: number,
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...sized(body(chains, relaxed))]),
  ]);
}

function body(count: number, relaxed: boolean): readonly number[] {
  const [x, y] = [count + 1, count + 2];
  const chains = Array.from({ length: count }, (_, i) => i + 1);
  const step = (acc: number) =>
    relaxed
      ? [...get(acc), ...get(x), ...get(y), ...RELAXED_MADD, ...set(acc)]
      : [...get(acc), ...get(x), ...MUL, ...get(y), ...ADD, ...set(acc)];
  return [
    ...[1, count + 2, V128],
    ...[...constant(0.75), ...SPLAT, ...set(x)],
    ...[...constant(0.25), ...SPLAT, ...set(y)],
    ...chains.flatMap((acc) => [...constant(acc), ...SPLAT, ...set(acc)]),
    ...[0x03, 0x40], // loop
    ...chains.flatMap(step),
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // until --rounds is 0
    ...get(1),
    ...chains.slice(1).flatMap((acc) => [...get(acc), ...ADD]),
    ...[0xfd, 0x1f, 0], // the first lane
    0x0b,
  ];
}

function get(local: number): readonly number[] {
  return [0x20, local];
}

function set(local: number): readonly number[] {
  return [0x21, local];
}

function constant(value: number): readonly number[] {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
}

function section(id: number, content: readonly number[]): readonly number[] {
  return [id, ...sized(content)];
}

/** Length in LEB128, then the content; two bytes are enough here. */
function sized(content: readonly number[]): readonly number[] {
  const { length } = content;
  const bytes = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return [...bytes, ...content];
}
