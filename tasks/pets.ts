/**
 * `deno task pets`: PETS learns the pusher from a seed, and what it then plays
 * becomes the cache that CachedPETS looks its actions up in.
 *
 * @module
 */

import { join } from "node:path";
import { derive, foldIn, key } from "../lib/rng/key.ts";
import { meanInterval } from "../lib/rollout/statistics.ts";
import { type Outcome, unroll } from "../lib/rollout/unroll.ts";
import { CACHE_SIZE } from "../lib/suite/pusher/cache.ts";
import { MODEL, PLAN } from "../lib/suite/pusher/planning.ts";
import { HORIZON } from "../lib/suite/pusher/pusher.ts";
import type { Key } from "../lib/types.ts";
import { type Arguments } from "./_cli.ts";
import { counted } from "./_count.ts";
import { writeWholeText } from "./_files.ts";
import { cacheText, collector, type Samples } from "./_pets/cache.ts";
import { checkTargets, claimFolder } from "./_pets/folder.ts";
import { learn } from "./_pets/learn.ts";
import { loadModel, saveModel } from "./_pets/model.ts";
import { recordPets } from "./_pets/record.ts";
import { standingOf, type TrialRow } from "./_pets/state.ts";
import { listenForStop, stoppable, STOPPED } from "./_pets/stopping.ts";
import { openStudio, type Studio } from "./_pets/studio.ts";
import { command, commandOf, resumeCommand } from "./_pets/wish.ts";
import { type Wish, wishOf } from "./_pets/wish.ts";
import { commandProgram, main } from "./_program.ts";

async function perform(given: Arguments): Promise<number> {
  return await carryOut(wishOf(given.text));
}

/** Learns or loads, caches and judges; exit code 130 where a person stopped it. */
async function carryOut(wish: Wish): Promise<number> {
  const root = key(wish.seed);
  const { saved, model } = wish;
  checkTargets(wish);
  if (model === undefined) await claimFolder(wish);
  using opened = await openStudio(derive(root, "model"), HORIZON * wish.trials);
  const stopping = await listenForStop();
  const studio = { ...opened, env: stoppable(opened.env, stopping) };
  const rows = [...saved?.rows ?? []];
  try {
    if (model === undefined) learn(studio, root, wish, rows);
    else loadModel(studio.ensemble, studio.learner.kernels, model);
    const { steps } = standingOf(rows);
    if (wish.cache !== undefined) {
      writeCache(studio, root, wish, wish.cache, steps);
    }
    if (wish.episodes > 0) {
      const outcomes = judge(studio, root, wish.episodes);
      record(wish, steps, outcomes);
    }
    return 0;
  } catch (error) {
    if (error !== STOPPED) throw error;
    console.log(stopped(studio, wish, rows));
    return 130;
  }
}

/** Writes the model as it is after the last whole trial; returns how to go on. */
function stopped(
  { ensemble }: Studio,
  wish: Wish,
  rows: readonly TrialRow[],
): string {
  const { trial } = standingOf(rows);
  if (wish.model !== undefined || trial === 0) {
    return "Stopped with nothing to go on from: type the same again to begin anew";
  }
  const path = join(wish.out, `model-${trial}.bin`);
  saveModel(ensemble, path);
  return `Stopped after trial ${trial} of ${wish.trials}, whose model is in ${path}. ` +
    `Go on with: ${resumeCommand(wish)}`;
}

/** Plays on until the cache is full. */
function writeCache(
  { env, controller }: Studio,
  root: Key,
  wish: Wish,
  path: string,
  steps: number,
): void {
  const samples: Samples = { states: [], actions: [] };
  const returns: number[] = [];
  const record = collector(samples, MODEL.stateSize, CACHE_SIZE);
  for (let i = 0; samples.states.length < CACHE_SIZE; i++) {
    const whole = samples.states.length + HORIZON <= CACHE_SIZE;
    const own = foldIn(derive(root, "cache"), i);
    const outcome = unroll(env, controller, own, record);
    if (whole) returns.push(Math.round(outcome.return * 100) / 100);
  }
  const made = {
    command: commandOf(wish),
    steps,
    modelSteps: modelSteps(),
    returns,
  };
  const advice = "; name another file with --cache";
  writeWholeText(path, cacheText(made, samples), advice);
  console.log(`Wrote ${path}: returns ${returns.join(", ")}`);
}

/** Control steps that one plan imagines at most. */
function modelSteps(): number {
  const { population, iterations, horizon, particles } = PLAN;
  return population * iterations * horizon * particles * MODEL.networks;
}

/** Into the results folder, where one was given. */
function record(
  wish: Wish,
  steps: number,
  outcomes: readonly Outcome[],
): void {
  const { seed, trials, record: folder } = wish;
  if (folder === undefined) return;
  const judged = { seed, trials, steps, modelSteps: modelSteps(), outcomes };
  const judging = `--episodes ${outcomes.length} --record ${folder}`;
  recordPets(folder, judged, `${commandOf(wish)} ${judging}`);
  console.log(`Recorded in ${join(folder, "pusher.csv")}`);
}

/** Plays fresh episodes and says, and returns, how they went. */
function judge(
  { env, controller }: Studio,
  root: Key,
  count: number,
): readonly Outcome[] {
  const outcomes = Array.from({ length: count }, (_, i) => {
    const own = foldIn(derive(root, "judge"), i);
    const outcome = unroll(env, controller, own);
    const total = outcome.return.toFixed(1);
    console.log(`episode ${i + 1}/${count}  return ${total}`);
    return outcome;
  });
  const { mean, low, high } = meanInterval(outcomes.map((o) => o.return));
  const bounds = Number.isFinite(low)
    ? ` (95 % interval ${low.toFixed(1)} to ${high.toFixed(1)})`
    : "";
  console.log(
    `PETS over ${counted(count, "fresh episode")}: return ${
      mean.toFixed(1)
    }${bounds}`,
  );
  return outcomes;
}

await main(commandProgram(command, Deno.args, perform));
