/**
 * `deno task stress RUN`: policy and base of a run in worlds that are other
 * than the one that was trained in, axis by axis.
 *
 * @module
 */

import { TASKS } from "../lib/suite/registry.ts";
import { AXES } from "../lib/suite/stress.ts";
import { type Arguments, type Command, section } from "./_cli.ts";
import { openOutput, readWorkers, WORKERS } from "./_conduct.ts";
import { countersOf } from "./_counters.ts";
import { unwrap, writeWholeText } from "./_files.ts";
import { candidateIn } from "./_gate/evidence.ts";
import { servedOf } from "./_gate/served.ts";
import { differs, FRESH_SEED } from "./_judge.ts";
import { loadMujoco } from "./_physics.ts";
import { commandProgram, main } from "./_program.ts";
import { openRun, type Run } from "./_run.ts";
import { newestCheckpoint, openSession, restorePolicy } from "./_session.ts";
import type { ConsoleSink } from "./_sinks/console.ts";
import { type Asked, EPISODES, readAsked } from "./_stress/asked.ts";
import { type Fitting, fitting } from "./_stress/fit.ts";
import { stressPage } from "./_stress/page.ts";
import {
  csvOf,
  describeReport,
  measureOf,
  type Report,
} from "./_stress/report.ts";
import { sweep } from "./_stress/sweep.ts";
import { checkRun } from "./_suite.ts";

const command: Command = {
  name: "stress",
  summary:
    "Play the policy of a run and its base where the world is another than in training.",
  positionals: [
    { name: "RUN", description: "Folder of a run", required: true },
  ],
  options: [
    {
      name: "axes",
      placeholder: "A,B",
      description: `Which axes, all unless given: ${
        Object.keys(AXES).join(", ")
      }`,
    },
    {
      name: "episodes",
      placeholder: "N",
      default: String(EPISODES),
      description: "Episodes of each player at each value, 2 to 1000000",
    },
    {
      name: "seed",
      placeholder: "N",
      default: String(FRESH_SEED),
      description: "Seed of the episodes",
    },
    {
      name: "out",
      placeholder: "FILE.html",
      default: "RUN/stress.html",
      description: "Where the page goes; the figures go beside it as .csv",
    },
    WORKERS,
    { name: "json", description: "Print one JSON line" },
    { name: "quiet", description: "Print only what was found" },
  ],
  examples: [
    "deno task stress runs/slippery-push-seed1",
    "deno task stress runs/slippery-push-seed1 --axes friction,mass --episodes 400 --out runs/ice.html",
  ],
  notes: `${axesHelp()}

Both players meet the same starts, goals and noise at every value, those of
deno task eval. The policy is the one that the run serves, else what was learnt
last. Its base, where it has one, is disturbed inside it as well. No value of an
axis was seen in training but the undisturbed one, and a gate holds there alone.`,
};

function axesHelp(): string {
  return section(
    "Axes and their values",
    Object.values(AXES).map((axis) => [
      axis.id,
      `${measureOf(axis)}: ${axis.values.join(", ")}`,
    ]),
  );
}

async function perform(given: Arguments): Promise<void> {
  const workers = unwrap(readWorkers(given));
  const run = unwrap(openRun(given.positionals[0], "stress"));
  const asked = readAsked(given, run.dir);
  await stress(run, asked, workers, openOutput(given, workers));
}

/** Plays the axes that apply, and tells what was found. */
async function stress(
  run: Run,
  asked: Asked,
  workers: number,
  output: ConsoleSink,
): Promise<void> {
  const checkpoint = newestCheckpoint(run, "stress");
  const counters = countersOf(checkpoint);
  const config = unwrap(checkRun(run.config));
  const fit = fitting(await loadMujoco(), config, asked.axes);
  const session = await openSession(config, workers);
  try {
    restorePolicy(session.learner, checkpoint, counters);
    const { task } = config;
    const { episodes, seed } = asked;
    const moved = differs(config, counters);
    const curves = await sweep(
      session.crew,
      fit.axes,
      { task, episodes, seed, moved },
      ({ done: step, all: steps, stage }) =>
        output.progress({ step, steps, unit: "episodes", stage }),
    );
    const { step } = candidateIn(run, checkpoint);
    const { served } = servedOf(run, checkpoint);
    const policy = {
      step,
      served: served === "policy",
      moved,
    };
    finish(reportOf(run, asked, fit, policy, curves), asked, output);
  } finally {
    session.close();
  }
}

function reportOf(
  { dir, config: { task } }: Run,
  { episodes, seed }: Asked,
  { leftOut }: Fitting,
  policy: Report["policy"],
  curves: Report["curves"],
): Report {
  const measure = TASKS[task].dense ? "return" : "success";
  return { task, run: dir, policy, episodes, seed, measure, curves, leftOut };
}

/** Writes page and table; a person reads the figures, too. */
function finish(
  report: Report,
  { page, table }: Asked,
  output: ConsoleSink,
): void {
  const advice = "; name another file with --out";
  writeWholeText(page, stressPage(report), advice);
  writeWholeText(table, csvOf(report), advice);
  const wrote = `Wrote ${page} and ${table}`;
  output.finish(`${describeReport(report)}\n\n${wrote}`, {
    ...report,
    page,
    table,
  });
}

await main(commandProgram(command, Deno.args, perform));
