/**
 * The gate: may this policy be served in place of its controller?
 *
 * Policy and base play the same episodes; s_i in {-1, 0, 1} is the difference
 * of their successes. Under H0: E[s] <= 0 the wealth
 *
 *   E_n = prod_i (1 + lambda_i s_i),  lambda_i in [0, 0.9] chosen from s_1..s_{i-1}
 *
 * is a supermartingale that starts at 1, so it ever reaches 1/delta with
 * probability at most delta (Ville's inequality; betting as in Waudby-Smith and
 * Ramdas 2024): one may look after every pair and stop when one likes.
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
  /** The evidence E_n against "not better than the base". */
  readonly wealth: number;
  /** Whether the evidence has reached 1/delta at any pair. */
  readonly passed: boolean;
}

/** A gate that has seen nothing. */
export function openGate(): Gate {
  return { pairs: 0, wins: 0, losses: 0, wealth: 1, passed: false };
}

/**
 * The gate after one more pair.
 *
 * @param delta Chance of serving a policy that is not better; (0, 1).
 * @throws {RangeError} If `delta` is outside (0, 1).
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
): Gate {
  if (!(delta > 0 && delta < 1)) {
    throw new RangeError(
      `Cannot test a policy as 'delta' must be between 0 and 1: current value is ${delta}`,
    );
  }
  const { wins, losses } = gate;
  const stake = Math.min(
    0.9,
    Math.max(0, (wins - losses + 0.5) / (wins + losses + 2)),
  );
  const sign = Number(policySolved) - Number(baseSolved);
  const wealth = gate.wealth * (1 + stake * sign);
  return {
    pairs: gate.pairs + 1,
    wins: wins + (sign > 0 ? 1 : 0),
    losses: losses + (sign < 0 ? 1 : 0),
    wealth,
    passed: gate.passed || wealth >= 1 / delta,
  };
}
