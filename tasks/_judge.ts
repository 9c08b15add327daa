/**
 * Policy against base over fresh episodes: the figures that `train` ends with
 * and `eval` prints.
 *
 * @module
 */

import {
  type Interval,
  meanInterval,
  pair,
  pairedDifference,
  wilson,
} from "../lib/rollout/statistics.ts";
import type { Outcome } from "../lib/rollout/unroll.ts";
import type { Counters } from "../lib/train/schedule.ts";
import type { Crew } from "../lib/train/train.ts";
import { isTrusted } from "../lib/train/trust.ts";
import type { RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";
import { percent } from "./_sinks/console.ts";

/** A success rate with its 95 % Wilson interval. */
export interface Rate {
  readonly success: number;
  readonly low: number;
  readonly high: number;
}

/** A mean return with its 95 % interval. */
export type Return = Interval;

/** What `eval --json` prints, one line. */
export interface Verdict {
  readonly task: string;
  readonly episodes: number;
  readonly seed: number;
  readonly base: Rate;
  /** What is served. */
  readonly policy: Rate;
  /** Paired difference of success, what is served less the base, with its 95 % interval. */
  readonly difference: Interval;
  /** What was learnt last, served or not. */
  readonly learnt: Rate;
  /** The same of returns. */
  readonly returns: {
    readonly base: Return;
    readonly policy: Return;
    readonly learnt: Return;
    readonly difference: Interval;
  };
}

/** What is judged, over which episodes. */
export interface Judging {
  readonly task: string;
  readonly episodes: number;
  readonly seed: number;
  /** Whether a correction passed the gate; the base is served where none did. */
  readonly served: "policy" | "base";
  /** Who plays what is served, where that is not what was learnt last. */
  readonly best?: Pick<Crew, "evaluate"> | undefined;
  /** Whether the policy may differ from the base; see {@link differs}. */
  readonly moved: boolean;
}

/**
 * Seed of the fresh episodes where none is asked for: the same for every run,
 * so that runs compare episode by episode. No training ever plays them.
 */
export const FRESH_SEED = 0;

/** Episodes between two signs of life. */
const CHUNK = 50;

/**
 * Whether the policy may differ from the base: a correction is none before the
 * first update and while it is withheld, but from scratch there is no base to
 * correct.
 */
export function differs(
  { recipe }: Pick<RunConfig, "recipe">,
  { updates, trust }: Pick<Counters, "updates" | "trust">,
): boolean {
  return recipe.over === "zero" || updates > 0 && isTrusted(recipe, trust);
}

/** Plays the episodes with base and served policy and compares them pair by pair. */
export async function judge(
  crew: Pick<Crew, "evaluate">,
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
  crew: Pick<Crew, "evaluate">,
  judging: Judging,
  goOn: (done: number) => boolean,
): Promise<Verdict | undefined> {
  const { episodes, seed, moved, best } = judging;
  const set = { label: "fresh", seed };
  const base: Outcome[] = [];
  const learnt: Outcome[] = [];
  const policy: Outcome[] = [];
  for (let first = 0; first < episodes; first += CHUNK) {
    const count = Math.min(CHUNK, episodes - first);
    const played = await crew.evaluate("base", set, first, count);
    base.push(...played);
    learnt.push(
      ...moved ? await crew.evaluate("policy", set, first, count) : played,
    );
    if (best) policy.push(...await best.evaluate("policy", set, first, count));
    if (!goOn(first + count)) return undefined;
  }
  return compare(judging, base, learnt, best ? policy : learnt);
}

function compare(
  { task, episodes, seed, served }: Judging,
  base: readonly Outcome[],
  learnt: readonly Outcome[],
  best: readonly Outcome[],
): Verdict {
  const policy = served === "policy" ? best : base;
  return {
    task,
    episodes,
    seed,
    base: rate(base),
    policy: rate(policy),
    difference: policy === base
      ? { mean: 0, low: 0, high: 0 } // one and the same controller
      : pairedDifference(
        pair(policy.map((o) => o.success), base.map((o) => o.success)),
      ),
    learnt: rate(learnt),
    returns: {
      base: meanInterval(base.map((o) => o.return)),
      policy: meanInterval(policy.map((o) => o.return)),
      learnt: meanInterval(learnt.map((o) => o.return)),
      difference: meanInterval(policy.map((o, i) => o.return - base[i].return)),
    },
  };
}

/** The verdict in one sentence; of a dense task, in returns. */
export function sentence(verdict: Verdict, dense = false): string {
  const { base, policy, difference, episodes, returns } = verdict;
  const over = `Over ${counted(episodes, "fresh episode")} the base`;
  if (dense) {
    return `${over} returns ${interval(returns.base)} and the policy ${
      interval(returns.policy)
    }: a paired difference of ${interval(returns.difference)}.`;
  }
  return `${over} succeeds in ${percent(base.success)} (95 % interval ${
    percent(base.low)
  } to ${percent(base.high)}) and the policy in ${percent(policy.success)} (${
    percent(policy.low)
  } to ${percent(policy.high)}): a paired difference of ${
    points(difference.mean)
  } (${points(difference.low)} to ${points(difference.high)}) points.`;
}

/** A mean and its interval; of one episode there is none. */
function interval({ mean, low, high }: Interval): string {
  const [middle, least, most] = [mean, low, high].map((x) => x.toFixed(1));
  return Number.isFinite(low)
    ? `${middle} (95 % interval ${least} to ${most})`
    : middle;
}

function rate(outcomes: readonly Outcome[]): Rate {
  const solved = outcomes.filter((outcome) => outcome.success).length;
  const { low, high } = wilson(solved, outcomes.length);
  return { success: solved / outcomes.length, low, high };
}

function points(value: number): string {
  return `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)}`;
}
