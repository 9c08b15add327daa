/**
 * The bearer token that every request must bring.
 *
 * @module
 */

/**
 * Whether two texts are equal, in a time that depends on the length of `given`
 * alone: how far a wrong token was right must not show.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([sameText("abc", "abc"), sameText("abd", "abc")], [true, false]);
 * ```
 */
export function sameText(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let i = 0; i < given.length; i++) {
    difference |= given.charCodeAt(i) ^
      expected.charCodeAt(i % Math.max(expected.length, 1));
  }
  return difference === 0;
}

/** Whether a header `authorization` brings the token. */
export function bearsToken(
  header: string | null,
  token: string,
): boolean {
  const given = /^bearer +(\S+)$/i.exec(header ?? "")?.[1];
  return given !== undefined && sameText(given, token);
}
