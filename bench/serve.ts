/**
 * What `deno task serve` answers in a second, beside a bare `Deno.serve` that
 * answers with a constant, and its memory over a million requests:
 * `deno task bench serve`, or a part of it with `rates` or `memory` behind.
 *
 * Each server is bound to one core and the generator, autocannon, to another,
 * where there is `taskset`; 32 connections ask for one action at a time, and 16
 * at half the rate. The servers take turns. The policy has two hidden layers of 128 and seeded
 * weights over the reactive controller, which cost what trained ones do; it is
 * exported lean, and once whole (five critics that select).
 *
 * @module
 */

import { join } from "node:path";
import { readSpec } from "../lib/edge/mod.ts";
import { spread } from "../tasks/_peers/table.ts";
import { seeded } from "../tests/edge/seeded.ts";
import {
  BINDS,
  type Load,
  type Question,
  serveBare,
  type Server,
  serveTask,
} from "./_serve_servers.ts";

/** Turns of each server, of which the median counts, and seconds of a turn. */
const [TURNS, TURN] = [5, 1];

/** Connections at full load. */
const CONNECTIONS = 32;

/** Requests after which memory is looked at, and how often. */
const [STRETCH, STRETCHES] = [200_000, 5];

/** A server and what it is asked. */
interface Asked {
  readonly name: string;
  readonly server: Server;
  readonly question: Question;
}

/** A policy in a folder, and a moment that it meets. */
interface Prepared {
  readonly dir: string;
  readonly json: Question;
  readonly raw: Question;
}

async function prepare(root: string, lean: boolean): Promise<Prepared> {
  const wish = { task: "slippery-push", base: "reactive", rows: 9, lean };
  const met = await seeded({ ...wish, hidden: [128, 128] });
  const { policy } = met;
  // At the first moments most readings are still zero, which is soon read.
  const moments = met.moments.slice(-met.moments.length / wish.rows);
  const dir = await Deno.makeTempDir({ dir: root });
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  const { observationSize } = readSpec(policy);
  const moment = JSON.stringify({
    observation: [...moments.subarray(0, observationSize)],
    desired: [...moments.subarray(observationSize)],
  });
  const floats = new Uint8Array(moments.buffer);
  return {
    dir,
    json: { type: "application/json", body: new TextEncoder().encode(moment) },
    raw: { type: "application/x-rpl-f32", body: floats },
  };
}

/** All servers, the bare one first. */
async function open(root: string): Promise<readonly Asked[]> {
  const lean = await prepare(root, true);
  const whole = await prepare(root, false);
  const question = lean.json;
  const quiet = await serveTask(lean.dir, "--quiet");
  return [
    { name: "bare", server: await serveBare(), question },
    { name: "serve", server: await serveTask(lean.dir), question },
    { name: "serve --quiet", server: quiet, question },
    { name: "serve --quiet, floats", server: quiet, question: lean.raw },
    {
      name: "serve --quiet, critics",
      server: await serveTask(whole.dir, "--quiet"),
      question: whole.json,
    },
  ];
}

/** How often it was answered, and how soon; every answer must be an action. */
async function asking(
  { name, server, question }: Asked,
  load: Load,
): Promise<{ readonly rate: number; readonly p99: number }> {
  const { failures, ...found } = await server.ask(question, load);
  if (failures === 0) return found;
  throw new Error(`'${name}' failed to answer ${failures} requests`);
}

/** Rates in turns, then times at half the rate. */
async function rates(all: readonly Asked[]): Promise<void> {
  const found: number[][] = all.map(() => []);
  const full = { connections: CONNECTIONS, duration: TURN };
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [i, asked] of all.entries()) {
      const { rate } = await asking(asked, full);
      // The first turn compiles.
      if (turn > 0) found[i].push(rate);
    }
  }
  const cores = BINDS ? "one core each" : "NOT bound to cores";
  console.log(`Servers with ${cores}; medians of ${TURNS} turns of ${TURN} s`);
  for (const [i, asked] of all.entries()) {
    const { median } = spread(found[i]);
    const ratio = spread(found[i].map((rate, turn) => rate / found[0][turn]));
    const half = Math.round(median / 2);
    const { p99 } = await asking(asked, {
      connections: CONNECTIONS / 2,
      duration: 2 * TURN,
      overallRate: half,
    });
    const [of, low, high] = [ratio.median, ratio.min, ratio.max]
      .map((ratio) => ratio.toFixed(2));
    console.log(
      `${asked.name.padEnd(24)} ${
        median.toFixed(0).padStart(6)
      } per s, ${of} of bare (${low} to ${high}), p99 at ${half} per s: ${p99} ms`,
    );
  }
}

/** Memory after each stretch, of the process as it says itself. */
async function memory(all: readonly Asked[]): Promise<void> {
  const load = { connections: CONNECTIONS, amount: STRETCH };
  console.log(`MB after ${STRETCHES} times ${STRETCH} requests`);
  for (const asked of all) {
    const held: string[] = [];
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      await asking(asked, load);
      const figures = await fetch(`${asked.server.url}/metrics`);
      const found = /^process_resident_memory_bytes (\d+)/m
        .exec(await figures.text());
      held.push((Number(found![1]) / 1e6).toFixed(0).padStart(4));
    }
    console.log(`${asked.name.padEnd(24)} ${held.join(" ")}`);
  }
}

const [part] = Deno.args;
const root = await Deno.makeTempDir({ prefix: "rpl-serve-" });
const all = await open(root);
try {
  if (part !== "memory") await rates(all);
  if (part !== "rates") await memory(all.slice(1, 3));
} finally {
  const servers = new Set(all.map(({ server }) => server));
  for (const { stop } of servers) await stop();
  await Deno.remove(root, { recursive: true });
}
