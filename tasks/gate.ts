/**
 * `deno task gate RUN`: whether the policy of a run may be served in place of
 * its controller, tested pair by pair on fresh episodes.
 *
 * @module
 */

import type { Gate } from "../lib/rollout/gate.ts";
import { type Checkpoint, latestCheckpoint } from "./_checkpoint.ts";
import type { Arguments, Command } from "./_cli.ts";
import { openOutput, readWorkers, WORKERS } from "./_conduct.ts";
import { countersOf } from "./_counters.ts";
import { unwrap } from "./_files.ts";
import {
  type Asked,
  beginLook,
  chooseCheckpoint,
  MOST_PAIRS,
  readAsked,
} from "./_gate/asked.ts";
import {
  type Candidate,
  candidateIn,
  figures,
  learntIn,
} from "./_gate/evidence.ts";
import { type Look, readLooks, writeLooks } from "./_gate/look.ts";
import { playLook } from "./_gate/play.ts";
import { type Circumstances, describeLook } from "./_gate/sentence.ts";
import { commandProgram, main } from "./_program.ts";
import { openRun, type Run } from "./_run.ts";
import { openSession, restorePolicy, restoreSession } from "./_session.ts";
import type { ConsoleSink, Display } from "./_sinks/console.ts";

const command: Command = {
  name: "gate",
  summary: "Test whether the policy of a run may be served for its controller.",
  positionals: [
    { name: "RUN", description: "Folder of a finished run", required: true },
  ],
  options: [
    {
      name: "delta",
      placeholder: "D",
      default: "0.05",
      description:
        "Chance of passing a policy wrongly, over all looks at the run, 0.0001 to 0.5",
    },
    {
      name: "margin",
      placeholder: "M",
      default: "0",
      description:
        "Success that it may be worse by, 0 (it must be better) to 0.5",
    },
    {
      name: "pairs",
      placeholder: "N",
      default: String(MOST_PAIRS),
      description: "Pairs of episodes at most, to 1000000",
    },
    {
      name: "checkpoint",
      placeholder: "STEP",
      description:
        "What was learnt by then; unless given, what the run serves, else the newest",
    },
    {
      name: "seed",
      placeholder: "N",
      description: "Seed of the episodes, the run's unless given",
    },
    WORKERS,
    { name: "json", description: "Print one JSON line" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task gate runs/slippery-push-seed1",
    "deno task gate runs/slippery-push-seed1 --margin 0.05 --pairs 2000",
  ],
  notes:
    "Every look is kept in RUN/gate.json, an interrupted one too, and look k may\n" +
    "spend 6 delta / (pi^2 k^2): looking again is allowed and is paid for. Each look\n" +
    "plays episodes that nothing before it has played. Where rewards are dense, a\n" +
    "pair is won by the higher return and the margin is a share of episodes. The\n" +
    "run's own gate, while it trains, has a chance of error of its own.",
};

async function perform(given: Arguments): Promise<void> {
  const workers = unwrap(readWorkers(given));
  const asked = readAsked(given);
  const run = unwrap(openRun(given.positionals[0], "gate"));
  const checkpoint = chooseCheckpoint(run, asked.checkpoint);
  await look(run, asked, checkpoint, workers, openOutput(given, workers));
}

/** Begins a look, plays it and keeps what it found. */
async function look(
  run: Run,
  asked: Asked,
  checkpoint: Checkpoint,
  workers: number,
  output: ConsoleSink,
): Promise<void> {
  const { config, dir } = run;
  const before = readLooks(dir);
  const named = asked.checkpoint !== undefined;
  const newest = named
    ? unwrap(latestCheckpoint(dir)) ?? checkpoint
    : checkpoint;
  const candidate = named
    ? learntIn(run, checkpoint, newest)
    : candidateIn(run, checkpoint);
  const begun = beginLook(run, asked, candidate, before);
  const others = before.slice(0, begun.look - 1);
  const session = await openSession(config, workers);
  try {
    const { learner, crew, spec } = session;
    const counters = countersOf(checkpoint);
    if (named) restoreSession(learner, checkpoint, counters, false);
    else restorePolicy(learner, checkpoint, counters);
    // It counts from here on, so that nobody looks and stops for nothing.
    writeLooks(dir, [...others, begun]);
    output.say(opening(begun));
    const played = await playLook(
      crew,
      spec,
      begun,
      (gate) => output.progress(display(begun, gate)),
    );
    writeLooks(dir, [...others, played]);
    const text = describeLook(played, circumstances(run, newest, candidate));
    output.finish(text, { dir, ...played });
  } finally {
    session.close();
  }
}

/** How far a look has come. */
function display({ most, level }: Look, gate: Gate): Display {
  const { pairs, wins, losses, wealth } = gate;
  const needed = figures(1 / level);
  return {
    step: pairs,
    steps: most,
    unit: "pairs",
    stage: `gate: evidence ${
      figures(wealth)
    } of ${needed} needed, ${wins} won, ${losses} lost`,
  };
}

function circumstances(
  run: Run,
  newest: Checkpoint,
  { gate: { pairs, passed } }: Candidate,
): Circumstances {
  const { dir, config } = run;
  const { step, gate } = candidateIn(run, newest);
  const { delta } = config.evaluation;
  return {
    dir,
    own: pairs > 0 ? { passed, delta } : undefined,
    exported: { step, served: gate.passed },
  };
}

/** Which look this is and what it asks, before the first pair. */
function opening(
  { look, step, delta, level, margin, kind, most }: Look,
): string {
  const again = look > 1 ? ` (look 1 to ${look - 1} are in gate.json)` : "";
  return `Look ${look} at this run${again}: the policy of step ${step}, ${kind}${
    margin > 0 ? ` with a margin of ${margin}` : ""
  }, up to ${most} pairs; of delta ${delta} this look may spend ${
    figures(level)
  }.`;
}

await main(commandProgram(command, Deno.args, perform));
