/**
 * The end of a run: what is served is judged on fresh episodes, and a person is
 * told.
 *
 * @module
 */

import { join } from "node:path";
import { TASKS } from "../lib/suite/registry.ts";
import { standardError } from "../lib/rollout/statistics.ts";
import { type Counters, hasMoved } from "../lib/train/schedule.ts";
import type { Crew } from "../lib/train/train.ts";
import { section } from "./_cli.ts";
import type { RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";
import { writeWholeText } from "./_files.ts";
import {
  differs,
  FRESH_SEED,
  judgeWhile,
  sentence,
  type Verdict,
} from "./_judge.ts";
import type { Run, RunLogs } from "./_run.ts";
import {
  type ConsoleSink,
  duration,
  type Level,
  percent,
} from "./_sinks/console.ts";
import type { Row } from "./_sinks/jsonl.ts";

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

/** The fresh episodes, the last sentence, `result.json`; false where a person stopped it. */
export async function conclude(
  run: Run,
  conduct: Conduct,
  crew: Crew,
  logs: RunLogs,
  counters: Counters,
  started: number,
): Promise<boolean> {
  const { gate, steps } = counters;
  const served = gate.passed ? "policy" : "base";
  const verdict = await judgeFresh(run, conduct, crew, counters, served);
  if (verdict === undefined) return false;
  logs.metrics(finalRow(steps, served, verdict));
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
  crew: Crew,
  counters: Counters,
  served: "policy" | "base",
): Promise<Verdict | undefined> {
  const { task, steps, evaluation: { finalEpisodes: episodes } } = config;
  const moved = differs(config, counters);
  const judging = { task, episodes, seed: FRESH_SEED, served, moved };
  return judgeWhile(crew, judging, (done) => {
    console.progress({
      step: counters.steps,
      steps,
      stage: `final evaluation, episode ${done}/${episodes}`,
      level: levelOf(counters),
    });
    return !stopping();
  });
}

/** How policy and base stand at the latest evaluation; by return where that is the measure. */
export function levelOf({ success, returns }: Counters): Level | undefined {
  if (returns !== undefined) return { ...returns, unit: "return" };
  return success && { ...success, unit: "success" };
}

function finalRow(step: number, served: string, verdict: Verdict): Row {
  const { base, policy, learnt, difference, returns, episodes } = verdict;
  return {
    kind: "final",
    step,
    served,
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
  const { gate, steps } = counters;
  const { recipe } = config;
  const why = !hasMoved(recipe, counters)
    ? `The correction was never released, as ${
      neverReleased(recipe, steps)
    }: the base itself is served.`
    : gate.passed
    ? `The correction passed the gate after ${
      counted(gate.pairs, "paired episode")
    } (better than its base, error probability ${config.evaluation.delta}).`
    : `What was learnt did not pass the gate in ${
      counted(gate.pairs, "paired episode")
    }, so the base itself is served. ${
      alone(verdict, TASKS[config.task].dense)
    }`;
  const { dense } = TASKS[config.task];
  return `${sentence(verdict, dense)} ${why} ${
    counted(steps, "environment step")
  }, ${duration(seconds)} of wall-clock.`;
}

/** How well what was learnt does where it is not served. */
function alone({ learnt, returns }: Verdict, dense = false): string {
  return dense
    ? `By itself it returns ${returns.learnt.mean.toFixed(1)}.`
    : `By itself it succeeds in ${percent(learnt.success)}.`;
}

/** What kept the actor from moving. */
function neverReleased(recipe: RunConfig["recipe"], steps: number): string {
  const played = counted(steps, "step");
  if (steps <= recipe.warmup) {
    return `the run ended after ${played}, within recipe.warmup (${recipe.warmup})`;
  }
  return recipe.release === "value"
    ? `the critics' mean value did not settle within ${played} (epochs of recipe.epochSteps, ${recipe.epochSteps})`
    : `too few updates followed burn-in (recipe.updatesPerStep ${recipe.updatesPerStep}, recipe.actorDelay ${recipe.actorDelay})`;
}

/** What a person may want to type next. */
function suggestions({ dir }: Run): string {
  const folder = /^[\w./-]+$/.test(dir)
    ? dir
    : `'${dir.replaceAll("'", `'\\''`)}'`;
  return "\n" + section("Next", [
    [`deno task eval ${folder} --seed 1`, "judge it on other fresh episodes"],
    [`deno task figure ${folder}`, "draw its learning curve"],
    [`tensorboard --logdir ${folder}`, "look at all its curves"],
  ]);
}
