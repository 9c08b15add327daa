/**
 * `deno task export RUN`: the policy of a run as two files that act without
 * the simulator, `policy.safetensors` and `kernels.wasm`.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeArtefact } from "../lib/edge/artefact.ts";
import { type EdgeSpec, readSpec } from "../lib/edge/mod.ts";
import { refuse } from "../lib/errors.ts";
import { type Gate, openGate } from "../lib/rollout/gate.ts";
import type { Counters } from "../lib/train/schedule.ts";
import type { Crew } from "../lib/train/train.ts";
import { latestCheckpoint, matchCheckpoint } from "./_checkpoint.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
} from "./_cli.ts";
import { counted } from "./_count.ts";
import { artefactOf } from "./_export/artefact.ts";
import {
  gateAnew,
  lean,
  leanStandingOf,
  standingOf,
} from "./_export/gating.ts";
import { reading, unwrap, writeWhole, writing } from "./_files.ts";
import type { RunConfig } from "./_config.ts";
import { candidateIn, figures } from "./_gate/evidence.ts";
import { FRESH_SEED, judge } from "./_judge.ts";
import { main, type Program } from "./_program.ts";
import { openRun, readMetrics, type Run } from "./_run.ts";
import { openSession, restoreSession, type Session } from "./_session.ts";
import {
  type ConsoleSink,
  openConsole,
  percent,
  standardOutput,
} from "./_sinks/console.ts";
import type { Row } from "./_sinks/jsonl.ts";

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
  ],
};

function program(args: readonly string[]): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText(command));
      return E.right(undefined);
    }
    const out = folderOf(given);
    const run = unwrap(openRun(given.positionals[0], "export"));
    const output = openConsole(standardOutput({
      json: given.flags.has("json"),
      quiet: given.flags.has("quiet"),
    }));
    const bytes = await exported(run, given, output);
    const files = write(out, bytes);
    const spec = readSpec(bytes);
    output.finish(sentence(files, spec), { ...files, spec });
    return E.right(undefined);
  };
}

/** Where the files go; a path that climbs out of this folder is more likely a slip than a wish. */
function folderOf({ text, positionals }: Arguments): string {
  const { out = join(positionals[0], "export") } = text;
  const climbs = !isAbsolute(out) && relative(".", out).startsWith("..");
  if (!climbs || text.out === undefined) return out;
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export to '${out}' as it leaves this folder: give a folder inside, or an absolute path`,
  });
}

/** The bytes of the artefact. */
async function exported(
  run: Run,
  { flags }: Arguments,
  output: ConsoleSink,
): Promise<Uint8Array> {
  const checkpoint = unwrap(latestCheckpoint(run.dir)) ?? refuseUnfinished(run);
  unwrap(matchCheckpoint(checkpoint, run.config, "export"));
  const final = finalRow(run);
  const config = flags.has("lean") ? lean(run.config) : run.config;
  const session = await openSession(config, 1);
  try {
    const { learner, crew, spec } = session;
    const counters = checkpoint.header.counters as Counters;
    restoreSession(learner, checkpoint, counters, false);
    const another = flags.has("lean") && run.config.recipe.selection;
    const ungated = flags.has("ungated");
    const gate = another
      ? leanStandingOf(
        run,
        ungated
          ? openGate()
          : await gateLean(config, session, counters, output),
        ungated,
      )
      : standingOf(run, candidateIn(run, checkpoint), ungated);
    const known = another
      ? await judgedAnew(config, crew, final, output)
      : final;
    const trained = { config, spec, learner, gate, final: known };
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

function finalRow(run: Run): Row {
  const rows = unwrap(readMetrics(run.dir));
  return rows.findLast(({ kind }) => kind === "final") ?? refuseUnfinished(run);
}

function refuseUnfinished({ dir }: Run): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export '${dir}' as it is not finished: go on with: deno task train --resume ${dir}`,
  });
}

/** The files written, with their sizes. */
interface Files {
  readonly policy: string;
  readonly policyBytes: number;
  readonly kernels: string;
  readonly kernelsBytes: number;
}

function write(out: string, policy: Uint8Array): Files {
  const source = fileURLToPath(
    new URL("../kernels/kernels.wasm", import.meta.url),
  );
  const kernels = reading(
    `read '${source}'`,
    () => Deno.readFileSync(source),
  );
  const advice = ": give a folder that can be written with --out";
  writing(
    `make '${out}'`,
    () => Deno.mkdirSync(out, { recursive: true }),
    advice,
  );
  const files = {
    policy: join(out, "policy.safetensors"),
    policyBytes: policy.length,
    kernels: join(out, "kernels.wasm"),
    kernelsBytes: kernels.length,
  };
  writeWhole(files.policy, [policy], advice);
  writeWhole(files.kernels, [kernels], advice);
  return files;
}

function sentence(files: Files, { training, gate, sha256 }: EdgeSpec): string {
  const { margin } = gate;
  const stood = gate.verdict === "passed"
    ? `It passed the gate ${
      margin > 0 ? `of non-inferiority by ${figures(100 * margin)} points ` : ""
    }after ${
      counted(gate.pairs, "paired episode")
    } (chance of error at most ${gate.delta}).`
    : "It has NOT passed the gate: it may be worse than its controller.";
  return [
    `Wrote '${files.policy}' (${kilobytes(files.policyBytes)}) and ` +
    `'${files.kernels}' (${kilobytes(files.kernelsBytes)}).`,
    `Success ${percent(training.policySuccess)}, controller ${
      percent(training.baseSuccess)
    }, over ${counted(training.episodes, "fresh episode")}. ${stood}`,
    `SHA-256 ${sha256}`,
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

await main(program(Deno.args));
