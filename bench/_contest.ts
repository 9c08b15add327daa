/**
 * Contests whose ratio carries over from machine to machine: two pieces of work
 * that take turns in one process.
 *
 * @module
 */

import { alternate, type Side } from "../tasks/_peers/side.ts";
import { type Spread, spread } from "../tasks/_peers/table.ts";

/** Our work against other work. */
export interface Contest {
  readonly work: string;
  readonly against: string;
  /** Least ratio of the rates that passes; about a third of what is usual. */
  readonly bound: number;
  /** Ours, then theirs; rates are in one unit. */
  readonly open: () => Promise<readonly [Side, Side]> | readonly [Side, Side];
  /** Whether Workers take part, which need a pause to fall asleep. */
  readonly threaded?: boolean;
}

/** A contest that was held. */
export interface Held {
  readonly contest: Contest;
  /** Our rate over theirs, turn by turn. */
  readonly ratio: Spread;
}

/** Seconds that a turn of one side lasts at least: on one thread, on Workers. */
const TURN = 0.008;
const THREADED_TURN = 0.05;

/** Turns of each side. */
const TURNS = 7;

/** Milliseconds for Workers to fall asleep. */
const PAUSE = 20;

/** Times that a contest is held before it counts as lost. */
const CHANCES = 3;

/**
 * Holds a contest: A B A B, and the spread of the ratios of neighbours. What
 * else the machine does meets both sides, or is an outlier that a median drops.
 */
export async function hold(contest: Contest): Promise<Held> {
  const { threaded = false } = contest;
  const [one, other] = await contest.open();
  try {
    const { ours, theirs } = await alternate(
      one,
      other,
      threaded ? THREADED_TURN : TURN,
      TURNS,
      threaded ? PAUSE : 0,
    );
    const ratio = spread(ours.map((rate, i) => rate / theirs[i]));
    return { contest, ratio };
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

/** {@link hold}, again where the bound is missed: a busy machine gets more chances. */
export async function holdFairly(
  contest: Contest,
  held = hold,
): Promise<Held> {
  for (let chance = 1;; chance++) {
    const result = await held(contest);
    if (passes(result) || chance === CHANCES) return result;
  }
}

/** Whether the median reaches the bound. */
export function passes({ contest, ratio }: Held): boolean {
  return ratio.median >= contest.bound;
}
