/**
 * CachedPETS: what PETS played in 500 consecutive steps, as data, and the
 * controller that looks its actions up (Silver et al. 2018, section 5).
 *
 * `cache.json` tells by which command it was made; a row is a text of numbers.
 * It is read when the controller is made and not before, so that a damaged one
 * stops nothing else.
 *
 * @module
 */

import { type Cache, cached, faultOfCache } from "../../control/cached.ts";
import { refuse } from "../../errors.ts";
import type { Policy, Vec } from "../../types.ts";
import text from "./cache.json" with { type: "text" };
import { VISIBLE } from "./pusher.ts";
import { JOINTS } from "./scene.ts";

/** Samples in the cache. */
export const CACHE_SIZE = 500;

/** What a row must hold. */
const SIZES = { observationSize: VISIBLE, actionSize: JOINTS } as const;

/** Where the cache lies, for people. */
const FILE = "lib/suite/pusher/cache.json";

/**
 * The cache in a text: {@link CACHE_SIZE} states of 20 numbers and as many
 * actions of 7 from -1 to 1.
 *
 * @throws {Refusal} Of a `ConfigError` that names the file and what makes it
 * again, if the text is not such a cache.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * assertEquals(readCache().states.length, CACHE_SIZE);
 * assertThrows(() => readCache("{"), Error, "it is not whole JSON");
 * ```
 */
export function readCache(json: string = text): Cache {
  const { states, actions } = parsed(json);
  const cache = {
    states: rows("states", states),
    actions: rows("actions", actions),
  };
  const fault = faultOfCache(cache, SIZES);
  if (fault !== undefined) damaged(fault);
  const wild = cache.actions.findIndex((row) =>
    Array.from(row).some((a) => Math.abs(a) > 1)
  );
  if (wild >= 0) damaged(`row ${wild} of 'actions' leaves the box -1 to 1`);
  return cache;
}

/**
 * The controller over the first `samples` of the cache: it plays the action of
 * the nearest of them, by plain Euclidean distance of the 20 visible readings.
 *
 * @param samples From 1 to {@link CACHE_SIZE}; all of them unless given.
 * @throws {RangeError} If there are not so many.
 * @throws {Refusal} If `cache.json` is damaged; see {@link readCache}.
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
  const { states, actions } = readCache();
  const first = {
    states: states.slice(0, samples),
    actions: actions.slice(0, samples),
  };
  return cached(first, SIZES);
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json));
  } catch {
    return damaged("it is not whole JSON");
  }
}

/** The rows of one name: as many texts of numbers as the cache has samples. */
function rows(name: string, found: unknown): readonly Vec[] {
  if (!Array.isArray(found)) return damaged(`it holds no list '${name}'`);
  if (found.length !== CACHE_SIZE) {
    damaged(`'${name}' has ${found.length} rows`);
  }
  return found.map((row, i) =>
    typeof row === "string"
      ? Float32Array.from(row.split(" "), number)
      : damaged(`row ${i} of '${name}' is not a text of numbers`)
  );
}

/** An empty word is no number, though JavaScript reads it as 0. */
function number(word: string): number {
  return word === "" ? NaN : Number(word);
}

function damaged(why: string): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot use the cache '${FILE}' as ${why}. It must hold ${CACHE_SIZE} states of ${VISIBLE} numbers and as many actions of ${JOINTS} from -1 to 1: put the file back, or make it again with: deno task pets --seed 1 --cache ${FILE}`,
  });
}
