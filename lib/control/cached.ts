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

import type { Policy, Vec } from "../types.ts";

/** Moments and what was played in them, row by row. */
export interface Cache {
  /** Rows of observations, `[m][n]`: the leading entries that are compared. */
  readonly states: readonly ArrayLike<number>[];
  /** Rows of actions, `[m][actionSize]`. */
  readonly actions: readonly ArrayLike<number>[];
}

/**
 * The policy that looks up its action. It remembers nothing; of states that
 * are equally near the first counts. The action is lent and, as cached, not
 * clipped.
 *
 * @throws {RangeError} If the cache is empty, its rows do not match or an entry
 * is not finite; when acting, if the observation is shorter than a cached state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const policy = cached({ states: [[0, 0], [1, 1]], actions: [[-1], [0.5]] });
 * const seen = Float32Array.of(0.9, 0.7, 123); // the third entry is not compared
 * assertEquals(policy.act(undefined, seen, new Float32Array(1)).action[0], 0.5);
 * ```
 */
export function cached({ states, actions }: Cache): Policy {
  if (states.length !== actions.length) {
    fail(
      `'states' and 'actions' must have as many rows: ` +
        `found ${states.length} and ${actions.length}`,
    );
  }
  const table = flat("states", states);
  const moves = flat("actions", actions);
  const width = states[0].length;
  const size = actions[0].length;
  const action = new Float32Array(size);
  return {
    id: `cached(${states.length})`,
    init: () => undefined,
    act: (_memory, observation) => {
      checkWidth(observation, width);
      const row = nearestRow(table, width, observation);
      for (let i = 0; i < size; i++) action[i] = moves[row * size + i];
      return { action, memory: undefined };
    },
  };
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
function flat(name: string, rows: readonly ArrayLike<number>[]): Vec {
  if (rows.length === 0) fail(`'${name}' must have at least one row`);
  const width = rows[0].length;
  if (width === 0) fail(`the rows of '${name}' must have entries`);
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    if (row.length !== width) {
      fail(
        `the rows of '${name}' must have as many entries: row 0 has ${width}, row ${i} has ${row.length}`,
      );
    }
    out.set(row, i * width);
  });
  const odd = out.findIndex((x) => !Number.isFinite(x));
  if (odd >= 0) {
    fail(
      `'${name}' must be finite: entry ${odd % width} of row ${
        Math.floor(odd / width)
      } is ${out[odd]}`,
    );
  }
  return out;
}

function checkWidth(observation: Vec, width: number): void {
  if (observation.length >= width) return;
  throw new RangeError(
    `Cannot look up an action as the cached states have ${width} entries and the observation has ${observation.length}: use a cache made on this task`,
  );
}

function fail(fault: string): never {
  throw new RangeError(
    `Cannot make a cached controller as ${fault}. Make the cache anew, one row of each per step`,
  );
}
