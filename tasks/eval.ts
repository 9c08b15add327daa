/**
 * `deno task eval RUN`: the served policy of a run against its base, on fresh
 * episodes, pair by pair.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { refuse } from "../lib/errors.ts";
import type { Counters } from "../lib/train/schedule.ts";
import { latestCheckpoint, matchCheckpoint } from "./_checkpoint.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
} from "./_cli.ts";
import { oneCore, readWorkers } from "./_conduct.ts";
import { unwrap } from "./_files.ts";
import { FRESH_SEED, judge, sentence } from "./_judge.ts";
import { main, type Program } from "./_program.ts";
import { openRun, type Run } from "./_run.ts";
import { openSession, restoreSession } from "./_session.ts";
import { openConsole, standardOutput } from "./_sinks/console.ts";

const command: Command = {
  name: "eval",
  summary: "Judge the policy of a run against its base, on fresh episodes.",
  positionals: [
    { name: "RUN", description: "Folder of a run", required: true },
  ],
  options: [
    {
      name: "episodes",
      placeholder: "N",
      default: "400",
      description: "Episodes, 1 to 1000000",
    },
    {
      name: "seed",
      placeholder: "N",
      default: String(FRESH_SEED),
      description: "Seed of the episodes",
    },
    {
      name: "workers",
      placeholder: "N",
      default: "2",
      description:
        "Threads, 1 or 2; the results are the same (1 where there is one core)",
    },
    { name: "json", description: "Print one JSON line" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task eval runs/slippery-push-seed1",
    "deno task eval runs/slippery-push-seed1 --episodes 1000 --seed 7 --json",
  ],
};

function program(args: readonly string[]): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText(command));
      return E.right(undefined);
    }
    const workers = unwrap(readWorkers(given));
    const episodes = whole(given, "episodes", 400, 1, 1_000_000);
    const run = unwrap(openRun(given.positionals[0], "evaluate"));
    const seed = whole(
      given,
      "seed",
      FRESH_SEED,
      0,
      Number.MAX_SAFE_INTEGER,
    );
    await evaluate(run, given, { workers, episodes, seed });
    return E.right(undefined);
  };
}

async function evaluate(
  run: Run,
  given: Arguments,
  { workers, episodes, seed }: {
    readonly workers: number;
    readonly episodes: number;
    readonly seed: number;
  },
): Promise<void> {
  const checkpoint = unwrap(latestCheckpoint(run.dir)) ?? refuse({
    _tag: "CheckpointError",
    message:
      `Cannot evaluate '${run.dir}': it holds no checkpoint yet; go on training it with: deno task train --resume ${run.dir}`,
  });
  unwrap(matchCheckpoint(checkpoint, run.config, "evaluate"));
  const counters = checkpoint.header.counters as Counters;
  const output = openConsole(standardOutput({
    json: given.flags.has("json"),
    quiet: given.flags.has("quiet"),
  }));
  const remark = oneCore(workers);
  if (remark !== undefined) output.say(remark);
  const session = await openSession(run.config, workers);
  try {
    restoreSession(session.learner, checkpoint, counters, false);
    const { task } = run.config;
    const served = counters.gate.passed ? "policy" : "base";
    const verdict = await judge(
      session.crew,
      { task, episodes, seed, served },
      (done) =>
        output.progress({
          step: done,
          steps: episodes,
          unit: "episodes",
          stage: "evaluating",
        }),
    );
    const remark = served === "policy"
      ? ""
      : ` The correction of step ${counters.steps} has not passed the gate: the base itself is served.`;
    output.finish(`${sentence(verdict)}${remark}`, verdict);
  } finally {
    session.close();
  }
}

/** A whole number among the options. */
function whole(
  given: Arguments,
  name: string,
  fallback: number,
  low: number,
  high: number,
): number {
  const text = given.text[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use '--${name} ${text}': it must be a whole number from ${low} to ${high}`,
    });
  }
  return value;
}

await main(program(Deno.args));
