/**
 * How a policy that is to leave stood the gate: that of its run, a look of
 * `deno task gate` at it, or, where it leaves without its critics and is
 * therefore another policy, one of its own.
 *
 * @module
 */

import type { GateManifest } from "../../lib/edge/artefact.ts";
import { refuse } from "../../lib/errors.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { type Gate, openGate } from "../../lib/rollout/gate.ts";
import { testOnce } from "../../lib/train/judging.ts";
import type { Counters } from "../../lib/train/schedule.ts";
import type { Crew } from "../../lib/train/train.ts";
import type { RunConfig } from "../_config.ts";
import { counted } from "../_count.ts";
import { quoted } from "../_files.ts";
import { type Candidate, evidenceOf, refutation } from "../_gate/evidence.ts";
import { readLooks } from "../_gate/look.ts";
import type { Run } from "../_run.ts";
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
    ({ counters } = await testOnce(learner, crew, plan, counters, stage));
    progress(counters.gate.pairs);
  }
  return counters.gate;
}

/**
 * How the policy of a run stood its gate or, where it did not pass that, a later
 * look at it.
 *
 * @throws {Refusal} Of a `ConfigError` if it has passed neither, unless it may
 * leave `ungated`.
 */
export function standingOf(
  run: Run,
  candidate: Candidate,
  ungated: boolean,
): GateManifest {
  const { gate } = candidate;
  const looks = gate.passed ? [] : readLooks(run.dir);
  const evidence = evidenceOf(candidate, looks);
  if (evidence === undefined) {
    const refuted = refutation(candidate, looks);
    return unproven(run, gate, ungated, {
      policy: "its policy",
      reason: refuted === undefined ? "" : ` (${refuted})`,
      remedy: `Look again with: deno task gate ${quoted(run.dir)}`,
    });
  }
  const { delta, margin, pairs } = evidence;
  return { verdict: "passed", delta, margin, pairs };
}

/** The same of a policy without its critics, which has no evidence but its own gate. */
export function leanStandingOf(
  run: Run,
  gate: Gate,
  ungated: boolean,
): GateManifest {
  const { delta } = run.config.evaluation;
  if (gate.passed) {
    return { verdict: "passed", delta, margin: 0, pairs: gate.pairs };
  }
  return unproven(run, gate, ungated, {
    policy:
      "its policy without its critics, which is another than the run and gate.json are about,",
    reason: "",
    remedy: "Export it as safetensors without --lean",
  });
}

/** Of what has not passed: that it leaves all the same, or why it may not and what helps. */
function unproven(
  { dir, config }: Run,
  { pairs }: Gate,
  ungated: boolean,
  { policy, reason, remedy }: Readonly<
    Record<"policy" | "reason" | "remedy", string>
  >,
): GateManifest {
  const { delta } = config.evaluation;
  if (ungated) return { verdict: "ungated", delta, margin: 0, pairs };
  const played = pairs === 0 ? "" : ` in ${counted(pairs, "paired episode")}`;
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export '${dir}' as ${policy} has not passed the gate${played}${reason}: it may be worse than its controller. ${remedy}; or train longer, or add --ungated to export it all the same`,
  });
}
