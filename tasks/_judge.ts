/**
 * Policy against base over fresh episodes: the figures that `train` ends with
 * and `eval` prints.
 *
 * @module
 */

import { pair, pairedDifference, wilson } from "../lib/rollout/statistics.ts";
import type { Outcome } from "../lib/rollout/unroll.ts";
import type { Crew } from "../lib/train/train.ts";

/** A success rate with its 95 % Wilson interval. */
export interface Rate {
  readonly success: number;
  readonly low: number;
  readonly high: number;
}

/** What `eval --json` prints, one line. */
export interface Verdict {
  readonly task: string;
  readonly episodes: number;
  readonly seed: number;
  readonly base: Rate;
  readonly policy: Rate;
  /** Paired difference of success, with its 95 % interval. */
  readonly difference: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
  };
}

/** What is judged, over which episodes. */
export interface Judging {
  readonly task: string;
  readonly episodes: number;
  readonly seed: number;
  /** Whether the correction passed the gate; the base is served where it did not. */
  readonly served: "policy" | "base";
}

/**
 * Seed of the fresh episodes where none is asked for: the same for every run,
 * so that runs compare episode by episode. No training ever plays them.
 */
export const FRESH_SEED = 0;

/** Episodes between two signs of life. */
const CHUNK = 50;

/** Plays the episodes with base and served policy and compares them pair by pair. */
export async function judge(
  crew: Crew,
  judging: Judging,
  progress: (done: number) => void,
): Promise<Verdict> {
  const verdict = await judgeWhile(crew, judging, (done) => {
    progress(done);
    return true;
  });
  return verdict as Verdict;
}

/** {@link judge} as long as `goOn` says so, asked between episodes; else `undefined`. */
export async function judgeWhile(
  crew: Crew,
  judging: Judging,
  goOn: (done: number) => boolean,
): Promise<Verdict | undefined> {
  const { task, episodes, seed, served } = judging;
  const set = { label: "fresh", seed };
  const base: Outcome[] = [];
  const policy: Outcome[] = [];
  for (let first = 0; first < episodes; first += CHUNK) {
    const count = Math.min(CHUNK, episodes - first);
    base.push(...await crew.evaluate("base", set, first, count));
    if (served === "policy") {
      policy.push(...await crew.evaluate("policy", set, first, count));
    }
    if (!goOn(first + count)) return undefined;
  }
  const both = served === "policy" ? policy : base;
  return {
    task,
    episodes,
    seed,
    base: rate(base),
    policy: rate(both),
    difference: served === "base"
      ? { mean: 0, low: 0, high: 0 } // one and the same controller
      : pairedDifference(
        pair(policy.map((o) => o.success), base.map((o) => o.success)),
      ),
  };
}

/** The verdict in one sentence. */
export function sentence(verdict: Verdict): string {
  const { base, policy, difference, episodes } = verdict;
  return `Over ${episodes} fresh episodes the base succeeds in ${
    percent(base.success)
  } (95 % interval ${percent(base.low)} to ${
    percent(base.high)
  }) and the policy in ${percent(policy.success)} (${percent(policy.low)} to ${
    percent(policy.high)
  }): a paired difference of ${points(difference.mean)} (${
    points(difference.low)
  } to ${points(difference.high)}) points.`;
}

function rate(outcomes: readonly Outcome[]): Rate {
  const solved = outcomes.filter((outcome) => outcome.success).length;
  const { low, high } = wilson(solved, outcomes.length);
  return { success: solved / outcomes.length, low, high };
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function points(value: number): string {
  return `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)}`;
}
