/**
 * What a run that diverged leaves behind: the state before a number left the
 * finite range, so that the moment can be studied and repeated.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import { Refusal, refuse } from "../lib/errors.ts";
import type { Learner } from "../lib/learn/learner.ts";
import type { Kept } from "../lib/train/kept.ts";
import type { Counters } from "../lib/train/schedule.ts";
import { writeDump } from "./_checkpoint.ts";
import { configHash } from "./_config.ts";
import type { Run } from "./_run.ts";
import { allSections } from "./_session.ts";

/** Its name in the folder of the run. */
const DUMP = "diverged.ckpt";

/** Throws an error on; one of divergence leaves the state before it in the run's folder. */
export function refuseDumped(
  { dir, config }: Run,
  learner: Learner,
  { counters, kept }: { readonly counters: Counters; readonly kept: Kept },
  error: unknown,
): never {
  if (!(error instanceof Refusal) || error.error._tag !== "DivergedError") {
    throw error;
  }
  const { quantity, update, message } = error.error;
  const dump = writeDump(join(dir, DUMP), {
    step: counters.steps,
    task: config.task,
    config: configHash(config),
    header: { counters, quantity, update: update ?? null },
    sections: allSections(learner, counters, kept),
  });
  const where = E.isRight(dump)
    ? `The state before it is in '${dump.right}', in the form of a checkpoint`
    : `Its state could not be kept: ${dump.left.message}`;
  return refuse({ ...error.error, message: `${message}. ${where}` });
}
