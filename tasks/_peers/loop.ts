/**
 * Our whole loop, play and learn, as `deno task train` runs it: two Workers,
 * FetchPush, hindsight replay.
 *
 * @module
 */

import { startCounters } from "../../lib/train/schedule.ts";
import { train } from "../../lib/train/train.ts";
import { resolveConfig, type RunConfig } from "../_config.ts";
import { unwrap } from "../_files.ts";
import { openSession } from "../_session.ts";
import { findTask } from "../_suite.ts";
import { planOf } from "../_training.ts";
import type { Side } from "./side.ts";

/** Which recipe, and how many gradient updates follow an environment step. */
export interface LoopJob {
  readonly preset: "default" | "fast" | "paper";
  readonly updatesPerStep: number;
  /** Who computes the updates; `kernels` unless told. */
  readonly backend?: RunConfig["backend"];
}

/** Steps before learning begins. */
const WARMUP = 500;

/** Opens a run without burn-in, evaluations or files. */
export async function openLoop(job: LoopJob): Promise<Side> {
  const { settings } = unwrap(findTask("push"));
  const config = unwrap(resolveConfig(settings, [
    `preset=${job.preset}`,
    `backend=${job.backend ?? "kernels"}`,
    `recipe.updatesPerStep=${job.updatesPerStep}`,
    `recipe.warmup=${WARMUP}`,
    "recipe.burnIn=0",
    "steps=200000",
    "evaluation.every=1000000",
    "evaluation.episodes=1",
    "evaluation.gatePairs=0",
  ]));
  const session = await openSession(config, 2);
  const { learner, crew } = session;
  const events = train(learner, crew, planOf(config), startCounters());
  let steps = 0;
  return {
    async measure(seconds) {
      const first = steps;
      const start = performance.now();
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error("the run ended before it was measured");
        steps = value.counters.steps;
        const spent = (performance.now() - start) / 1000;
        // A round is whole once what it owes is learnt.
        const whole = value.stage.kind === "learn";
        if (whole && spent >= seconds) return (steps - first) / spent;
      }
    },
    async close() {
      await events.return(undefined);
      session.close();
    },
  };
}
