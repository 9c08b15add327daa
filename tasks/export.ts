/**
 * `deno task export RUN`: the policy of a run as two files that act without
 * the simulator, `policy.safetensors` and `kernels.wasm`, or its correction
 * alone as other software reads it.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeArtefact } from "../lib/edge/artefact.ts";
import { type EdgeSpec, readSpec } from "../lib/edge/mod.ts";
import { refuse } from "../lib/errors.ts";
import { type Gate, openGate } from "../lib/rollout/gate.ts";
import type { Counters } from "../lib/train/schedule.ts";
import type { Crew } from "../lib/train/train.ts";
import { latestCheckpoint, matchCheckpoint } from "./_checkpoint.ts";
import { type Arguments, type Command, unknownName } from "./_cli.ts";
import { openOutput } from "./_conduct.ts";
import { counted } from "./_count.ts";
import { countersOf } from "./_counters.ts";
import { artefactOf, sensesIn } from "./_export/artefact.ts";
import {
  checkFree,
  checkInside,
  writeFiles,
  type Written,
} from "./_export/folder.ts";
import { type Format, FORMATS } from "./_export/formats.ts";
import {
  gateAnew,
  lean,
  leanStandingOf,
  standingOf,
} from "./_export/gating.ts";
import { quoted, reading, unwrap } from "./_files.ts";
import type { RunConfig } from "./_config.ts";
import { candidateIn, figures } from "./_gate/evidence.ts";
import { FRESH_SEED, judge } from "./_judge.ts";
import { commandProgram, main } from "./_program.ts";
import { openRun, readMetrics, type Run } from "./_run.ts";
import { openSession, restorePolicy, type Session } from "./_session.ts";
import { type ConsoleSink, percent } from "./_sinks/console.ts";
import type { Row } from "./_sinks/jsonl.ts";
import { type Unmoved, whyUnmoved } from "./_unmoved.ts";

const command: Command = {
  name: "export",
  summary: "Write the policy of a run as files that act without the simulator.",
  positionals: [
    { name: "RUN", description: "Folder of a finished run", required: true },
  ],
  options: [
    {
      name: "out",
      placeholder: "DIR",
      description: "Folder of the files, RUN/export unless given",
    },
    {
      name: "format",
      placeholder: "NAME",
      default: "safetensors",
      description:
        "safetensors, tfjs or onnx; the latter two hold the correction alone, as with --lean",
    },
    {
      name: "lean",
      description:
        "Leave the critics at home: a fifth of the size, but another policy, which plays the gate itself",
    },
    {
      name: "ungated",
      description: "Write a policy that has not passed the gate all the same",
    },
    { name: "json", description: "Print one JSON line" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task export runs/slippery-push-seed1",
    "deno task export runs/slippery-push-seed1 --lean --out policies/push",
    "deno task export runs/slippery-push-seed1 --format onnx",
  ],
  notes:
    "docs/embed.md shows what to do with the files, docs/formats.md how others read them.",
};

async function perform(given: Arguments): Promise<void> {
  const format = formatOf(given);
  const { out = join(given.positionals[0], "export") } = given.text;
  if (given.text.out !== undefined) checkInside(out);
  const run = unwrap(openRun(given.positionals[0], "export"));
  checkFree(out, format);
  const output = openOutput(given);
  const policy = await exported(run, given, format, output);
  const contents = format.encode(policy, kernels());
  const files = writeFiles(out, format, contents);
  const spec = readSpec(policy);
  output.finish(sentence(files, format, spec), { ...named(files), spec });
}

function formatOf({ text: { format = "safetensors" } }: Arguments): Format {
  return Object.hasOwn(FORMATS, format)
    ? FORMATS[format]
    : refuse(unknownName("format", format, Object.keys(FORMATS)));
}

/** The kernels that act here and there. */
function kernels(): Uint8Array {
  const url = new URL("../kernels/kernels.wasm", import.meta.url);
  const path = fileURLToPath(url);
  return reading(`read '${path}'`, () => Deno.readFileSync(path));
}

/** The bytes of the artefact. */
async function exported(
  run: Run,
  { flags }: Arguments,
  { alone }: Format,
  output: ConsoleSink,
): Promise<Uint8Array> {
  sensesIn(run.config, alone);
  const checkpoint = unwrap(latestCheckpoint(run.dir)) ?? refuseUnfinished(run);
  unwrap(matchCheckpoint(checkpoint, run.config, "export"));
  const counters = countersOf(checkpoint);
  const ungated = flags.has("ungated");
  const unmoved = whyUnmoved(run.config, counters);
  if (unmoved !== undefined && !ungated) refuseUnmoved(run, unmoved);
  const candidate = candidateIn(run, checkpoint);
  const final = { ...finalRow(run), step: candidate.step };
  const bare = alone || flags.has("lean");
  const config = bare ? lean(run.config) : run.config;
  const session = await openSession(config, 1);
  try {
    const { learner, crew, spec } = session;
    restorePolicy(learner, checkpoint, counters);
    const another = bare && run.config.recipe.selection;
    const gate = another
      ? leanStandingOf(
        run,
        ungated
          ? openGate()
          : await gateLean(config, session, counters, output),
        ungated,
      )
      : standingOf(run, candidate, ungated);
    const known = another
      ? await judgedAnew(config, crew, final, output)
      : final;
    const trained = { config, spec, learner, gate, final: known, alone };
    return encodeArtefact(artefactOf(trained));
  } finally {
    session.close();
  }
}

/** The gate of a policy without its critics, played with signs of life. */
function gateLean(
  config: RunConfig,
  { learner, crew }: Session,
  counters: Counters,
  output: ConsoleSink,
): Promise<Gate> {
  return gateAnew(config, learner, crew, counters, (step) =>
    output.progress({
      step,
      steps: config.evaluation.gatePairs,
      unit: "episodes",
      stage: "gating the policy without its critics",
    }));
}

/** The last row of the run with what another policy than its own succeeds in. */
async function judgedAnew(
  { task, evaluation: { finalEpisodes: episodes } }: RunConfig,
  crew: Crew,
  final: Row,
  output: ConsoleSink,
): Promise<Row> {
  const judging = {
    task,
    episodes,
    seed: FRESH_SEED,
    served: "policy",
    moved: true,
  } as const;
  const { base, learnt } = await judge(
    crew,
    judging,
    (step) =>
      output.progress({
        step,
        steps: episodes,
        unit: "episodes",
        stage: "evaluating the policy without its critics",
      }),
  );
  return { ...final, episodes, base: base.success, learnt: learnt.success };
}

/** The last row of a finished run; `learnt` is there what its policy succeeds in, served or not. */
function finalRow(run: Run): Row {
  const rows = unwrap(readMetrics(run.dir));
  const row = rows.findLast(({ kind }) => kind === "final") ??
    refuseUnfinished(run);
  const learnt = row.served === "policy" ? "policy" : "learnt";
  checkFigures(run, row, "base", learnt);
  return { ...row, learnt: row[learnt] };
}

/** Refuses a row whose rates or count were edited: files hold finite numbers alone. */
function checkFigures({ dir }: Run, row: Row, ...rates: readonly string[]) {
  for (const name of [...rates, "episodes"]) {
    const value = row[name];
    const count = name === "episodes";
    const right = typeof value === "number" && value >= 0 &&
      (count ? Number.isSafeInteger(value) : value <= 1);
    if (right) continue;
    const allowed = count ? "a whole number" : "a number from 0 to 1";
    refuse({
      _tag: "ConfigError",
      message: `Cannot export '${dir}' as '${name}' in the last row of '${
        join(dir, "metrics.jsonl")
      }' must be ${allowed}: current value is ${value}. Put back what was there`,
    });
  }
}

function refuseUnmoved({ dir }: Run, { why, remedy }: Unmoved): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export '${dir}' as its policy is its controller. ${why}: ${remedy}, or add --ungated to export it all the same`,
  });
}

function refuseUnfinished({ dir }: Run): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export '${dir}' as it is not finished: go on with: deno task train --resume ${
        quoted(dir)
      }`,
  });
}

/** Paths and sizes as a line of JSON has them. */
function named(files: readonly Written[]): Row {
  return Object.fromEntries(
    files.flatMap((
      { key, path, size },
    ) => [[key, path], [`${key}Bytes`, size]]),
  );
}

function sentence(
  files: readonly Written[],
  { alone }: Format,
  { training, gate, sha256 }: EdgeSpec,
): string {
  const { margin } = gate;
  const stood = gate.verdict === "passed"
    ? `It passed the gate ${
      margin > 0 ? `of non-inferiority by ${figures(100 * margin)} points ` : ""
    }after ${
      counted(gate.pairs, "paired episode")
    } (chance of error at most ${gate.delta}).`
    : "It has NOT passed the gate: it may be worse than its controller.";
  const wrote = files
    .map(({ path, size }) => `'${path}' (${kilobytes(size)})`)
    .join(" and ");
  return [
    `Wrote ${wrote}.`,
    `Success ${percent(training.policySuccess)}, controller ${
      percent(training.baseSuccess)
    }, over ${counted(training.episodes, "fresh episode")}. ${stood}`,
    alone
      ? "The correction alone: add it to the controller's action and clip (docs/formats.md)."
      : `SHA-256 ${sha256}`,
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

await main(commandProgram(command, Deno.args, perform));
