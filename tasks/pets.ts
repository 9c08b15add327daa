/**
 * `deno task pets`: PETS learns the pusher from a seed, and what it then plays
 * becomes the cache that CachedPETS looks its actions up in.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  loadEnsemble,
  type ModelEnsemble,
  saveEnsemble,
} from "../lib/control/ensemble.ts";
import { NO_PROGRESS, playTrial } from "../lib/control/pets_trial.ts";
import { wander } from "../lib/control/wander.ts";
import { refuse } from "../lib/errors.ts";
import { derive, foldIn, key } from "../lib/rng/key.ts";
import { meanInterval } from "../lib/rollout/statistics.ts";
import { type Outcome, unroll } from "../lib/rollout/unroll.ts";
import { MODEL, PLAN, WANDERING } from "../lib/suite/pusher/planning.ts";
import { HORIZON } from "../lib/suite/pusher/pusher.ts";
import { JOINTS } from "../lib/suite/pusher/scene.ts";
import type { Key } from "../lib/types.ts";
import { type Command, helpText, parseCommand } from "./_cli.ts";
import {
  reading,
  unwrap,
  writeWhole,
  writeWholeText,
  writing,
} from "./_files.ts";
import { cacheText, collector, type Samples } from "./_pets/cache.ts";
import { recordPets } from "./_pets/record.ts";
import { openStudio, type Studio } from "./_pets/studio.ts";
import { main, type Program } from "./_program.ts";

/** Steps in the cache, as in the paper. */
const CACHE_STEPS = 500;

/** Trials between two models that are kept. */
const KEEP_EVERY = 5;

/** 100 trials of 150 steps are the paper's budget. */
const MOST_TRIALS = 100;

const command: Command = {
  name: "pets",
  summary:
    "Let PETS learn the pusher, then cache 500 steps of what it plays for CachedPETS.",
  positionals: [],
  options: [
    {
      name: "seed",
      placeholder: "N",
      default: "1",
      description: "Seed of every random draw",
    },
    {
      name: "trials",
      placeholder: "N",
      default: "60",
      description: `Episodes to learn from, 1 to ${MOST_TRIALS}`,
    },
    {
      name: "out",
      placeholder: "DIR",
      default: "runs/pets-seedN",
      description:
        "Folder for model-N.bin, N the trials, trials.jsonl and cache.json",
    },
    {
      name: "cache",
      placeholder: "FILE",
      default: "DIR/cache.json",
      description: "Where the cache goes; with --model, none unless given",
    },
    {
      name: "model",
      placeholder: "FILE",
      description: "A model to plan with instead of learning one",
      excludes: {
        names: ["trials"],
        why: "a model that is given is not fitted",
      },
    },
    {
      name: "episodes",
      placeholder: "N",
      default: "0",
      description: "Fresh episodes to judge PETS on at the end, up to 1000",
    },
    {
      name: "record",
      placeholder: "DIR",
      description:
        "Results folder in which to record that judgement, such as results/short",
      excludes: {
        names: ["model"],
        why: "what a given model was fitted to is not known",
      },
    },
  ],
  examples: [
    "deno task pets --seed 1 --cache lib/suite/pusher/cache.json",
    "deno task pets --model runs/pets-seed1/model-60.bin --episodes 50",
  ],
};

/** What was asked for. */
interface Wish {
  readonly seed: number;
  readonly trials: number;
  readonly out: string;
  readonly cache: string | undefined;
  readonly model: string | undefined;
  readonly episodes: number;
  readonly record: string | undefined;
}

function program(args: readonly string[]): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText(command));
      return E.right(undefined);
    }
    const wish = wishOf(given.text);
    const root = key(wish.seed);
    const capacity = HORIZON * wish.trials;
    using studio = await openStudio(derive(root, "model"), capacity);
    if (wish.model !== undefined) useModel(studio, wish.model);
    const steps = wish.model === undefined
      ? learn(studio, root, openFolder(wish))
      : 0;
    if (wish.cache !== undefined) {
      writeCache(studio, root, wish, wish.cache, steps);
    }
    if (wish.episodes > 0) {
      const outcomes = judge(studio, root, wish.episodes);
      record(wish, steps, outcomes);
    }
    return E.right(undefined);
  };
}

/** Makes the folder to learn in; one that holds a learning already is refused. */
function openFolder(wish: Wish): Wish {
  const { out } = wish;
  if (existsSync(join(out, "trials.jsonl"))) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot learn in '${out}' as PETS has learnt there before: name another folder with --out`,
    });
  }
  writing(
    `make folder '${out}'`,
    () => Deno.mkdirSync(out, { recursive: true }),
    "; name another folder with --out",
  );
  return wish;
}

function wishOf(text: Readonly<Record<string, string | undefined>>): Wish {
  const seed = wholeNumber("seed", text.seed ?? "1", 0, 4294967295);
  const out = text.out ?? `runs/pets-seed${seed}`;
  const episodes = wholeNumber("episodes", text.episodes ?? "0", 0, 1000);
  if (text.record !== undefined && episodes === 0) {
    refuse({
      _tag: "ConfigError",
      message:
        "Cannot use '--record' without a judgement to record: add --episodes 50",
    });
  }
  return {
    seed,
    trials: wholeNumber("trials", text.trials ?? "60", 1, MOST_TRIALS),
    out,
    cache: text.cache ??
      (text.model === undefined ? join(out, "cache.json") : undefined),
    model: text.model,
    episodes,
    record: text.record,
  };
}

function wholeNumber(
  name: string,
  text: string,
  low: number,
  high: number,
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot use '--${name} ${text}': it must be a whole number from ${low} to ${high}`,
  });
}

/** Plays and fits trial by trial; returns the steps seen. */
function learn(studio: Studio, root: Key, { trials, out }: Wish): number {
  const { env, learner, controller, ensemble } = studio;
  const explorer = wander(JOINTS, WANDERING.correlation);
  const start = performance.now();
  const lines: string[] = [];
  let progress = NO_PROGRESS;
  for (let i = 0; i < trials; i++) {
    const own = foldIn(derive(root, "trial"), i);
    const trial = i < WANDERING.trials
      ? playTrial(env, explorer, learner, own, progress)
      : playTrial(env, controller, learner, own, progress);
    progress = trial.progress;
    const seconds = (performance.now() - start) / 1000;
    report(i + 1, trials, progress.steps, trial.outcome.return, seconds);
    const row = { trial: i + 1, ...progress, return: trial.outcome.return };
    lines.push(JSON.stringify({ ...row, seconds: Math.round(seconds) }));
    if ((i + 1) % KEEP_EVERY !== 0 && i + 1 !== trials) continue;
    writeWholeText(join(out, "trials.jsonl"), lines.join("\n") + "\n");
    saveModel(ensemble, join(out, `model-${i + 1}.bin`));
  }
  return progress.steps;
}

function saveModel(ensemble: ModelEnsemble, path: string): void {
  const numbers = saveEnsemble(ensemble);
  writeWhole(path, [new Uint8Array(numbers.buffer as ArrayBuffer)]);
  console.log(`Wrote ${path}`);
}

/** A line per trial; planning starts after the wandering, so the rest goes by that. */
function report(
  trial: number,
  trials: number,
  steps: number,
  total: number,
  seconds: number,
): void {
  const planned = trial - WANDERING.trials;
  const left = planned < 1
    ? "?"
    : `${Math.round(seconds / planned * (trials - trial))} s`;
  console.log(
    `trial ${trial}/${trials}  steps ${steps}  return ${total.toFixed(1)}  ${
      seconds.toFixed(0)
    } s  left ${left}`,
  );
}

function useModel({ ensemble, learner }: Studio, file: string): void {
  const bytes = reading(`read '${file}'`, () => Deno.readFileSync(file));
  try {
    loadEnsemble(ensemble, learner.kernels, floatsOf(bytes));
  } catch (error) {
    refuse({
      _tag: "CheckpointError",
      message: `Cannot use '${file}' as a model of [${MODEL.hidden}] wide ` +
        `networks: ${error instanceof Error ? error.message : error}`,
    });
  }
}

/** The floats of a file; a length that fits no float is left to the check of the shape. */
function floatsOf(bytes: Uint8Array): Float32Array {
  const whole = bytes.length % 4 === 0 ? bytes : new Uint8Array(0);
  return new Float32Array(whole.slice().buffer);
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
  const record = collector(samples, MODEL.stateSize, CACHE_STEPS);
  for (let i = 0; samples.states.length < CACHE_STEPS; i++) {
    const whole = samples.states.length + HORIZON <= CACHE_STEPS;
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

function commandOf({ seed, trials, model }: Wish): string {
  const rest = model === undefined ? `--trials ${trials}` : `--model ${model}`;
  return `deno task pets --seed ${seed} ${rest}`;
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

/** Plays fresh episodes and says, or returns, how they went. */
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
  console.log(
    `PETS over ${count} fresh episodes: return ${
      mean.toFixed(1)
    } (95 % interval ${low.toFixed(1)} to ${high.toFixed(1)})`,
  );
  return outcomes;
}

await main(program(Deno.args));
