/**
 * The cache of CachedPETS as text: what was seen and what was played, in
 * numbers that read back as the same 32-bit floats.
 *
 * @module
 */

import type { Recorder } from "../../lib/replay/episodes.ts";

/** Where a cache comes from. */
export interface Provenance {
  /** The command that makes it again. */
  readonly command: string;
  /** Steps that the model was fitted to. */
  readonly steps: number;
  /** Control steps imagined for one action. */
  readonly modelSteps: number;
  /** Returns of the whole episodes in it. */
  readonly returns: readonly number[];
}

/** Rows of state and action, in the order played. */
export interface Samples {
  readonly states: number[][];
  readonly actions: number[][];
}

/** Adds what is seen and played to `samples`, as long as they are fewer than `limit`. */
export function collector(
  samples: Samples,
  stateSize: number,
  limit: number,
): Recorder {
  let seen: number[] = [];
  return {
    moment: (_t, { observation }) => {
      seen = Array.from(observation.subarray(0, stateSize));
    },
    action: (_t, action) => {
      if (samples.states.length === limit) return;
      samples.states.push(seen);
      samples.actions.push([...action]);
    },
    end: () => {},
  };
}

/** The cache as JSON, a sample per line: its numbers as one text. */
export function cacheText(made: Provenance, samples: Samples): string {
  const rows = (name: keyof Samples) =>
    samples[name].map((row) => row.map(shortest).join(" "));
  const all = { made, states: rows("states"), actions: rows("actions") };
  return `${JSON.stringify(all, null, 2)}\n`;
}

/** The shortest decimal that reads back as the same 32-bit float. */
export function shortest(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}
