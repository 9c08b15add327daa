/**
 * A training run with its effects: rows to the logs, checkpoints to the disk,
 * progress to the screen, and an orderly end on Ctrl-C.
 *
 * @module
 */

import { quoted, reading, unwrap, writeWholeText } from "./_files.ts";
import type { Program } from "./_program.ts";
import * as E from "fp-ts/Either";
import type { Kept } from "../lib/train/kept.ts";
import {
  type Counters,
  nextStage,
  type Stage,
  startCounters,
} from "../lib/train/schedule.ts";
import {
  type Crew,
  type Progress,
  type RunPlan,
  train,
} from "../lib/train/train.ts";
import {
  type Checkpoint,
  latestCheckpoint,
  matchCheckpoint,
  writeCheckpoint,
} from "./_checkpoint.ts";
import { configHash, type RunConfig } from "./_config.ts";
import { conclude, type Conduct, levelOf } from "./_conclusion.ts";
import { counted } from "./_count.ts";
import { countersOf } from "./_counters.ts";
import { refuseDumped } from "./_dump.ts";
import {
  describeProfile,
  type Ledger,
  openLedger,
  type Profile,
} from "./_profile/report.ts";
import { type LogLengths, openLogs, type Run, type RunLogs } from "./_run.ts";
import {
  allSections,
  openSession,
  restoreKept,
  restoreSession,
  type Session,
} from "./_session.ts";
import { parseRows, type Row } from "./_sinks/jsonl.ts";
import { join } from "node:path";

/** A session whose crew's calls are timed. */
type TimedSession = Omit<Session, "crew"> & { readonly crew: Crew };

/** The state of a run between two stages. */
interface RunState {
  counters: Counters;
  kept: Kept;
  checkpointed: number;
}

/** Trains, or goes on training, the run in its folder; exit code 130 where it was stopped. */
export function trainRun(run: Run, conduct: Conduct): Program {
  return async () => E.right(await carryOut(run, conduct));
}

async function carryOut(run: Run, conduct: Conduct): Promise<number> {
  const started = conduct.now();
  const checkpoint = loadCheckpoint(run);
  const { config } = run;
  const opened = await openSession(config, conduct.workers, conduct.profile);
  const ledger = openLedger(conduct.now);
  const session = { ...opened, crew: ledger.over(opened.crew) };
  try {
    const logs = unwrap(openLogs(run, checkpoint?.header.logs as LogLengths));
    try {
      const state = restore(session, checkpoint);
      const began = started - (checkpoint ? secondsBefore(run) : 0);
      const done = await loop(run, conduct, session, logs, state, ledger)
        .catch((error) => refuseDumped(run, session.learner, state, error)) &&
        await conclude(run, conduct, session, logs, state, began);
      if (conduct.profile) {
        const seconds = conduct.now() - started;
        const profile = ledger.close(await opened.crew.times(), seconds);
        reportProfile(run, conduct, profile);
      }
      return done ? 0 : interrupted(run, conduct, state);
    } finally {
      logs.close();
    }
  } finally {
    session.close();
  }
}

/** Wall-clock of the stages up to the checkpoint that a run goes on from; of an edited log, of the lines that can be read. */
export function secondsBefore({ dir }: Pick<Run, "dir">): number {
  const path = join(dir, "timing.jsonl");
  const text = reading(`read '${path}'`, () => Deno.readTextFileSync(path));
  return text.split("\n").slice(0, -1)
    .map((line) =>
      E.toUnion(E.tryCatch(() => parseRows(`${line}\n`)[0], () => 0))
    )
    .map((row) => Number(Object(row).seconds))
    .filter((seconds) => seconds >= 0 && seconds < Infinity)
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** Runs stages until the plan is done; false where a person stopped it. */
async function loop(
  run: Run,
  conduct: Conduct,
  session: TimedSession,
  logs: RunLogs,
  state: RunState,
  ledger: Ledger,
): Promise<boolean> {
  const plan = planOf(run.config);
  const { learner, crew } = session;
  let since = conduct.now();
  announce(conduct, plan, state);
  const { counters, kept } = state;
  for await (const progress of train(learner, crew, plan, counters, kept)) {
    state.counters = progress.counters;
    state.kept = progress.kept;
    const now = conduct.now();
    record(conduct, logs, progress, now - since);
    ledger.stage(progress.stage.kind, now - since);
    since = now;
    const stop = conduct.stopping();
    if (stop || checkpointDue(run.config, state, progress.stage)) {
      save(run, session, logs, state);
    }
    if (stop) return false;
    announce(conduct, plan, state);
  }
  save(run, session, logs, state);
  return true;
}

/** The plan that a configuration asks for. */
export function planOf(config: RunConfig): RunPlan {
  const { safeExploration } = config;
  return {
    recipe: config.recipe,
    steps: config.steps,
    seed: config.seed,
    evaluateEvery: config.evaluation.every,
    evaluationEpisodes: config.evaluation.episodes,
    gatePairs: config.evaluation.gatePairs,
    delta: config.evaluation.delta,
    ...safeExploration === undefined ? {} : { safeExploration },
  };
}

function loadCheckpoint(run: Run): Checkpoint | undefined {
  const found = unwrap(latestCheckpoint(run.dir, "resume"));
  // Before the logs are cut back to it.
  if (found !== undefined) countersOf(found);
  return found && unwrap(matchCheckpoint(found, run.config));
}

function restore(session: TimedSession, checkpoint?: Checkpoint): RunState {
  if (checkpoint === undefined) {
    return { counters: startCounters(), kept: {}, checkpointed: 0 };
  }
  const { learner } = session;
  const counters = countersOf(checkpoint);
  restoreSession(learner, checkpoint, counters, true);
  const kept = restoreKept(learner, checkpoint, counters);
  return { counters, kept, checkpointed: checkpoint.step };
}

function record(
  conduct: Conduct,
  logs: RunLogs,
  { stage, row, counters }: Progress,
  seconds: number,
): void {
  if (row !== undefined) {
    logs.metrics(row as Row);
    conduct.console.row(row as Row);
  }
  const { steps: step, updates } = counters;
  logs.timing({ kind: stage.kind, step, updates, seconds });
}

/** After the first learning stage that passes a multiple of `checkpointEvery`. */
function checkpointDue(
  config: RunConfig,
  state: RunState,
  stage: Stage,
): boolean {
  const { steps } = state.counters;
  const every = config.checkpointEvery;
  return stage.kind === "learn" &&
    Math.floor(steps / every) > Math.floor(state.checkpointed / every);
}

function save(
  run: Run,
  session: TimedSession,
  logs: RunLogs,
  state: RunState,
): void {
  const { counters, kept, checkpointed } = state;
  const header = { counters, checkpointed, logs: logs.commit() };
  unwrap(writeCheckpoint(run.dir, {
    step: counters.steps,
    task: run.config.task,
    config: configHash(run.config),
    header,
    sections: allSections(session.learner, counters, kept),
  }));
  state.checkpointed = counters.steps;
}

function announce(conduct: Conduct, plan: RunPlan, state: RunState): void {
  conduct.console.progress({
    step: state.counters.steps,
    steps: plan.steps,
    stage: describe(nextStage(plan, state.counters), plan, state),
    level: levelOf(state.counters),
  });
}

function describe(stage: Stage, plan: RunPlan, state: RunState): string {
  const { updates, gate, serving } = state.counters;
  switch (stage.kind) {
    case "play":
      return stage.warmup ? "warm-up" : "learning";
    case "learn":
      return stage.still
        ? `burn-in until the mean value settles, ${counted(updates, "update")}`
        : stage.released
        ? "learning"
        : `burn-in of the critics, ${updates}/${plan.recipe.burnIn} updates`;
    case "evaluate":
      return "evaluating";
    case "gate":
      return `gate: look ${
        serving.looks + 1
      } at the policy of step ${serving.champion?.step}, pair ${gate.pairs}`;
    case "done":
      return "final evaluation";
  }
}

/** Into the run's folder, and to a person. */
function reportProfile(run: Run, conduct: Conduct, profile: Profile): void {
  const path = join(run.dir, "profile.json");
  writeWholeText(path, `${JSON.stringify(profile, null, 2)}\n`);
  conduct.console.say(`\n${describeProfile(profile)}`);
}

function interrupted(
  run: Run,
  conduct: Conduct,
  state: RunState,
): number {
  const { steps: step } = state.counters;
  const resume = `deno task train --resume ${quoted(run.dir)}`;
  conduct.console.finish(
    `Stopped at step ${step}. Resume with: ${resume}`,
    { kind: "stopped", step, resume },
  );
  return 130;
}
