/**
 * `deno task serve ARTEFACT`: the actions of an exported policy over HTTP, with
 * limits, figures and an orderly end.
 *
 * @module
 */

import type { EdgeController } from "../lib/edge/mod.ts";
import { type Arguments } from "./_cli.ts";
import { stopSignal } from "./_conduct.ts";
import { commandProgram, main } from "./_program.ts";
import { type AccessLog, openAccessLog } from "./_serve/access_log.ts";
import { PATHS } from "./_serve/admit.ts";
import { type App, openApp } from "./_serve/app.ts";
import { listen, type Place } from "./_serve/listener.ts";
import { openMetrics } from "./_serve/metrics.ts";
import {
  batchBytes,
  command,
  readOptions,
  type ServeOptions,
} from "./_serve/options.ts";
import { openPolicy } from "./_serve/policy.ts";

/** Milliseconds between two writes of the access log. */
const LOG_EVERY = 100;

/** Milliseconds at the end for the last answers to leave, and for the rest of the log. */
const LAST_WORDS = 1000;

async function perform(given: Arguments): Promise<void> {
  const options = readOptions(given, Deno.env.get("RPL_TOKEN"));
  const controller = await openPolicy(
    given.positionals[0],
    options.maxBatch,
    given.text.controller,
  );
  const log = openAccessLog(writeOut, Date.now);
  const app = open(given, options, controller, log);
  const { host: hostname, port } = options;
  const listener = listen({ hostname, port }, app.handle, warn);
  announce(given, options, controller, listener.place);
  const flushing = setInterval(log.flush, LOG_EVERY);
  await stopped(app);
  await app.drain();
  // Who takes no answer, or reads no log, is not waited for.
  await Promise.race([listener.close(), pause(LAST_WORDS)]);
  clearInterval(flushing);
  await Promise.race([log.flush(), pause(LAST_WORDS)]);
}

function open(
  given: Arguments,
  options: ServeOptions,
  controller: EdgeController,
  log: AccessLog,
): App {
  const { spec } = controller;
  const { task, sha256 } = spec;
  const metrics = openMetrics(PATHS, { task, sha256 });
  const loud = !given.flags.has("quiet");
  const app = openApp({
    ...options,
    controller,
    maxBody: batchBytes(spec, options.maxBatch),
    failed: report,
    account: (served) => {
      metrics.add(served);
      if (loud) log.add(served);
    },
    metrics: () =>
      metrics.text({
        inFlight: app.inFlight(),
        droppedLogLines: log.dropped(),
        residentBytes: Deno.memoryUsage().rss,
      }),
  });
  return app;
}

function announce(
  { flags }: Arguments,
  { token, cors, maxBatch, maxInFlight, timeout }: ServeOptions,
  { spec }: EdgeController,
  { hostname, port }: Place,
): void {
  const maxBody = batchBytes(spec, maxBatch);
  const place = hostname.includes(":") ? `[${hostname}]` : hostname;
  const url = `http://${place}:${port}`;
  const { task, sha256 } = spec;
  const guarded = token !== undefined;
  console.log(
    flags.has("json")
      ? JSON.stringify({
        ...{ url, host: hostname, port, task, sha256 },
        ...{ token: guarded, cors: cors ?? null },
        ...{ maxBatch, maxBody, maxInFlight, timeout },
      })
      : `Serving ${task} on ${url}: POST /act, GET ${
        PATHS.slice(1).join(", ")
      }. A request may bring ${maxBatch} moments or ${maxBody} bytes within ${timeout} ms, ${maxInFlight} may be at work at once; ${
        guarded ? "a token" : "no token"
      } is asked for`,
  );
  if (guarded || /^(127\.|::1$)/.test(hostname)) return;
  warn(
    "whoever reaches this address may ask, as no token is set; set RPL_TOKEN",
  );
}

function warn(text: string): void {
  console.error(`warning: ${text}`);
}

/** Settles at the wish to stop, which it answers. */
function stopped(app: App): Promise<void> {
  return new Promise((resolve) => {
    stopSignal(() => {
      const begun = app.inFlight();
      console.error(`Stopping: ${begun} in flight; again to leave at once`);
      resolve();
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function writeOut(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}

/** What should not happen goes to whoever runs the server, never to a client. */
function report(error: unknown): void {
  console.error(
    `error: ${error instanceof Error ? error.stack ?? error.message : error}`,
  );
}

await main(commandProgram(command, Deno.args, perform));
