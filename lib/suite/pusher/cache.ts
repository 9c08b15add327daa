/**
 * CachedPETS: what PETS played in 500 consecutive steps, as data, and the
 * controller that looks its actions up (Silver et al. 2018, section 5).
 *
 * `cache.json` tells by which command it was made; a row is a text of numbers.
 *
 * @module
 */

import { type Cache, cached } from "../../control/cached.ts";
import type { Policy, Vec } from "../../types.ts";
import data from "./cache.json" with { type: "json" };

/** Samples in the cache. */
export const CACHE_SIZE: number = data.states.length;

/** States `[CACHE_SIZE][20]` and what was played in them `[CACHE_SIZE][7]`. */
export const CACHE: Cache = {
  states: data.states.map(numbers),
  actions: data.actions.map(numbers),
};

function numbers(row: string): Vec {
  return Float32Array.from(row.split(" "), Number);
}

/**
 * The controller over the first `samples` of the cache: it plays the action of
 * the nearest of them, by plain Euclidean distance of the 20 visible readings.
 *
 * @param samples From 1 to {@link CACHE_SIZE}; all of them unless given.
 * @throws {RangeError} If there are not so many.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const policy = cachedPets();
 * const { action } = policy.act(undefined, new Float32Array(27), new Float32Array(3));
 * assertEquals(action.length, 7);
 * ```
 */
export function cachedPets(samples: number = CACHE_SIZE): Policy {
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= CACHE_SIZE)) {
    throw new RangeError(
      `Cannot make controller 'cached-pets' as 'samples' must be a whole number from 1 to ${CACHE_SIZE}: current value is ${samples}`,
    );
  }
  return cached({
    states: CACHE.states.slice(0, samples),
    actions: CACHE.actions.slice(0, samples),
  });
}
