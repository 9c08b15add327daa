/**
 * What runtimes hand over as an artefact, brought to bytes and a module.
 *
 * An adapter takes what its runtime gives for the two files, never a path: the
 * program that embeds a policy reads, fetches or imports, and this library
 * stays free of effects.
 *
 * @module
 */

import { supportsSimd } from "../../kernels/features.ts";

/** A value, or the promise of one. */
export type Given<T> = T | PromiseLike<T>;

/** The bytes of a file that was read or imported. */
export type Bytes = Uint8Array | ArrayBuffer;

/** The bytes as a plain array of bytes; nothing is copied. */
export function bytesOf(bytes: Bytes): Uint8Array {
  // A `Buffer` of Node slices otherwise than the array that it claims to be, and
  // `instanceof` fails for values of another realm.
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(bytes)
    ? bytes
    : new Uint8Array(bytes);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The bytes of an answer to `fetch`.
 *
 * @throws {RangeError} If the server did not answer with the file.
 */
export async function bodyOf(answer: Response): Promise<Uint8Array> {
  if (!answer.ok) {
    throw new RangeError(
      `Cannot load a policy as '${answer.url}' must be served with status 200: current value is ${answer.status}; policy.safetensors and kernels.wasm are what 'deno task export' writes`,
    );
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * The module of `kernels.wasm`; none where there are no bytes or the engine has
 * no WebAssembly with SIMD, so that the TypeScript twins compute the same bits.
 *
 * @throws {WebAssembly.CompileError} If the bytes are no module.
 */
export function moduleOf(
  bytes: Uint8Array | undefined,
): Promise<WebAssembly.Module | undefined> {
  const able = typeof WebAssembly === "object" && supportsSimd();
  return able && bytes !== undefined
    ? WebAssembly.compile(bytes as BufferSource)
    : Promise.resolve(undefined);
}
