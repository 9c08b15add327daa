/**
 * What this engine's WebAssembly can do, asked with the smallest modules that
 * need it.
 *
 * @module
 */

/** Magic and version; one type, `() -> v128`; one function of it. */
const HEAD = [
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0],
];

/** `i32.const 0`, `i8x16.splat`. */
const ZEROS = [65, 0, 253, 15];

/** `f32x4.relaxed_madd`. */
const MADD = [253, 133, 2];

/**
 * Whether the engine has 128-bit SIMD, which the compiled kernels need. Where
 * it has not, `twins` compute the same bits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(typeof supportsSimd(), "boolean");
 * ```
 */
export function supportsSimd(): boolean {
  return accepts(ZEROS);
}

/** Whether the engine has relaxed SIMD, which the relaxed build needs. */
export function supportsRelaxedSimd(): boolean {
  return accepts([...ZEROS, ...ZEROS, ...ZEROS, ...MADD]);
}

/** Whether a function of these instructions is valid. */
function accepts(instructions: readonly number[]): boolean {
  const body = [0, ...instructions, 11];
  const code = [10, body.length + 2, 1, body.length, ...body];
  return WebAssembly.validate(Uint8Array.from([...HEAD, ...code]));
}
