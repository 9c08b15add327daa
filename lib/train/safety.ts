/**
 * Conservative exploration: who plays the next training round, so that learning
 * costs no more than an agreed share of what the base would have achieved.
 *
 * Of the training episodes so far the base played n and succeeded in S, the
 * exploring candidate played k and succeeded in X. Had the base played all of
 * them, it would have succeeded in S + C, where C, its successes in the k that it
 * left, was never seen. What is kept at every moment is
 *
 *   S + X >= (1 - eta) (S + C)   with probability at least 1 - delta.
 *
 * The candidate plays a round of m episodes only if that would hold should it
 * fail in all of them and the base have been as good as it can be believed to be:
 *
 *   S + X >= (1 - eta) (S + U(k + m)).
 *
 * Otherwise the base plays, and where it plays nothing can be lost to it. What
 * the base saves up, eta S, is what a candidate may lose; one that is better
 * than the base pays for itself.
 *
 * U is the largest C that is not refuted. Episodes are drawn independently and
 * who plays one depends on the past alone, so that the base's successes in both
 * kinds of episodes have one rate p; with uniform mixtures over the rates
 *
 *   E = int q^C (1-q)^(k-C) dq  int r^S (1-r)^(n-S) dr / max_p p^(C+S) (1-p)^(k+n-C-S)
 *
 * is at most a martingale that starts at 1, whatever p is, and so ever reaches
 * 1/delta with probability at most delta (Ville 1939). Hence one bound holds at
 * all moments at once, and it does not matter how the candidate learns, when it
 * dips, or whether it fails where the base would not have.
 *
 * Conservative exploration: Wu, Shariff, Lattimore and Szepesvari, "Conservative
 * bandits", ICML 2016; the test of two streams: Turner, Ly and Gruenwald,
 * "Generic E-variables for exact sequential k-sample tests", CSDA 2024.
 *
 * @module
 */

import { log } from "../rng/elementary.ts";

/** What is asked for. */
export interface SafetyRule {
  /** Share of the base's successes that learning may cost; (0, 1). */
  readonly eta: number;
  /** Chance that it ever costs more; (0, 1). */
  readonly delta: number;
}

/** Episodes of one player, and in how many of them it succeeded. */
export interface Tally {
  /** Training episodes. */
  readonly episodes: number;
  /** Those that succeeded. */
  readonly successes: number;
}

/** The training episodes so far. */
export interface Safety {
  /** Of the base as it is. */
  readonly base: Tally;
  /** Of whoever explores: the noisy base in warm-up, then what is being learnt. */
  readonly candidate: Tally;
}

const none: Tally = { episodes: 0, successes: 0 };

/** Before the first episode. */
export function startSafety(): Safety {
  return { base: none, candidate: none };
}

/** After a round, in which each episode succeeded or not. */
export function observeRound(
  safety: Safety,
  player: keyof Safety,
  successes: readonly boolean[],
): Safety {
  const { episodes, successes: before } = safety[player];
  const tally = {
    episodes: episodes + successes.length,
    successes: before + successes.filter((success) => success).length,
  };
  return { ...safety, [player]: tally };
}

/**
 * Whether the candidate may play the next `episodes`.
 *
 * @throws {RangeError} If `eta` or `delta` is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const rule = { eta: 0.1, delta: 0.05 };
 * const saved = { ...startSafety(), base: { episodes: 50, successes: 20 } };
 * assertEquals(mayExplore(startSafety(), 2, rule), false);
 * assertEquals(mayExplore(saved, 2, rule), true); // 0.1 * 20 >= 0.9 * 2
 * ```
 */
export function mayExplore(
  { base, candidate }: Safety,
  episodes: number,
  rule: SafetyRule,
): boolean {
  const explored = candidate.episodes + episodes;
  const most = baseAtMost(base, explored, rule.delta);
  checkShare("eta", rule.eta);
  const achieved = base.successes + candidate.successes;
  return achieved >= (1 - rule.eta) * (base.successes + most);
}

/** What is kept of the base's successes, at the most that it can be believed to have had: successes never fall below this. */
export function floorOf(
  { base, candidate }: Safety,
  { eta, delta }: SafetyRule,
): number {
  const most = baseAtMost(base, candidate.episodes, delta);
  return (1 - eta) * (base.successes + most);
}

/**
 * Successes that the base, as it was seen, may have in `episodes` others that
 * it does not play: at most so many, at all moments of a run at once, with
 * probability 1 - `delta`.
 *
 * @throws {RangeError} If `delta` is not between 0 and 1.
 */
export function baseAtMost(
  base: Tally,
  episodes: number,
  delta: number,
): number {
  checkShare("delta", delta);
  if (base.episodes === 0) return episodes;
  const enough = -log(delta);
  // From the rate that was seen upwards the evidence grows.
  let low = Math.floor(episodes * base.successes / base.episodes);
  let high = episodes + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (evidence(base, episodes, middle) < enough) low = middle;
    else high = middle;
  }
  return low;
}

/** ln E of `successes` in `episodes` beside those that were seen. */
function evidence(
  { episodes: n, successes: s }: Tally,
  episodes: number,
  successes: number,
): number {
  const [all, solved] = [n + episodes, s + successes];
  return logMixture(episodes, successes) + logMixture(n, s) -
    logPower(solved, solved / all) -
    logPower(all - solved, (all - solved) / all);
}

/** ln of the integral of q^s (1-q)^(n-s) over all q: s! (n-s)! / (n+1)!. */
function logMixture(n: number, s: number): number {
  return logFactorial(s) + logFactorial(n - s) - logFactorial(n + 1);
}

/** ln rate^count, where 0^0 = 1. */
function logPower(count: number, rate: number): number {
  return count === 0 ? 0 : count * log(rate);
}

/** Where Stirling's series takes over. */
const SMALL = 16;

/** ln n!: a product, or Stirling's series, whose first term left out is below 1e-12. */
function logFactorial(n: number): number {
  if (n < SMALL) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return log(product);
  }
  const x = n + 1;
  const s = 1 / (x * x);
  const rest = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x;
  return (x - 0.5) * log(x) - x + log(2 * Math.PI) / 2 + rest;
}

function checkShare(name: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new RangeError(
    `Cannot explore safely as '${name}' must be between 0 and 1: current value is ${value}`,
  );
}
