/**
 * The end of a run: what is served is judged on fresh episodes, and a person is
 * told.
 *
 * @module
 */

import { join } from "node:path";
import { TASKS } from "../lib/suite/registry.ts";
import { baseAtMost, type Safety } from "../lib/train/safety.ts";
import { standardError } from "../lib/rollout/statistics.ts";
import { type Kept, playing } from "../lib/train/kept.ts";
import type { Counters } from "../lib/train/schedule.ts";
import type { Crew } from "../lib/train/train.ts";
import { section } from "./_cli.ts";
import type { RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";
import { quoted, writeWholeText } from "./_files.ts";
import {
  differs,
  FRESH_SEED,
  judgeWhile,
  sentence,
  type Verdict,
} from "./_judge.ts";
import type { Run, RunLogs } from "./_run.ts";
import type { Session } from "./_session.ts";
import {
  type ConsoleSink,
  duration,
  type Level,
  percent,
} from "./_sinks/console.ts";
import type { Row } from "./_sinks/jsonl.ts";
import { whyUnmoved } from "./_unmoved.ts";

/** How a run is carried out; its results do not depend on any of it. */
export interface Conduct {
  readonly workers: number;
  readonly console: ConsoleSink;
  /** Seconds on a clock that never goes back. */
  readonly now: () => number;
  /** Whether a person has asked the run to stop. */
  readonly stopping: () => boolean;
  /** Whether to keep account of where wall-clock goes. */
  readonly profile: boolean;
}

/** The part of a session that plays. */
type PlayingSession = Pick<Session, "learner"> & {
  readonly crew: Pick<Crew, "evaluate">;
};

/** A run whose training is done. */
interface Trained {
  readonly counters: Counters;
  readonly kept: Kept;
}

/**
 * The fresh episodes, the last sentence, `result.json`; false where a person stopped it.
 *
 * @param started When the run began on the clock of `conduct`; of a resumed run,
 * when it would have, had it never paused.
 */
export async function conclude(
  run: Run,
  conduct: Conduct,
  session: PlayingSession,
  logs: RunLogs,
  trained: Trained,
  started: number,
): Promise<boolean> {
  const { counters } = trained;
  const { serving, steps } = counters;
  const served = serving.served ? "policy" : "base";
  const verdict = await judgeFresh(run, conduct, session, trained);
  if (verdict === undefined) return false;
  logs.metrics(finalRow(counters, served, verdict));
  const outcome = { ...verdict, served, steps };
  const result = JSON.stringify(outcome, null, 2);
  writeWholeText(join(run.dir, "result.json"), `${result}\n`);
  const seconds = conduct.now() - started;
  logs.timing({ kind: "total", step: steps, seconds });
  logs.commit();
  const text = closing(run, counters, verdict, seconds);
  conduct.console.finish(text, { ...outcome, dir: run.dir });
  conduct.console.say(suggestions(run));
  return true;
}

/** What is served on the fresh episodes; `undefined` where a person stopped it. */
function judgeFresh(
  { config }: Run,
  { console, stopping }: Conduct,
  session: PlayingSession,
  trained: Trained,
): Promise<Verdict | undefined> {
  const { counters } = trained;
  const { task, steps, evaluation: { finalEpisodes: episodes } } = config;
  const judging = {
    task,
    episodes,
    seed: FRESH_SEED,
    served: counters.serving.served ? "policy" as const : "base" as const,
    moved: differs(config, counters),
    best: bestCrew(session, trained),
  };
  return judgeWhile(session.crew, judging, (done) => {
    console.progress({
      step: counters.steps,
      steps,
      stage: `final evaluation, episode ${done}/${episodes}`,
      level: levelOf(counters),
    });
    return !stopping();
  });
}

/** Who plays what is served of a run, where that is not what was learnt last. */
export function bestCrew(
  { learner, crew }: PlayingSession,
  { counters, kept }: Trained,
): Pick<Crew, "evaluate"> | undefined {
  return kept.served === undefined || isLast(counters)
    ? undefined
    : playing(learner, crew, kept.served);
}

/** Whether what is served is what was learnt last. */
function isLast(
  { serving: { served }, evaluatedAt, steps }: Counters,
): boolean {
  return served?.step === steps && evaluatedAt === steps;
}

/** How policy and base stand at the latest evaluation; by return where that is the measure. */
export function levelOf({ success, returns }: Counters): Level | undefined {
  if (returns !== undefined) return { ...returns, unit: "return" };
  return success && { ...success, unit: "success" };
}

function finalRow(
  { steps: step, serving }: Counters,
  served: string,
  verdict: Verdict,
): Row {
  const { base, policy, learnt, difference, returns, episodes } = verdict;
  return {
    kind: "final",
    step,
    served,
    ...serving.served ? { policyStep: serving.served.step } : {},
    episodes,
    base: base.success,
    policy: policy.success,
    learnt: learnt.success,
    difference: difference.mean,
    low: difference.low,
    high: difference.high,
    baseReturn: returns.base.mean,
    baseReturnError: standardError(returns.base),
    return: returns.policy.mean,
    learntReturn: returns.learnt.mean,
    learntReturnError: standardError(returns.learnt),
  };
}

function closing(
  { config }: Run,
  counters: Counters,
  verdict: Verdict,
  seconds: number,
): string {
  const { steps } = counters;
  const { dense } = TASKS[config.task];
  const unmoved = whyUnmoved(config, counters);
  const why = unmoved !== undefined
    ? `${unmoved.why}: the base itself is served.`
    : standing(config, counters, alone(verdict, dense));
  const cost = config.safeExploration === undefined ? "" : `${
    regret(
      config.safeExploration,
      config.evaluation.delta,
      counters.safety,
    )
  } `;
  return `${sentence(verdict, dense)} ${why} ${cost}${
    counted(steps, "environment step")
  }, ${duration(seconds)} of wall-clock.`;
}

/** How what was learnt stood the gate. */
function standing(
  { evaluation: { delta } }: RunConfig,
  counters: Counters,
  alone: string,
): string {
  const { gate, serving: { served, looks } } = counters;
  if (served === undefined) {
    const before = looks > 1 ? ` in the last of ${looks} looks` : "";
    const pairs = counted(gate.pairs, "paired episode");
    return `What was learnt did not pass the gate in ${pairs}${before}, so the base itself is served. ${alone}`;
  }
  const passed = `passed the gate after ${
    counted(served.gate.pairs, "paired episode")
  } (better than its base, error probability ${delta}).`;
  return isLast(counters)
    ? `The correction ${passed}`
    : `The correction of step ${served.step} ${passed} What was learnt after it is not served. ${alone}`;
}

/** What learning has cost beside the base, which plays the episodes that it was left to play. */
export function regret(
  eta: number,
  delta: number,
  { base, candidate }: Safety,
): string {
  const episodes = base.episodes + candidate.episodes;
  const achieved = base.successes + candidate.successes;
  const learning = `While learning ${achieved} of ${
    counted(episodes, "episode")
  } succeeded; the base`;
  if (episodes === 0) return "No episode was played while learning.";
  if (candidate.episodes === 0) {
    return `${learning} played all of them: it never had saved up enough successes for learning to risk any (safeExploration ${eta}).`;
  }
  const rate = base.episodes === 0 ? 0 : base.successes / base.episodes;
  const left = candidate.episodes * rate;
  const most = base.successes + baseAtMost(base, candidate.episodes, delta);
  return `${learning}, which played ${base.episodes} of them, would have had about ${
    (base.successes + left).toFixed(0)
  } and at most ${most}: ${
    cost(left - candidate.successes)
  }. At every moment at least ${
    share(1 - eta)
  } of its successes were kept (error probability ${delta}).`;
}

/** Successes that exploring has cost, in words. */
function cost(successes: number): string {
  const whole = Math.abs(successes).toFixed(0);
  if (whole === "0") return "as many as the base";
  return successes > 0
    ? `a regret to base of ${whole}`
    : `ahead of the base by ${whole}`;
}

/** A share as a percentage that is 0 or 100 only where the share is 0 or 1. */
export function share(rate: number): string {
  const coarse = percent(rate);
  if (rate <= 0 || rate >= 1 || !/^(0|100)\.0 /.test(coarse)) return coarse;
  return rate < 0.5 ? "below 0.1 %" : "above 99.9 %";
}

/** How well what was learnt does where it is not served. */
function alone({ learnt, returns }: Verdict, dense = false): string {
  return dense
    ? `By itself it returns ${returns.learnt.mean.toFixed(1)}.`
    : `By itself it succeeds in ${share(learnt.success)}.`;
}

/** What a person may want to type next. */
function suggestions({ dir }: Run): string {
  const folder = quoted(dir);
  return "\n" + section("Next", [
    [`deno task eval ${folder} --seed 1`, "judge it on other fresh episodes"],
    [`deno task figure ${folder}`, "draw its learning curve"],
    [`tensorboard --logdir ${folder}`, "look at all its curves"],
  ]);
}
