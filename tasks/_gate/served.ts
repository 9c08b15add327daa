/**
 * What is served of a run, and on what evidence, for a person and a program.
 *
 * @module
 */

import { TASKS } from "../../lib/suite/registry.ts";
import type { Checkpoint } from "../_checkpoint.ts";
import { countersOf } from "../_counters.ts";
import type { Run } from "../_run.ts";
import { whyUnmoved } from "../_unmoved.ts";
import { environmentDrift } from "./environment.ts";
import {
  candidateIn,
  describeEvidence,
  type Evidence,
  evidenceOf,
  refutation,
} from "./evidence.ts";
import { readLooks } from "./look.ts";

/** What is served. */
export interface Served {
  readonly served: "policy" | "base";
  /** Why the policy is; `null` where the base is. */
  readonly evidence: Evidence | null;
  /** The same in words. */
  readonly why: string;
}

/** What is served of a run whose newest checkpoint is this one. */
export function servedOf(run: Run, checkpoint: Checkpoint): Served {
  const candidate = candidateIn(run, checkpoint);
  const looks = readLooks(run.dir);
  const evidence = evidenceOf(candidate, looks) ?? null;
  if (evidence === null) {
    const but = refutation(candidate, looks);
    const why = whyUnmoved(run.config, countersOf(checkpoint))?.why ??
      `The correction of step ${candidate.step} has not passed the gate${
        but === undefined ? "" : ` (${but})`
      }`;
    return {
      served: "base",
      evidence,
      why: `${why}: the base itself is served.`,
    };
  }
  const { dense } = TASKS[run.config.task];
  const drift = environmentDrift(run.dir);
  const beyond = drift === undefined
    ? ""
    : ` That guarantee does not carry over to this version, as ${drift}.`;
  const why = `The policy is served. ${
    describeEvidence(evidence, dense)
  }${beyond}`;
  return { served: "policy", evidence, why };
}
