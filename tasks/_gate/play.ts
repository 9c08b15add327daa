/**
 * A look played out: pairs of episodes until the evidence is enough, or can no
 * longer become so.
 *
 * Episodes come from the set `gate look K`, a stream of random keys of its own:
 * training draws from `episode`, evaluations from `training`, the run's own gate
 * from `gate`, `eval` and the end of a run from `fresh`, other looks from their
 * own. Hence nothing that made or chose the policy has seen them.
 *
 * @module
 */

import {
  type Gate,
  isHopeless,
  observePair,
  openGate,
} from "../../lib/rollout/gate.ts";
import { comparePair } from "../../lib/train/judging.ts";
import type { Crew } from "../../lib/train/train.ts";
import type { EvaluationSet } from "../../lib/train/training.ts";
import type { EnvSpec } from "../../lib/types.ts";
import type { Look } from "./look.ts";

/** Pairs between two signs of life. */
const CHUNK = 20;

/** The episodes of a look. */
export function episodesOf(
  { look, seed }: Pick<Look, "look" | "seed">,
): EvaluationSet {
  return { label: `gate look ${look}`, seed };
}

/** Plays the look that was begun and returns it with its verdict. */
export async function playLook(
  crew: Pick<Crew, "evaluate">,
  spec: Pick<EnvSpec, "reward">,
  begun: Look,
  progress: (gate: Gate) => void,
): Promise<Look> {
  const { level, margin, most } = begun;
  const set = episodesOf(begun);
  let gate = openGate();
  while (
    !gate.passed && !isHopeless(gate, most - gate.pairs, level, margin)
  ) {
    const first = gate.pairs;
    const count = Math.min(CHUNK, most - first);
    const policy = await crew.evaluate("policy", set, first, count);
    const base = await crew.evaluate("base", set, first, count);
    for (let i = 0; i < count && !gate.passed; i++) {
      const pair = comparePair(spec, policy[i], base[i]);
      gate = observePair(gate, pair.first, pair.second, level, margin);
    }
    progress(gate);
  }
  const { passed, ...found } = gate;
  return { ...begun, verdict: passed ? "passed" : "not passed", ...found };
}
