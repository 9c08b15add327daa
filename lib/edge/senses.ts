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
  /** Writes what is seen to the first entries of `seen` and returns the memory for the next moment. */
  readonly see: (memory: Float64Array, sensed: Vec, seen: Vec) => Float64Array;
}

/** Numbers that are remembered of a thing. */
const THING = 12;

/**
 * The way to see of these senses, over `width` readings per frame.
 *
 * @throws {RangeError} If the filter's noise is negative.
 */
export function sightOf({ frames, filter }: Senses, width: number): Sight {
  const estimator = filter ? hookFilter(filter.noise) : undefined;
  const things = estimator?.things.length ?? 0;
  const earlier = (frames - 1) * width;
  // Behind the frames the memory holds the estimate.
  const at = 1 + earlier;
  const memorySize = estimator ? at + 3 + THING * things : earlier > 0 ? at : 0;
  return {
    memorySize,
    size: frames * width + 3 * things,
    see(memory, sensed, seen) {
      for (let i = 0; i < width; i++) seen[earlier + i] = sensed[i];
      if (memorySize === 0) return memory;
      const begun = memory[0] === 1;
      for (let from = 0; from < earlier; from += width) seen.set(sensed, from);
      if (begun) seen.set(memory.subarray(1, at));
      const next = new Float64Array(memorySize);
      next[0] = 1;
      next.set(seen.subarray(width, width + earlier), 1);
      if (estimator) {
        const estimate = begun
          ? nextEstimate(estimator, unpack(estimator, memory, at), sensed)
          : initEstimate(estimator, sensed);
        next.set(pack(estimate), at);
        const places = estimate.things.flatMap(({ place }) => place);
        seen.set(places, earlier + width);
      }
      return next;
    },
  };
}

function pack({ grip, things }: Estimate): readonly number[] {
  const numbers = things.map(({ place, variance, velocity, slip }) =>
    [place, variance, velocity, slip].flat()
  );
  return [grip, ...numbers].flat();
}

function unpack(
  { things }: Filter,
  memory: Float64Array,
  at: number,
): Estimate {
  const next = (): Triple => [memory[at++], memory[at++], memory[at++]];
  return {
    grip: next(),
    things: things.map((): ThingEstimate => ({
      place: next(),
      variance: next(),
      velocity: next(),
      slip: next(),
    })),
  };
}
