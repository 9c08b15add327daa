/**
 * What is served of a run, and on what evidence: its own gate, or a look of
 * `deno task gate` at the very policy, in the very environment.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Gate, openGate } from "../../lib/rollout/gate.ts";
import type { Counters } from "../../lib/train/schedule.ts";
import type { Checkpoint } from "../_checkpoint.ts";
import { configHash, type RunConfig } from "../_config.ts";
import { counted } from "../_count.ts";
import { countersOf } from "../_counters.ts";
import { environmentHash } from "../_export/artefact.ts";
import type { Run } from "../_run.ts";
import type { Look } from "./look.ts";

/** A policy of a run, as far as it decides whether a verdict is about it. */
export interface Candidate {
  readonly config: RunConfig;
  /** Environment step that it is of. */
  readonly step: number;
  /** What is kept of it: all of the learner, or of a policy that is served what acts. */
  readonly state: Uint8Array;
  /** How it stood the run's own gate. */
  readonly gate: Gate;
}

/** Why a policy may be served. */
export interface Evidence {
  /** Who judged: the run's own gate at its end, or a look of `deno task gate`. */
  readonly by: "run" | "look";
  /** Which look; 0 for the run's own gate. */
  readonly look: number;
  readonly delta: number;
  readonly margin: number;
  readonly pairs: number;
}

/** The policy of a run by a checkpoint: the one that it serves, else what was learnt last. */
export function candidateIn(
  run: Pick<Run, "config">,
  checkpoint: Checkpoint,
): Candidate {
  const { sections } = checkpoint;
  const { served } = countersOf(checkpoint).serving;
  if (served === undefined) return learntIn(run, checkpoint);
  const { step, gate } = served;
  const { config } = run;
  return { config, step, state: sections.served ?? new Uint8Array(), gate };
}

/**
 * What was learnt last by a checkpoint, served or not.
 *
 * @param newest Where the run tells how that stood its own gate, which may have
 * looked at it after the checkpoint was written.
 */
export function learntIn(
  { config }: Pick<Run, "config">,
  checkpoint: Checkpoint,
  newest: Checkpoint = checkpoint,
): Candidate {
  const { step, sections } = checkpoint;
  const gate = ownGate(countersOf(newest), step);
  return { config, step, state: sections.learner ?? new Uint8Array(), gate };
}

/** How the policy of a step stood the run's own gate; one that it did not look at has played no pair. */
export function ownGate(
  { serving, gate }: Pick<Counters, "serving" | "gate">,
  step: number,
): Gate {
  const { served, champion, triedAt } = serving;
  if (served?.step === step) return served.gate;
  // The latest look is over where nobody is waiting for one.
  const lookedAt = champion === undefined ? triedAt : champion.step;
  return lookedAt === step ? gate : openGate();
}

/** SHA-256 of a learner's state. */
export function policyHash(state: Uint8Array): string {
  return createHash("sha256").update(state).digest("hex");
}

/**
 * The evidence for serving the policy; `undefined` where there is none. Every
 * look that passed counts, since the chance of error is over all of them; the
 * one of least margin says most.
 */
export function evidenceOf(
  candidate: Candidate,
  looks: readonly Look[],
): Evidence | undefined {
  const { gate, config } = candidate;
  if (gate.passed) {
    const { delta } = config.evaluation;
    return { by: "run", look: 0, delta, margin: 0, pairs: gate.pairs };
  }
  const [best] = looks
    .filter((look) =>
      look.verdict === "passed" && misfit(candidate, look) === undefined
    )
    .toSorted((a, b) => a.margin - b.margin || b.look - a.look);
  if (best === undefined) return undefined;
  const { look, delta, margin, pairs } = best;
  return { by: "look", look, delta, margin, pairs };
}

/** Why the looks that passed do not speak for the policy; `undefined` where none has passed. */
export function refutation(
  candidate: Candidate,
  looks: readonly Look[],
): string | undefined {
  const passed = looks.findLast(({ verdict }) => verdict === "passed");
  return passed && misfit(candidate, passed);
}

/** What a look is about instead of the policy; `undefined` where it is about it. */
function misfit(
  { config, step, state }: Candidate,
  look: Look,
): string | undefined {
  if (look.config !== configHash(config)) return "gate.json is another run's";
  if (look.step !== step) {
    return `gate.json is about the policy of step ${look.step}, and export takes that of step ${step}`;
  }
  if (look.policy !== policyHash(state)) {
    return `gate.json is about another policy of step ${step}`;
  }
  return look.environment === environmentHash(config)
    ? undefined
    : "the verdict in gate.json was reached in another environment than this version's";
}

/** The evidence in one sentence. */
export function describeEvidence(
  { by, look, delta, margin, pairs }: Evidence,
  dense = false,
): string {
  const judge = by === "run"
    ? "the run's own gate"
    : `look ${look} of the gate`;
  return `${sentenceCase(claim(margin, dense))}, as ${judge} found after ${
    counted(pairs, "paired episode")
  } (error probability at most ${share(delta)}).`;
}

/** What a policy that passes is, in words without a full stop. */
export function claim(margin: number, dense: boolean): string {
  const points = `${figures(100 * margin)} points`;
  if (dense) {
    return margin > 0
      ? `the policy is not inferior to its controller: the share of episodes in which it returns less is above that in which it returns more by less than ${points}, if at all`
      : "the policy is better than its controller: it returns more in more episodes than it returns less";
  }
  return margin > 0
    ? `the policy is not inferior to its controller: if it succeeds less often, then by less than ${points}`
    : "the policy is better than its controller: it succeeds more often";
}

/** A probability as a percentage of three figures. */
export function share(rate: number): string {
  return `${figures(100 * rate)} %`;
}

/** Three figures, without zeros at the end. */
export function figures(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** With a capital at the beginning. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
