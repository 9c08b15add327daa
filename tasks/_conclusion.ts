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
  const { config, dir } = run;
  const { console } = conduct;
  const { gate, steps } = counters;
  const served = gate.passed ? "policy" : "base";
  const episodes = config.evaluation.finalEpisodes;
  const verdict = await judgeWhile(
    crew,
    {
      task: config.task,
      episodes,
      seed: FRESH_SEED,
      served,
      moved: differs(config, counters),
    },
    (done) => {
      console.progress({
        step: steps,
        steps: config.steps,
        stage: `final evaluation, episode ${done}/${episodes}`,
        level: levelOf(counters),
      });
      return !conduct.stopping();
    },
  );
  if (verdict === undefined) return false;
  logs.metrics(finalRow(steps, served, verdict));
  const result = JSON.stringify({ ...verdict, served, steps }, null, 2);
  writeWholeText(join(dir, "result.json"), `${result}\n`);
  const seconds = conduct.now() - started;
  logs.timing({ kind: "total", step: steps, seconds });
  logs.commit();
  const text = closing(run, counters, verdict, seconds);
  console.finish(text, { ...verdict, served, steps, dir });
  console.say(suggestions(run));
  return true;
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
    ? `The correction passed the gate after ${gate.pairs} paired episodes (better than its base, error probability ${config.evaluation.delta}).`
    : `What was learnt did not pass the gate in ${gate.pairs} paired episodes, so the base itself is served. ${
      alone(verdict, TASKS[config.task].dense)
    }`;
  const { dense } = TASKS[config.task];
  return `${sentence(verdict, dense)} ${why} ${steps} environment steps, ${
    duration(seconds)
  } of wall-clock.`;
}

/** How well what was learnt does where it is not served. */
function alone({ learnt, returns }: Verdict, dense = false): string {
  return dense
    ? `By itself it returns ${returns.learnt.mean.toFixed(1)}.`
    : `By itself it succeeds in ${percent(learnt.success)}.`;
}

/** What kept the actor from moving. */
function neverReleased(recipe: RunConfig["recipe"], steps: number): string {
  return recipe.release === "value" && steps > recipe.warmup
    ? `the critics' mean value did not settle within ${steps} steps (epochs of recipe.epochSteps, ${recipe.epochSteps})`
    : `${steps} steps are no more than recipe.warmup (${recipe.warmup})`;
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
