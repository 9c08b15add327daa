/**
 * What a refusal is.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

/** A sentence that says what cannot be done, why, and what to do. */
const SENTENCE =
  /^Cannot (?:load the policy|act|filter) as [^\n]+(?:: |and |;|\. )[^\n]+$/;

/** Longest sentence that a person reads. */
const LONGEST = 400;

/**
 * The sentence of the `RangeError` that `run` ends with.
 *
 * @throws If it ends well or otherwise.
 */
export function refusalOf(run: () => unknown, about = ""): string {
  try {
    run();
  } catch (error) {
    assert(error instanceof RangeError, `${about}: ${error}`);
    assertEquals(error.constructor, RangeError, about);
    const { message } = error;
    assert(SENTENCE.test(message), `${about}: no sentence: ${message}`);
    assert(message.length <= LONGEST, `${about}: ${message.length} characters`);
    return message;
  }
  throw new Error(`${about}: it was not refused`);
}

/** Holds a sentence to contain each of the parts. */
export function assertSays(
  sentence: string,
  ...parts: readonly string[]
): void {
  for (const part of parts) {
    assert(sentence.includes(part), `'${part}' is not in: ${sentence}`);
  }
}
