/**
 * `deno task bench:memory`: what a run with a full replay of a million
 * transitions takes, and whether many updates take more and more.
 *
 * Needs `-R`.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import type { UpdateOrder } from "../lib/learn/td3.ts";
import type { Arguments, Command } from "./_cli.ts";
import { resolveConfig } from "./_config.ts";
import { counted } from "./_count.ts";
import { unwrap } from "./_files.ts";
import { commandProgram, main } from "./_program.ts";
import { openSession, type Session } from "./_session.ts";
import { DEFAULT_TASK, findTask } from "./_suite.ts";

const UPDATES = 100_000;

/** Bytes that a run with a full replay may take. */
const LIMIT = 1e9;

/** Bytes that many updates may add: what a garbage collector leaves lying about. */
const SLACK = 24e6;

/** A small learner, so that many updates take seconds. */
const SMALL = ["recipe.hidden=[8,8]", "recipe.batch=8", "recipe.critics=2"];

const command: Command = {
  name: "bench:memory",
  summary: "Measure the memory of a run with a full replay, and its growth.",
  positionals: [],
  options: [
    {
      name: "updates",
      placeholder: "N",
      default: String(UPDATES),
      description: "Updates of a small network, a multiple of 1000",
    },
    { name: "json", description: "Print one JSON line" },
  ],
  examples: ["deno task bench:memory"],
  notes:
    "It exits with 1 where a run takes 1 GB or more, or where updates add 24 MB.",
};

async function perform(given: Arguments): Promise<number> {
  const updates = readUpdates(given.text.updates);
  const json = given.flags.has("json");
  const full = await fullReplay();
  const growth = await manyUpdates(updates);
  const pass = full.resident < LIMIT && growth.after - growth.before < SLACK;
  console.log(
    json
      ? JSON.stringify({ ...full, updates, ...growth, pass })
      : describe(full, updates, growth),
  );
  return pass ? 0 : 1;
}

function readUpdates(text = String(UPDATES)): number {
  const updates = Number(text);
  if (
    !/^\d+$/.test(text) || updates % 1000 !== 0 || updates < 1000 ||
    updates > 1e8
  ) {
    refuse({
      _tag: "ConfigError",
      message: `Cannot use '--updates ${text}': it must be a multiple of ` +
        "1000 from 1000 to 100000000",
    });
  }
  return updates;
}

/** A run with two Workers, closed when `use` is done. */
async function withSession<A>(
  settings: readonly string[],
  use: (session: Session) => Promise<A>,
): Promise<A> {
  const task = unwrap(findTask(DEFAULT_TASK)).settings;
  const config = unwrap(resolveConfig(task, settings));
  const session = await openSession(config, 2);
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

interface Full {
  /** Transitions that replay holds. */
  readonly transitions: number;
  /** Bytes of the memory that the kernels work on. */
  readonly arena: number;
  /** Bytes that the process holds in the machine's memory, at most. */
  readonly resident: number;
}

/** The default learner over a replay of a million transitions, all of them written. */
function fullReplay(): Promise<Full> {
  return withSession(["steps=1000000"], async ({ learner, crew }) => {
    const { replay, kernels } = learner;
    for (const { view } of [replay.records, replay.desired]) view.fill(0.1);
    replay.lengths.fill(replay.horizon);
    let resident = residentBytes();
    const { capacity: episodes } = replay;
    for (let round = 0; round < 3; round++) {
      await crew.explore(2 * round, 2, "noisy");
      await crew.update(order(200 * round, 200, episodes));
      await crew.evaluate("policy", { label: "memory", seed: 1 }, 0, 2);
      resident = Math.max(resident, residentBytes());
    }
    return {
      transitions: episodes * replay.horizon,
      arena: kernels.memory.buffer.byteLength,
      resident,
    };
  });
}

interface Growth {
  /** Bytes that the process holds before and after. */
  readonly before: number;
  readonly after: number;
}

/** Updates in stages, as a run does them; the first tenth is for caches and compilers. */
function manyUpdates(count: number): Promise<Growth> {
  const stage = 1000;
  return withSession([...SMALL, "steps=1000"], async ({ learner, crew }) => {
    await crew.explore(0, 2, "warmup");
    const early = Math.ceil(count / 10 / stage) * stage;
    let before = 0;
    for (let done = 0; done < early + count; done += stage) {
      if (done === early) before = residentBytes();
      for (const { metrics } of learner.shards) metrics.view.fill(0);
      await crew.update(order(done, stage, 2));
    }
    return { before, after: residentBytes() };
  });
}

function order(updates: number, count: number, episodes: number): UpdateOrder {
  const actorUpdates = Math.ceil(updates / 2);
  return { updates, actorUpdates, count, released: true, episodes };
}

function residentBytes(): number {
  return Deno.memoryUsage().rss;
}

function describe(full: Full, updates: number, growth: Growth): string {
  const { transitions, arena, resident } = full;
  const { before, after } = growth;
  return `Replay of ${transitions} transitions: ${
    megabytes(arena)
  } of kernel ` +
    `memory, ${megabytes(resident)} resident (limit ${megabytes(LIMIT)}).\n` +
    `${counted(updates, "update")} of a small network: ${
      megabytes(before)
    } before, ` +
    `${megabytes(after)} after.`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

await main(commandProgram(command, Deno.args, perform));
