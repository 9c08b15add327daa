/**
 * From what the robot senses now to what base and networks read, with the
 * memory in the caller's hand: the same as `lib/env/frames.ts` and
 * `lib/env/estimated.ts` give around an environment.
 *
 * ```text
 * memory, 64-bit: [ begun (0, 1) | earlier frames (n-1) w | grip 3 | per thing: place, variance, velocity, slip 3 each ]
 * seen,   32-bit: [ o_(t-n+1) | ... | o_t | estimates, 3 per thing ]
 * ```
 *
 * @module
 */

import {
  type Estimate,
  type Filter,
  hookFilter,
  initEstimate,
  nextEstimate,
  type ThingEstimate,
  type Triple,
} from "../control/estimate.ts";
import type { Vec } from "../types.ts";
import type { Senses } from "./artefact.ts";

/** A way to see that remembers. */
export interface Sight {
  /** Entries of the memory; 0 where what is sensed is what is seen. */
  readonly memorySize: number;
  /** Entries of what is seen. */
  readonly size: number;
  /** Writes what is seen to `seen` from `at` on and returns the memory for the next moment. */
  readonly see: (
    memory: Float64Array,
    sensed: Vec,
    seen: Vec,
    at: number,
  ) => Float64Array;
}

/** Numbers that are remembered of a thing. */
const THING = 12;

/** The way to see of these senses, over `width` readings per frame. */
export function sightOf({ frames, filter }: Senses, width: number): Sight {
  const estimator = filter === null ? undefined : hookFilter(filter.noise);
  const things = estimator?.things.length ?? 0;
  const earlier = (frames - 1) * width;
  const kept = estimator === undefined ? 0 : 3 + THING * things;
  const memorySize = earlier + kept === 0 ? 0 : 1 + earlier + kept;
  return {
    memorySize,
    size: frames * width + 3 * things,
    see(memory, sensed, seen, at) {
      seen.set(sensed, at + earlier);
      if (memorySize === 0) return memory;
      const begun = memory[0] === 1;
      for (let from = 0; from < earlier; from += width) {
        const frame = memory.subarray(1 + from, 1 + from + width);
        seen.set(begun ? frame : sensed, at + from);
      }
      const next = new Float64Array(memorySize);
      next[0] = 1;
      next.set(seen.subarray(at + width, at + width + earlier), 1);
      if (estimator === undefined) return next;
      const place = 1 + earlier;
      const estimate = begun
        ? nextEstimate(estimator, unpack(estimator, memory, place), sensed)
        : initEstimate(estimator, sensed);
      pack(estimate, next, place);
      estimate.things.forEach((thing, j) =>
        seen.set(thing.place, at + earlier + width + 3 * j)
      );
      return next;
    },
  };
}

function pack(
  { grip, things }: Estimate,
  memory: Float64Array,
  at: number,
): void {
  memory.set(grip, at);
  things.forEach(({ place, variance, velocity, slip }, j) => {
    const triples = [...place, ...variance, ...velocity, ...slip];
    memory.set(triples, at + 3 + THING * j);
  });
}

function unpack(
  { things }: Filter,
  memory: Float64Array,
  at: number,
): Estimate {
  const triple = (
    i: number,
  ): Triple => [memory[i], memory[i + 1], memory[i + 2]];
  return {
    grip: triple(at),
    things: things.map((_, j): ThingEstimate => {
      const from = at + 3 + THING * j;
      return {
        place: triple(from),
        variance: triple(from + 3),
        velocity: triple(from + 6),
        slip: triple(from + 9),
      };
    }),
  };
}
