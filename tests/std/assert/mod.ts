/**
 * An offline stand-in for the five functions of `@std/assert` that our tests
 * and examples use, so that the suite runs where JSR cannot be reached.
 *
 * @module
 */

import assert_ from "node:assert/strict";

/** Fails unless `condition` is truthy. */
export function assert(
  condition: unknown,
  message?: string,
): asserts condition {
  assert_.ok(condition, message);
}

/** Fails unless the two values are deeply and strictly equal. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assert_.deepStrictEqual(actual, expected, message);
}

/** Fails unless the two numbers differ by at most `tolerance`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = 1e-7,
  message?: string,
): void {
  const difference = Math.abs(actual - expected);
  assert_.ok(
    difference <= tolerance,
    message ??
      `Expected ${actual} to be within ${tolerance} of ${expected}: difference is ${difference}`,
  );
}

/** Fails unless `run` throws an instance of `type` whose message contains `part`. */
export function assertThrows<E extends Error>(
  run: () => unknown,
  // deno-lint-ignore no-explicit-any
  type?: new (...args: any[]) => E,
  part?: string,
): E {
  try {
    run();
  } catch (error) {
    return check(error, type, part);
  }
  throw new assert_.AssertionError({ message: "Expected function to throw" });
}

/** Fails unless `run` rejects with an instance of `type` whose message contains `part`. */
export async function assertRejects<E extends Error>(
  run: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  type?: new (...args: any[]) => E,
  part?: string,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return check(error, type, part);
  }
  throw new assert_.AssertionError({ message: "Expected function to reject" });
}

function check<E extends Error>(
  error: unknown,
  // deno-lint-ignore no-explicit-any
  type?: new (...args: any[]) => E,
  part?: string,
): E {
  if (type !== undefined) {
    assert_.ok(
      error instanceof type,
      `Expected ${type.name}: received ${error}`,
    );
  }
  if (part !== undefined) {
    const message = error instanceof Error ? error.message : String(error);
    assert_.ok(
      message.includes(part),
      `Expected the message to contain "${part}": received "${message}"`,
    );
  }
  return error as E;
}
