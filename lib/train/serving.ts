/**
 * Which policy of a run is served: the base until one has passed the gate, from
 * then on the latest good one that has.
 *
 * ```text
 * evaluation -> none better by more than noise? -> champion -> look k -> served
 *                                                     ^ at once where it promises well,
 *                                                       else at the end of the run
 * ```
 *
 * Of policies that evaluations do not tell apart the latest has learnt for
 * longest. So one gives way to the next unless the best score in the line of its
 * predecessors lies above the next one's 95 % interval: the highest score of many
 * is mostly luck, and a line that was held against its last member alone could
 * drift downwards.
 *
 * Evaluations choose, the gate alone admits: a look plays pairs of its own,
 * which neither training nor any evaluation or other look has played, at the
 * level delta_k = 6 delta / (pi^2 k^2), so that over a whole run a policy that
 * is not better than its base is ever served with probability at most delta
 * (`spending.ts`), however the champions were chosen.
 *
 * A champion promises well where the lower end of its evaluation's 95 % interval
 * lies above what the base reached there and above every champion looked at
 * before. Such a one mostly passes within tens of pairs, and each has to be
 * ahead of the last by more than noise, so there are at most 14 such looks at
 * success rates over 100 episodes, however long the run. A champion that has
 * been looked at is done with: a lucky evaluation is not tested again and again.
 *
 * @module
 */

import type { Gate } from "../rollout/gate.ts";

/** The policy that is next to be looked at. */
export interface Champion {
  /** Environment step of its evaluation. */
  readonly step: number;
  /** Success rate there; mean return where rewards are dense. */
  readonly score: number;
  /** Highest score of its line: its own, and of those whose place it takes. */
  readonly best: number;
  /** Whether it is to be looked at before the run ends. */
  readonly promising: boolean;
}

/** The policy that is served. */
export interface Served {
  /** Environment step of its evaluation. */
  readonly step: number;
  /** Success rate or mean return there. */
  readonly score: number;
  /** Highest score of its line. */
  readonly best: number;
  /** The look that it passed, from 1. */
  readonly look: number;
  /** The evidence of that look. */
  readonly gate: Gate;
}

/** How what was learnt stands. */
export interface Serving {
  /** Looks that are over. */
  readonly looks: number;
  /** Score of the champion that was looked at last; absent before. */
  readonly tried?: number;
  /** Environment step of its evaluation. */
  readonly triedAt?: number;
  /** Who is next to be looked at, or is being. */
  readonly champion?: Champion;
  /** Absent while the base is served. */
  readonly served?: Served;
}

/** An evaluation of the policy of this moment. */
export interface Evaluated {
  readonly step: number;
  /** Success rate, or mean return. */
  readonly score: number;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** The base's, over the same episodes. */
  readonly base: number;
}

/** A run in which nothing has been learnt. */
export function startServing(): Serving {
  return { looks: 0 };
}

/**
 * After an evaluation of a policy that may differ from its base.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const first = { step: 2500, score: 0.6, low: 0.5, high: 0.7, base: 0.4 };
 * const { champion } = consider(startServing(), first);
 * const wanted = { step: 2500, score: 0.6, best: 0.6, promising: true };
 * assertEquals(champion, wanted);
 * ```
 */
export function consider(serving: Serving, evaluated: Evaluated): Serving {
  const { champion, served, tried } = serving;
  const { step, score, low, high, base } = evaluated;
  const best = Math.max(score, champion?.best ?? score, served?.best ?? score);
  if (best > high) return serving;
  const promising = low > Math.max(base, tried ?? base);
  return { ...serving, champion: { step, score, best, promising } };
}

/** After a look at the champion. */
export function concludeLook(serving: Serving, gate: Gate): Serving {
  const { champion, served, looks } = serving;
  if (champion === undefined) return serving;
  const { step, score, best } = champion;
  const look = looks + 1;
  const next = gate.passed ? { step, score, best, look, gate } : served;
  return {
    looks: look,
    tried: score,
    triedAt: step,
    ...next === undefined ? {} : { served: next },
  };
}
