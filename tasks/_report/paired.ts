/**
 * Two arms under the same seeds: the difference of what a run of each reaches,
 * seed by seed, and its interval.
 *
 * @module
 */

import { derive, key } from "../../lib/rng/key.ts";
import { pairedBootstrap } from "../../lib/rollout/bootstrap.ts";
import type { Interval } from "../../lib/rollout/statistics.ts";
import { mean } from "../../lib/train/judging.ts";
import { type ArmData, finished, type SeedData } from "./data.ts";

/** Seeds from which on an interval may decide anything. */
export const FEWEST_SEEDS = 3;

/** The mean over seeds of first minus second, with its paired bootstrap interval of 95 %. */
export interface PairedDifference extends Interval {
  /** Seeds that both arms have. */
  readonly seeds: number;
}

/** What is read of a run; `undefined` where it has none. */
export type Reading = (run: SeedData) => number | undefined;

/** A run of either arm under one seed. */
export type Pair = readonly [first: SeedData, second: SeedData];

/** The finished runs that both arms have of a seed. */
export function pairsOf(first: ArmData, second: ArmData): readonly Pair[] {
  const others = finished(second);
  return finished(first).flatMap((run) => {
    const other = others.find(({ seed }) => seed === run.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
}

/** The difference of what `read` finds; `undefined` where no pair has it. */
export function differenceOf(
  pairs: readonly Pair[],
  read: Reading,
  label: string,
): PairedDifference | undefined {
  const found = pairs.flatMap(([first, second]) => {
    const [one, other] = [read(first), read(second)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
  if (found.length === 0) return undefined;
  const interval = pairedBootstrap(
    found.map(([one]) => one),
    found.map(([, other]) => other),
    (ones, others) => mean(ones) - mean(others),
    { key: derive(key(0), label) },
  );
  return { ...interval, seeds: found.length };
}
