/**
 * `deno task eval RUN`: the served policy of a run against its base, on fresh
 * episodes, pair by pair; with `--controller-only TASK`, a controller alone.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import { TASKS } from "../lib/suite/registry.ts";
import { aloneConfig, describeStanding, standing } from "./_alone.ts";
import { openArtefact } from "./_artefact.ts";
import type { Arguments, Command } from "./_cli.ts";
import { openOutput, readWorkers, WORKERS } from "./_conduct.ts";
import { bestCrew } from "./_conclusion.ts";
import { countersOf } from "./_counters.ts";
import { isThere, quoted, unwrap } from "./_files.ts";
import { servedOf } from "./_gate/served.ts";
import { differs, FRESH_SEED, judge, sentence } from "./_judge.ts";
import { whole } from "./_number.ts";
import { commandProgram, main } from "./_program.ts";
import { openRun, type Run } from "./_run.ts";
import {
  newestCheckpoint,
  openSession,
  restoreKept,
  restoreSession,
} from "./_session.ts";
import { taskNames } from "./_suite.ts";

const command: Command = {
  name: "eval",
  summary: "Judge the policy of a run against its base, on fresh episodes.",
  positionals: [
    {
      name: "RUN",
      description:
        "Folder of a run; with --controller-only a task, with --artefact a file",
      required: true,
    },
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
    WORKERS,
    {
      name: "artefact",
      description: "Judge an exported policy: RUN is a policy.safetensors",
    },
    {
      name: "controller-only",
      description: `Judge a controller alone: ${taskNames().join(", ")}`,
    },
    {
      name: "controller",
      placeholder: "NAME|FILE",
      description: "Which controller; the task's first unless named",
    },
    {
      name: "set",
      placeholder: "PATH=VALUE",
      sets: "",
      repeated: true,
      description: "Change one setting of a controller alone or its task",
    },
    { name: "json", description: "Print one JSON line" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task eval runs/slippery-push-seed1",
    "deno task eval runs/slippery-push-seed1 --episodes 1000 --seed 7 --json",
    "deno task eval --artefact runs/slippery-push-seed1/export/policy.safetensors",
    "deno task eval --controller-only push --controller tree-mpc --episodes 200",
  ],
};

async function perform(given: Arguments): Promise<void> {
  const workers = unwrap(readWorkers(given));
  const episodes = whole(given, "episodes", 400, 1, 1_000_000);
  const most = Number.MAX_SAFE_INTEGER;
  const seed = whole(given, "seed", FRESH_SEED, 0, most);
  const judging = { workers, episodes, seed };
  if (given.flags.has("controller-only")) await alone(given, judging);
  else if (given.flags.has("artefact")) await artefact(given, judging);
  else await evaluate(openGiven(given), given, judging);
}

/** How long and on how many threads is judged. */
interface Judging {
  readonly workers: number;
  readonly episodes: number;
  readonly seed: number;
}

/** The run that was named; what belongs to a controller alone is refused. */
function openGiven({ positionals, text }: Arguments): Run {
  const stray = ["controller", "set"].find((name) => name in text);
  if (stray !== undefined) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use '--${stray}' with a run, which keeps its own configuration: add --controller-only and name a task`,
    });
  }
  const [named] = positionals;
  if (named.endsWith(".safetensors") && isThere(named)) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot evaluate '${named}' as it is an exported policy and not the folder of a run: type deno task eval --artefact ${
          quoted(named)
        }`,
    });
  }
  return unwrap(openRun(named, "evaluate"));
}

/** Judges a controller alone. */
async function alone(given: Arguments, judging: Judging): Promise<void> {
  const config = await aloneConfig(given);
  const output = openOutput(given, judging.workers);
  const session = await openSession(config, judging.workers);
  try {
    const found = await standing(
      session.crew,
      config,
      judging,
      (done) =>
        output.progress({
          step: done,
          steps: judging.episodes,
          unit: "episodes",
          stage: "evaluating",
        }),
    );
    output.finish(describeStanding(found), found);
  } finally {
    session.close();
  }
}

/** Judges an exported policy, which acts on one thread. */
async function artefact(
  given: Arguments,
  { episodes, seed }: Judging,
): Promise<void> {
  const { crew, manifest, sameEnvironment } = await openArtefact(
    given.positionals[0],
    given.text.controller,
  );
  const output = openOutput(given);
  const { task } = manifest;
  const judging = {
    task,
    episodes,
    seed,
    served: "policy",
    moved: true,
  } as const;
  const verdict = await judge(
    crew,
    judging,
    (step) =>
      output.progress({
        step,
        steps: episodes,
        unit: "episodes",
        stage: "evaluating",
      }),
  );
  const remark = sameEnvironment
    ? ""
    : " This version's environment is another than the one in which the policy passed its gate: that guarantee does not carry over.";
  output.finish(`${sentence(verdict, TASKS[task].dense)}${remark}`, {
    ...verdict,
    sameEnvironment,
  });
}

async function evaluate(
  run: Run,
  given: Arguments,
  { workers, episodes, seed }: Judging,
): Promise<void> {
  const checkpoint = newestCheckpoint(run, "evaluate");
  const counters = countersOf(checkpoint);
  const output = openOutput(given, workers);
  const session = await openSession(run.config, workers);
  try {
    const { learner, crew } = session;
    restoreSession(learner, checkpoint, counters, false);
    const kept = restoreKept(learner, checkpoint, counters);
    const { task } = run.config;
    const { served, evidence, why } = servedOf(run, checkpoint);
    const moved = differs(run.config, counters);
    const best = bestCrew(session, { counters, kept });
    const verdict = await judge(
      crew,
      { task, episodes, seed, served, moved, best },
      (done) =>
        output.progress({
          step: done,
          steps: episodes,
          unit: "episodes",
          stage: "evaluating",
        }),
    );
    const text = `${sentence(verdict, TASKS[task].dense)} ${why}`;
    output.finish(text, { ...verdict, served, evidence });
  } finally {
    session.close();
  }
}

await main(commandProgram(command, Deno.args, perform));
