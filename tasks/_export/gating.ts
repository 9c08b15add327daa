/**
 * The gate for a policy that is to leave: that of its run, or, where it leaves
 * without its critics and is therefore another policy, one of its own.
 *
 * @module
 */

import type { Learner } from "../../lib/learn/learner.ts";
import { type Gate, openGate } from "../../lib/rollout/gate.ts";
import { gate } from "../../lib/train/judging.ts";
import type { Counters } from "../../lib/train/schedule.ts";
import type { Crew } from "../../lib/train/train.ts";
import type { RunConfig } from "../_config.ts";
import { planOf } from "../_training.ts";

/** Pairs between two signs of life. */
const CHUNK = 20;

/** The run's configuration without selection: the correction is always played. */
export function lean(config: RunConfig): RunConfig {
  return { ...config, recipe: { ...config.recipe, selection: false } };
}

/** A gate opened anew and played to its end for the policy of `config`. */
export async function gateAnew(
  config: RunConfig,
  learner: Learner,
  crew: Crew,
  before: Counters,
  progress: (pairs: number) => void,
): Promise<Gate> {
  const plan = planOf(config);
  let counters: Counters = { ...before, gate: openGate() };
  while (!counters.gate.passed && counters.gate.pairs < plan.gatePairs) {
    const pairs = Math.min(CHUNK, plan.gatePairs - counters.gate.pairs);
    const stage = { kind: "gate", pairs } as const;
    ({ counters } = await gate(learner, crew, plan, counters, stage));
    progress(counters.gate.pairs);
  }
  return counters.gate;
}
