/**
 * Counts in words: "1 episode", "2 episodes".
 *
 * @module
 */

/**
 * The number and its noun, of which there may be one.
 *
 * @param plural Where it is not the noun with an s.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 1, 2].map((n) => counted(n, "step")), ["0 steps", "1 step", "2 steps"]);
 * ```
 */
export function counted(
  count: number,
  noun: string,
  plural = `${noun}s`,
): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
