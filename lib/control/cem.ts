/**
 * The cross-entropy method over plans (Rubinstein 1999; as Chua et al. 2018
 * plan with it): draw plans from a normal distribution, keep the best, fit the
 * distribution to them, again.
 *
 *   plan = mean + min(deviation, half the distance to a bound) z,   |z| <= 2
 *   mean <- alpha mean + (1 - alpha) mean of the elites,  variance likewise
 *
 * Several threads work on one plan: each draws and scores its share of the
 * candidates in shared memory, and all fit the same distribution. A candidate's
 * bits do not depend on the shares.
 *
 * @module
 */

import { truncatedNormal } from "../rng/distributions.ts";
import { derive, foldIn } from "../rng/key.ts";
import type { Key, Vec } from "../types.ts";

/** What is searched, and how hard. */
export interface CemOptions {
  /** Steps of a plan. */
  readonly horizon: number;
  /** Bounds of an action, `[A]` each. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** Candidates of an iteration. */
  readonly population: number;
  /** Best candidates that the distribution is fitted to, 1 to `population`. */
  readonly elites: number;
  /** Most iterations. */
  readonly iterations: number;
  /** Deviation that the search starts with, over the width of the bounds; 1/4 unless given. */
  readonly spread?: number;
  /**
   * Correlation of the noise of a step with that of the step before, from 0,
   * the default, to below 1: a jerky plan moves little (Pinneri et al. 2020).
   */
  readonly correlation?: number;
  /** Share of the old distribution that stays, 0 to 1. */
  readonly smoothing: number;
  /** The search ends when no variance is above this. */
  readonly tolerance: number;
}

/** Independent normals per entry of a plan `[horizon, A]`. */
export interface PlanDistribution {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Where candidates meet their scores; lent for the search. */
export interface Candidates {
  /** Plans `[population, horizon, A]`. */
  readonly plans: Vec;
  /** What each costs `[population]`. */
  readonly scores: Vec;
}

/**
 * Writes the scores (lower is better) of candidates `from` to `to - 1`. All
 * randomness comes from the key, which is the same for all candidates. A NaN is
 * worse than every number.
 */
export type Score = (
  key: Key,
  candidates: Candidates,
  from: number,
  to: number,
) => void;

/** The part that one thread does of each iteration. */
export interface Share {
  readonly from: number;
  readonly to: number;
  /** Returns once all threads have called it. */
  readonly barrier: () => void;
}

/** The settings of Chua et al. for plans within bounds: 500 candidates, 50 elites, 5 iterations. */
export function petsOptions(
  bounds: Pick<CemOptions, "low" | "high">,
): CemOptions {
  return {
    ...bounds,
    horizon: 25,
    population: 500,
    elites: 50,
    iterations: 5,
    smoothing: 0.1,
    tolerance: 0.001,
  };
}

/** The start of a search: `mean` (zeros where left out), variance (spread (high - low))^2. */
export function startDistribution(
  { horizon, low, high, spread = 1 / 4 }: CemOptions,
  mean: Float64Array = new Float64Array(horizon * low.length),
): PlanDistribution {
  const size = low.length;
  const variance = Float64Array.from(
    { length: horizon * size },
    (_, i) => (spread * (high[i % size] - low[i % size])) ** 2,
  );
  return { mean, variance };
}

/** The plan from its second step on, with zeros at its end: where the next search starts. */
export function shifted(mean: Float64Array, actionSize: number): Float64Array {
  const next = new Float64Array(mean.length);
  next.set(mean.subarray(actionSize));
  return next;
}

/** Room for the candidates on the heap. */
export function makeCandidates(options: CemOptions): Candidates {
  const { population, horizon, low } = options;
  return {
    plans: new Float32Array(population * horizon * low.length),
    scores: new Float32Array(population),
  };
}

/**
 * The distribution that the search ends with; its mean is the plan.
 *
 * @param key Used once: draws of plans and the scores' own randomness.
 * @param candidates Overwritten; shared by the threads of one search.
 * @param share Of this thread; all of the work where it is left out.
 * @throws {RangeError} If `elites` is not from 1 to `population`, or
 * `correlation` not from 0 to below 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { key } from "../rng/key.ts";
 * const options = {
 *   ...petsOptions({ low: [-2], high: [2] }),
 *   horizon: 1,
 *   iterations: 20,
 *   tolerance: 1e-9,
 * };
 * const near: Score = (_key, { plans, scores }, from, to) => {
 *   for (let i = from; i < to; i++) scores[i] = (plans[i] - 0.7) ** 2;
 * };
 * const { mean } = searchPlan(key(1), options, startDistribution(options), makeCandidates(options), near);
 * assertAlmostEquals(mean[0], 0.7, 1e-3);
 * ```
 */
export function searchPlan(
  key: Key,
  options: CemOptions,
  start: PlanDistribution,
  candidates: Candidates,
  score: Score,
  share: Share = { from: 0, to: options.population, barrier: () => {} },
): PlanDistribution {
  checkOptions(options);
  const draws = derive(key, "plans");
  const scoring = derive(key, "scores");
  let found = start;
  for (let i = 0; i < options.iterations; i++) {
    if (found.variance.every((each) => each <= options.tolerance)) break;
    drawPlans(foldIn(draws, i), options, found, candidates.plans, share);
    score(foldIn(scoring, i), candidates, share.from, share.to);
    share.barrier();
    found = fitted(options, found, candidates);
    share.barrier(); // nobody overwrites what another still reads
  }
  return found;
}

function checkOptions(
  { elites, population, correlation = 0 }: CemOptions,
): void {
  if (!(correlation >= 0 && correlation < 1)) {
    throw new RangeError(
      `Cannot search a plan as 'correlation' must be from 0 to below 1: current value is ${correlation}`,
    );
  }
  if (!(Number.isInteger(elites) && elites >= 1 && elites <= population)) {
    throw new RangeError(
      `Cannot search a plan as 'elites' must be a whole number from 1 to the population ${population}: current value is ${elites}`,
    );
  }
}

/**
 * Plans `from` to `to - 1`, each within the bounds. The noise z of an entry is
 * rho times that of the step before and sqrt(1 - rho^2) times its own draw.
 */
export function drawPlans(
  key: Key,
  options: CemOptions,
  { mean, variance }: PlanDistribution,
  plans: Vec,
  { from, to }: Pick<Share, "from" | "to">,
): void {
  const { low, high, correlation: rho = 0 } = options;
  const own = Math.sqrt(1 - rho * rho);
  const size = low.length;
  const entries = mean.length;
  const noise = new Float64Array(size);
  const deviation = Float64Array.from(mean, (centre, i) => {
    const side = i % size;
    const room = Math.min(centre - low[side], high[side] - centre) / 2;
    return Math.min(Math.sqrt(variance[i]), Math.max(0, room));
  });
  for (let at = from * entries; at < to * entries; at++) {
    const i = at % entries;
    const side = i % size;
    const draw = truncatedNormal(key, at, 2);
    const z = i < size ? draw : rho * noise[side] + own * draw;
    noise[side] = z;
    const entry = mean[i] + deviation[i] * z;
    plans[at] = Math.min(high[side], Math.max(low[side], entry));
  }
}

/** Mean and variance moved towards those of the best candidates. */
function fitted(
  { population, elites, smoothing }: CemOptions,
  { mean, variance }: PlanDistribution,
  { plans, scores }: Candidates,
): PlanDistribution {
  const rank = (i: number) => Number.isNaN(scores[i]) ? Infinity : scores[i];
  const best = Array.from({ length: population }, (_, i) => i)
    .sort((a, b) => compare(rank(a), rank(b)) || a - b).slice(0, elites);
  const entries = mean.length;
  const next = { mean: mean.slice(), variance: variance.slice() };
  for (let i = 0; i < entries; i++) {
    let sum = 0;
    for (const c of best) sum += plans[c * entries + i];
    const centre = sum / elites;
    let squares = 0;
    for (const c of best) squares += (plans[c * entries + i] - centre) ** 2;
    next.mean[i] += (1 - smoothing) * (centre - mean[i]);
    next.variance[i] += (1 - smoothing) * (squares / elites - variance[i]);
  }
  return next;
}

/** Infinities are equal to themselves, as they are not in a difference. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
