/**
 * The gate: may this policy be served in place of its controller?
 *
 * Policy and base play the same episodes; s_i in {-1, 0, 1} is the difference
 * of their successes. With a margin eps in [0, 1), under H0: E[s] <= -eps, the
 * wealth
 *
 *   E_n = prod_i (1 + lambda_i (s_i + eps)),   lambda_i in [0, 0.9 / (1 - eps)],
 *
 * is a supermartingale that starts at 1 whenever lambda_i is chosen from
 * s_1..s_{i-1}, so it ever reaches 1/delta with probability at most delta
 * (Ville 1939): one may look after every pair and stop when one likes. Margin 0
 * tests superiority (the policy is better), a margin above 0 non-inferiority
 * (the policy is worse by less than eps); they are one test, which at margin 0
 * bets on discordant pairs alone, as McNemar's test counts them (1947).
 *
 * The stake is Kelly's (1956): it maximises the growth
 *
 *   W log(1 + lambda (1 + eps)) + L log(1 - lambda (1 - eps)) + T log(1 + lambda eps)
 *
 * over W wins, L losses and T ties so far and 1.25 wins and 0.75 losses that
 * nobody played. At margin 0 it is (W - L + 1/2) / (W + L + 2).
 *
 * Testing by betting: Waudby-Smith and Ramdas, "Estimating means of bounded
 * random variables by betting", JRSS B 86(1), 2024; sequential comparison of
 * robot policies: Snyder et al., "Is your imitation learning policy better than
 * mine?", 2025 (arXiv 2503.10966).
 *
 * @module
 */

/** The test so far. */
export interface Gate {
  /** Pairs of episodes seen. */
  readonly pairs: number;
  /** Pairs that only the policy solved. */
  readonly wins: number;
  /** Pairs that only the base solved. */
  readonly losses: number;
  /** The evidence E_n against "not better than the base, less the margin". */
  readonly wealth: number;
  /** Whether the evidence has reached 1/delta at any pair. */
  readonly passed: boolean;
}

/** Wins and losses that nobody played, so that the first stake is 1/4 at margin 0. */
const IMAGINED = { wins: 1.25, losses: 0.75 };

/** Share of the wealth that the worst pair may cost. */
const BOLDEST = 0.9;

/** A gate that has seen nothing. */
export function openGate(): Gate {
  return { pairs: 0, wins: 0, losses: 0, wealth: 1, passed: false };
}

/**
 * The gate after one more pair.
 *
 * @param delta Chance of serving a policy that is worse than asked; (0, 1).
 * @param margin Rate by which it may be worse than its base; [0, 1).
 * @throws {RangeError} If `delta` or `margin` is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * let gate = openGate();
 * for (let i = 0; i < 20; i++) gate = observePair(gate, true, false, 0.05);
 * assert(gate.passed);
 * ```
 */
export function observePair(
  gate: Gate,
  policySolved: boolean,
  baseSolved: boolean,
  delta: number,
  margin = 0,
): Gate {
  checkDemand(delta, margin);
  const { wins, losses } = gate;
  const sign = Number(policySolved) - Number(baseSolved);
  const wealth = gate.wealth * (1 + stakeOf(gate, margin) * (sign + margin));
  return {
    pairs: gate.pairs + 1,
    wins: wins + (sign > 0 ? 1 : 0),
    losses: losses + (sign < 0 ? 1 : 0),
    wealth,
    passed: gate.passed || wealth >= 1 / delta,
  };
}

/**
 * Pairs that it takes at least to pass: as many as a policy needs that wins
 * every one of them. A gate with fewer cannot pass, whatever the policy.
 *
 * @throws {RangeError} If `delta` or `margin` is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(pairsNeeded(0.05), 7);
 * ```
 */
export function pairsNeeded(delta: number, margin = 0): number {
  let gate = openGate();
  while (!gate.passed) gate = observePair(gate, true, false, delta, margin);
  return gate.pairs;
}

/**
 * Whether the gate would not pass even if the policy won each of the next
 * `pairs`: to stop then changes no verdict (curtailment). A win raises the
 * wealth and every later stake by more than a tie or a loss, so that no other
 * course could pass.
 *
 * @throws {RangeError} If `delta` or `margin` is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([6, 7].map((n) => isHopeless(openGate(), n, 0.05)), [true, false]);
 * ```
 */
export function isHopeless(
  gate: Gate,
  pairs: number,
  delta: number,
  margin = 0,
): boolean {
  let best = gate;
  for (let i = 0; i < pairs && !best.passed; i++) {
    best = observePair(best, true, false, delta, margin);
  }
  return !best.passed;
}

/**
 * Kelly's stake: the root of the growth's derivative, which times its three
 * denominators is C + B x - A x^2, or the nearest stake that is allowed.
 */
function stakeOf({ pairs, wins, losses }: Gate, margin: number): number {
  const [win, loss] = [1 + margin, 1 - margin];
  const [w, l] = [wins + IMAGINED.wins, losses + IMAGINED.losses];
  const ties = pairs - wins - losses;
  const n = w + l + ties;
  const c = w - l + margin * n;
  if (c <= 0) return 0;
  const b = w * win * (margin - loss) - l * loss * (win + margin) +
    2 * ties * margin * margin;
  const a = n * margin * win * loss;
  // Of two forms of the root the one that is exact at margin 0, where a is 0.
  const best = 2 * c / (Math.sqrt(b * b + 4 * a * c) - b);
  return Math.min(BOLDEST / loss, best);
}

function checkDemand(delta: number, margin: number): void {
  if (!(delta > 0 && delta < 1)) {
    throw new RangeError(
      `Cannot test a policy as 'delta' must be between 0 and 1: current value is ${delta}`,
    );
  }
  if (!(margin >= 0 && margin < 1)) {
    throw new RangeError(
      `Cannot test a policy as 'margin' must be from 0 to below 1: current value is ${margin}`,
    );
  }
}
