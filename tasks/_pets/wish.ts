/**
 * What `deno task pets` may be asked for, and what it was.
 *
 * @module
 */

import { join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import type { Command } from "../_cli.ts";
import { whole } from "../_number.ts";
import { readState, type Saved } from "./state.ts";

/** 100 trials of 150 steps are the paper's budget. */
const MOST_TRIALS = 100;

/** The command line. */
export const command: Command = {
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
        "Folder for model-N.bin, N the trials, trials.jsonl, state.ckpt and cache.json",
    },
    {
      name: "resume",
      placeholder: "DIR",
      description: "Go on learning in a folder from its last finished trial",
      excludes: {
        names: ["seed", "trials", "out", "model"],
        why: "learning that goes on keeps its seed, trials and folder",
      },
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
    "deno task pets --resume runs/pets-seed1",
    "deno task pets --model runs/pets-seed1/model-60.bin --episodes 50",
  ],
};

/** What was asked for. */
export interface Wish {
  readonly seed: number;
  readonly trials: number;
  /** The folder to learn in. */
  readonly out: string;
  /** Where the cache goes; absent where none is wanted. */
  readonly cache: string | undefined;
  /** A model to plan with instead of learning one. */
  readonly model: string | undefined;
  /** Fresh episodes to judge on. */
  readonly episodes: number;
  /** The results folder to record the judgement in. */
  readonly record: string | undefined;
  /** What to go on from. */
  readonly saved: Saved | undefined;
}

/** The options as given, by name. */
type Text = Readonly<Record<string, string | undefined>>;

/**
 * What the options ask for; with `--resume`, what was asked for at first.
 *
 * @throws {Refusal} If they cannot be used.
 */
export function wishOf(text: Text): Wish {
  const episodes = whole({ text }, "episodes", 0, 0, 1000);
  if (text.record !== undefined && episodes === 0) {
    refuse({
      _tag: "ConfigError",
      message:
        "Cannot use '--record' without a judgement to record: add --episodes 50",
    });
  }
  const asked = askedFor(text);
  return {
    ...asked,
    cache: text.cache ??
      (text.model === undefined ? join(asked.out, "cache.json") : undefined),
    model: text.model,
    episodes,
    record: text.record,
  };
}

function askedFor(
  text: Text,
): Pick<Wish, "seed" | "trials" | "out" | "saved"> {
  if (text.resume !== undefined) {
    const saved = readState(text.resume);
    return { seed: saved.seed, trials: saved.trials, out: text.resume, saved };
  }
  const seed = whole({ text }, "seed", 1, 0, 4294967295);
  return {
    seed,
    trials: whole({ text }, "trials", 60, 1, MOST_TRIALS),
    out: text.out ?? `runs/pets-seed${seed}`,
    saved: undefined,
  };
}

/** The command that does the same from the start, but for judging and recording. */
export function commandOf({ seed, trials, model }: Wish): string {
  const rest = model === undefined ? `--trials ${trials}` : `--model ${model}`;
  return `deno task pets --seed ${seed} ${rest}`;
}

/** The command that goes on where this one was stopped. */
export function resumeCommand({ out, cache, episodes, record }: Wish): string {
  return [
    `deno task pets --resume ${out}`,
    ...cache === undefined || cache === join(out, "cache.json")
      ? []
      : [`--cache ${cache}`],
    ...episodes === 0 ? [] : [`--episodes ${episodes}`],
    ...record === undefined ? [] : [`--record ${record}`],
  ].join(" ");
}
