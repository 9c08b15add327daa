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
 * longest. So one gives way to the next unless the best in the line of its
 * predecessors beats that clearly: the 95 % interval of the difference lies above
 * zero. The highest score of many is mostly luck, and a line that was held
 * against its last member alone could drift downwards.
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
import { difference } from "../rollout/statistics.ts";

/** The highest evaluation of a line of policies. */
export interface Best {
  /** Success rate; mean return where rewards are dense. */
  readonly score: number;
  /** Lower end of its 95 % interval; absent where one episode says nothing of it. */
  readonly low?: number;
}

/** The policy that is next to be looked at. */
export interface Champion {
  /** Environment step of its evaluation. */
  readonly step: number;
  /** Success rate there; mean return where rewards are dense. */
  readonly score: number;
  /** The best of its line: itself, and those whose place it takes. */
  readonly best: Best;
  /** Whether it is to be looked at before the run ends. */
  readonly promising: boolean;
}

/** The policy that is served. */
export interface Served {
  /** Environment step of its evaluation. */
  readonly step: number;
  /** Success rate or mean return there. */
  readonly score: number;
  /** The best of its line. */
  readonly best: Best;
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
 * const best = { score: 0.6, low: 0.5 };
 * assertEquals(champion, { step: 2500, score: 0.6, best, promising: true });
 * ```
 */
export function consider(serving: Serving, evaluated: Evaluated): Serving {
  const { champion, served, tried } = serving;
  const { step, score, low, base } = evaluated;
  const rivals = [champion?.best, served?.best]
    .filter((rival) => rival !== undefined);
  if (rivals.some((rival) => beats(rival, evaluated))) return serving;
  const own: Best = Number.isFinite(low) ? { score, low } : { score };
  const best = rivals.reduce((a, b) => b.score > a.score ? b : a, own);
  const promising = low > Math.max(base, tried ?? base);
  return { ...serving, champion: { step, score, best, promising } };
}

/** Whether a score lies above another by more than noise. */
function beats(best: Best, { score, low, high }: Evaluated): boolean {
  if (best.low === undefined) return false;
  // Only the lower half of the first interval and the upper of the second count.
  const first = { mean: best.score, low: best.low, high: best.score };
  return difference(first, { mean: score, low, high }).low > 0;
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
