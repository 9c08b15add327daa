/**
 * `deno task bench:peers`: our work beside the same work in Python, alternately
 * in one run, and one table of ratios.
 *
 * Needs `-R -W=.cache -E --allow-sys --allow-run`. Without Python it says what
 * is missing and exits with 0.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { refuse } from "../lib/errors.ts";
import { type Arguments, type Command, suggestion } from "./_cli.ts";
import { counted } from "./_count.ts";
import { openLoop } from "./_peers/loop.ts";
import { processor } from "./_peers/machine.ts";
import { openPeer, type PeerOptions, type PeerProcess } from "./_peers/peer.ts";
import { type Ended, ensureEnvironment, findPython } from "./_peers/python.ts";
import { allRows, relaxedRow, type Row } from "./_peers/rows.ts";
import { alternate, fixedSide, type Side } from "./_peers/side.ts";
import { lineOf, type Measured, tableOf } from "./_peers/table.ts";
import { openThreads } from "./_peers/threads.ts";
import { whole } from "./_number.ts";
import { commandProgram, main } from "./_program.ts";

const REPEATS = 5;

const command: Command = {
  name: "bench:peers",
  summary: "Time our work beside the same work in Python, in turns.",
  positionals: [],
  options: [
    {
      name: "only",
      placeholder: "TEXT",
      description: "Only rows that contain this, in work or peer",
    },
    {
      name: "repeats",
      placeholder: "N",
      default: String(REPEATS),
      description: "Pairs of measurements per row, 1 to 100",
    },
    {
      name: "python",
      placeholder: "COMMAND",
      description: "The Python to use, 3.11 or later (default: first found)",
    },
    {
      name: "avx2",
      description:
        "Keep PyTorch and numpy to AVX2 vectors, for which the bars are named",
    },
    {
      name: "relaxed",
      description: "Measure our relaxed build in every row that has kernels",
    },
    { name: "json", description: "Print one JSON line per row" },
  ],
  examples: [
    "deno task bench:peers",
    "deno task bench:peers --only DDPG --repeats 9",
    "deno task bench:peers --json > ratios.jsonl",
  ],
  notes:
    `A ratio above 1 always means that ours is faster; min and max are over the
repeats. Only ratios carry over to another machine, and those of matrix work
depend on how wide its processor computes.

The first run makes a virtual environment under .cache/peers. PyTorch's usual
Linux build brings 1.9 GB of CUDA libraries; where pip is set up to find a build
for processors only, that one is taken and they stay away.`,
};

async function perform(given: Arguments): Promise<number | void> {
  const rows = chosenRows(given.text.only, given.flags.has("relaxed"));
  const repeats = whole(given, "repeats", REPEATS, 1, 100);
  const json = given.flags.has("json");
  const say = json ? console.error : console.log;
  const python = await findPython(run, pythonNames(given));
  if (E.isLeft(python)) {
    say(python.left);
    return;
  }
  const peers = {
    python: await ensureEnvironment(run, python.right, say),
    avx2: given.flags.has("avx2"),
  };
  say(announcement(rows, repeats));
  const { all, machine } = await measureAll(peers, rows, repeats, say);
  if (json) {
    for (const each of all) console.log(JSON.stringify(lineOf(each)));
  } else say(`\n${tableOf(all)}`);
  say(`\n${machine}`);
  const failed = all.filter(({ failure }) => failure !== undefined);
  return failed.length > 0 ? 1 : 0;
}

/** The rows that contain the text, whatever its case. */
function chosenRows(
  only: string | undefined,
  relaxed: boolean,
): readonly Row[] {
  const all = relaxed
    ? allRows().flatMap((row) => relaxedRow(row) ?? [])
    : allRows();
  if (only === undefined) return all;
  const names = all.map(({ work, peer }) => `${work}, ${peer}`);
  const wanted = only.toLowerCase();
  const rows = all.filter((_, i) => names[i].toLowerCase().includes(wanted));
  if (rows.length > 0) return rows;
  const list = names.map((name) => `  ${name}`).join("\n");
  return refuse({
    _tag: "ConfigError",
    message: `Cannot find a row that contains '${only}'` +
      `${suggestion(only, all.map(({ work }) => work)) || "."} Rows:\n${list}`,
  });
}

function pythonNames(given: Arguments): readonly string[] | undefined {
  const { python } = given.text;
  return python === undefined ? undefined : [python];
}

/** What is about to happen and how long it takes. */
function announcement(rows: readonly Row[], repeats: number): string {
  const each = rows.map(({ seconds }) => 4 + 2.5 * (repeats + 1) * seconds);
  const minutes = Math.ceil(each.reduce((sum, s) => sum + s, 0) / 60);
  const alone = navigator.hardwareConcurrency < 2
    ? "\nThis machine has one core: rows of two threads tell little here."
    : "";
  return `${counted(rows.length, "row")}, ` +
    `${counted(repeats, "pair")} of measurements each, ` +
    `about ${minutes} min. Leave the machine alone meanwhile.${alone}`;
}

/** Measures row after row; a row that fails says so in its line. */
async function measureAll(
  options: PeerOptions,
  rows: readonly Row[],
  repeats: number,
  say: (text: string) => void,
): Promise<{ readonly all: readonly Measured[]; readonly machine: string }> {
  const peers = peerKeeper(options);
  const all: Measured[] = [];
  try {
    for (const row of rows) {
      const measured = await measureRow(row, repeats, peers.side);
      if (measured.failure !== undefined) await peers.close();
      all.push(measured);
      const what = measured.failure ?? `ratio ${lineOf(measured).ratio}`;
      say(`${row.work} / ${row.peer}: ${what}`);
    }
  } finally {
    await peers.close();
  }
  return { all, machine: peers.machine() };
}

async function measureRow(
  row: Row,
  repeats: number,
  sideOf: (peer: Row["theirs"]) => Promise<Side>,
): Promise<Measured> {
  try {
    const theirs = await sideOf(row.theirs);
    try {
      const ours = await openOurs(row.ours);
      try {
        const rates = await alternate(ours, theirs, row.seconds, repeats);
        return { work: row, ...rates };
      } finally {
        await ours.close();
      }
    } finally {
      await theirs.close();
    }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { work: row, ours: [], theirs: [], failure };
  }
}

function openOurs(ours: Row["ours"]): Promise<Side> {
  return "loop" in ours ? openLoop(ours.loop) : openThreads(ours);
}

/** Keeps one Python process at a time: neighbouring rows share it. */
function peerKeeper(options: PeerOptions) {
  let held: { readonly name: string; readonly peer: PeerProcess } | undefined;
  const versions: Record<string, string> = {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
  };
  let cpuinfo = "";
  async function close(): Promise<void> {
    await held?.peer.close();
    held = undefined;
  }
  return {
    close,
    async side(peer: Row["theirs"]): Promise<Side> {
      if ("rate" in peer) return fixedSide(peer.rate);
      if ("own" in peer) return await openThreads(peer.own);
      const { family, threads } = peer;
      const name = `${family} ${threads}`;
      if (held?.name !== name) {
        await close();
        held = { name, peer: await openPeer(options, family, threads) };
        Object.assign(versions, held.peer.versions);
        cpuinfo = held.peer.cpuinfo;
      }
      return held.peer.side(peer.case);
    },
    /** Processor, vectors and versions: ratios mean little without them. */
    machine(): string {
      const kept = options.avx2 ? "; PyTorch and numpy kept to AVX2" : "";
      const list = Object.entries(versions).map((each) => each.join(" "));
      const cores = navigator.hardwareConcurrency;
      return `${processor(cpuinfo)}, ${cores} cores${kept}\n${list.join(", ")}`;
    },
  };
}

/** Runs a command to its end; nothing of it reaches the terminal. */
async function run(
  name: string,
  ...args: readonly string[]
): Promise<Ended | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, {
      args: [...args],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + decoder.decode(stderr);
    return { code, output: text.slice(-3000) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

await main(commandProgram(command, Deno.args, perform));
