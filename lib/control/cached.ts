/**
 * A controller by example: of the moments in a cache, play the action of the
 * nearest (Silver et al. 2018, section 5: CachedPETS),
 *
 *   a(o) = a_j,  j = argmin_i |o - s_i|_2
 *
 * over the first entries of the observation, as many as a cached state has.
 * The distance is plain, so entries in large units weigh most.
 *
 * @module
 */

import type { Policy, Sizes, Vec } from "../types.ts";
import type { Rule } from "./controller.ts";

/** Moments and what was played in them, row by row. */
export interface Cache {
  /** Rows of observations, `[m][n]`: the leading entries that are compared. */
  readonly states: readonly ArrayLike<number>[];
  /** Rows of actions, `[m][actionSize]`. */
  readonly actions: readonly ArrayLike<number>[];
}

/** How wide the rows of a cache must be: what is compared, and what is played. */
export type CacheSizes = Pick<Sizes, "observationSize" | "actionSize">;

/**
 * The policy that looks up its action. It remembers nothing; of states that
 * are equally near the first counts. The action is lent and, as cached, not
 * clipped.
 *
 * @param sizes Of the task that it is to play; unless given, the first rows
 * tell how wide all are.
 * @throws {RangeError} If the cache is empty, its rows are not of these sizes
 * or do not match, or an entry is not finite; when acting, if the observation
 * is shorter than a cached state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const policy = cached({ states: [[0, 0], [1, 1]], actions: [[-1], [0.5]] });
 * const seen = Float32Array.of(0.9, 0.7, 123); // the third entry is not compared
 * assertEquals(policy.act(undefined, seen, new Float32Array(1)).action[0], 0.5);
 * ```
 */
export function cached(cache: Cache, sizes?: CacheSizes): Policy {
  const fault = faultOfCache(cache, sizes);
  if (fault !== undefined) {
    throw new RangeError(
      `Cannot make a cached controller as ${fault}. Make the cache anew, one row of each per step`,
    );
  }
  const { states, actions } = cache;
  const rule = lookUpRule(flat(states), flat(actions), states.length);
  const width = states[0].length;
  const action = new Float32Array(actions[0].length);
  return {
    id: `cached(${states.length})`,
    init: () => undefined,
    act: (_memory, observation, desired) => {
      checkWidth(observation, width);
      rule(observation, desired, action);
      return { action, memory: undefined };
    },
  };
}

/**
 * The controller as a rule over tables known to be sound: `rows` states one
 * after another, and as many actions.
 */
export function lookUpRule(states: Vec, actions: Vec, rows: number): Rule {
  const width = states.length / rows;
  const size = actions.length / rows;
  return (observation, _desired, out) => {
    const row = nearestRow(states, width, observation);
    for (let i = 0; i < size; i++) out[i] = actions[row * size + i];
  };
}

/** What keeps a cache from being looked up in, in words that follow "as"; `undefined` where nothing does. */
export function faultOfCache(
  { states, actions }: Cache,
  sizes?: CacheSizes,
): string | undefined {
  if (states.length !== actions.length) {
    return `'states' and 'actions' must have as many rows: ` +
      `found ${states.length} and ${actions.length}`;
  }
  return faultOfRows("states", states, sizes?.observationSize) ??
    faultOfRows("actions", actions, sizes?.actionSize);
}

/** Row of `table`, `[m, width]`, nearest to the first `width` entries of `point`. */
function nearestRow(table: Vec, width: number, point: Vec): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < table.length; at += width) {
    let sum = 0;
    for (let i = 0; i < width && sum < least; i++) {
      const gap = point[i] - table[at + i];
      sum += gap * gap;
    }
    if (sum < least) {
      least = sum;
      best = at / width;
    }
  }
  return best;
}

/** The rows one after another, 32-bit. */
function flat(rows: readonly ArrayLike<number>[]): Vec {
  const width = rows[0].length;
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => out.set(row, i * width));
  return out;
}

/** Rows must be there, as wide as one another and `size` wide where that is known, and finite as 32-bit floats. */
function faultOfRows(
  name: string,
  rows: readonly ArrayLike<number>[],
  size?: number,
): string | undefined {
  if (rows.length === 0) return `'${name}' must have at least one row`;
  const width = size ?? rows[0].length;
  if (width === 0) return `the rows of '${name}' must have entries`;
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) {
      return size === undefined
        ? `the rows of '${name}' must have as many entries: row 0 has ${width}, row ${i} has ${row.length}`
        : `the rows of '${name}' must have ${size} entries: row ${i} has ${row.length}`;
    }
    const odd = Float32Array.from(row).findIndex((x) => !Number.isFinite(x));
    if (odd >= 0) {
      return `'${name}' must be finite: entry ${odd} of row ${i} is ${
        row[odd]
      }`;
    }
  }
  return undefined;
}

function checkWidth(observation: Vec, width: number): void {
  if (observation.length >= width) return;
  throw new RangeError(
    `Cannot look up an action as the cached states have ${width} entries and the observation has ${observation.length}: use a cache made on this task`,
  );
}
