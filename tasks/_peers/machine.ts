/**
 * What this machine is: ratios of matrix work depend on how wide it computes.
 *
 * @module
 */

/** Vector instructions from wide to narrow, as Linux calls them. */
const WIDTHS: readonly (readonly [string, string])[] = [
  ["avx512f", "AVX-512"],
  ["avx2", "AVX2"],
  ["avx", "AVX"],
  ["sse4_2", "SSE4.2"],
  ["asimd", "NEON"],
];

/**
 * Processor and width of vector instructions from the text of `/proc/cpuinfo`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const text = "model name\t: Abacus 9\nflags\t\t: fpu sse4_2 avx avx2\n";
 * assertEquals(processor(text), "Abacus 9 (AVX2)");
 * ```
 */
export function processor(text: string): string {
  const field = (name: RegExp) =>
    new RegExp(`^(?:${name.source})\\s*:\\s*(.*)$`, "mi").exec(text)?.[1] ?? "";
  const name = field(/model name|hardware/) || Deno.build.arch;
  const flags = field(/flags|features/).split(" ");
  const width = WIDTHS.find(([flag]) => flags.includes(flag))?.[1];
  return width === undefined ? name : `${name} (${width})`;
}
