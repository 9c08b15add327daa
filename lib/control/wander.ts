/**
 * A controller that wanders: actions that are random but change slowly, so that
 * a body with inertia gets about,
 *
 *   w <- rho w + sqrt(1 - rho^2) z,   action = clip(w, -1, 1)
 *
 * with standard normal z; white noise where rho is 0.
 *
 * @module
 */

import { normal } from "../rng/distributions.ts";
import { foldIn } from "../rng/key.ts";
import type { Controller, Key } from "../types.ts";

/** Where a wanderer is. */
export interface Wander {
  /** What the next action is drawn about, `[actionSize]`. */
  readonly place: Float64Array;
  readonly key: Key;
  /** Actions taken since the start of the episode. */
  readonly step: number;
}

/**
 * The controller; it looks at nothing.
 *
 * @param actionSize Entries of an action.
 * @param correlation Of an action with the one before, from 0 to below 1.
 * @throws {RangeError} If the correlation is out of its range.
 */
export function wander(
  actionSize: number,
  correlation: number,
): Controller<Wander> {
  if (!(correlation >= 0 && correlation < 1)) {
    throw new RangeError(
      `Cannot wander as 'correlation' must be from 0 to below 1: current value is ${correlation}`,
    );
  }
  const own = Math.sqrt(1 - correlation * correlation);
  const action = new Float32Array(actionSize);
  return {
    id: `wander(${correlation})`,
    init: (key) => ({ place: draws(key, 0, actionSize), key, step: 0 }),
    act: ({ place, key, step }) => {
      place.forEach((w, i) => action[i] = Math.min(1, Math.max(-1, w)));
      const drawn = draws(key, step + 1, actionSize);
      const next = place.map((w, i) => correlation * w + own * drawn[i]);
      return { action, memory: { place: next, key, step: step + 1 } };
    },
  };
}

/** Standard normals of a step. */
function draws(key: Key, step: number, size: number): Float64Array {
  const own = foldIn(key, step);
  return Float64Array.from({ length: size }, (_, i) => normal(own, i));
}
