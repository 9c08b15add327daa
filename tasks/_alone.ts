/**
 * A controller alone: how often it succeeds before anything is learnt.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import { TASKS } from "../lib/suite/registry.ts";
import {
  type Interval,
  meanInterval,
  wilson,
} from "../lib/rollout/statistics.ts";
import type { Outcome } from "../lib/rollout/unroll.ts";
import type { Crew } from "../lib/train/train.ts";
import { chooseBase } from "./_base.ts";
import type { Arguments } from "./_cli.ts";
import { resolveConfig, type RunConfig } from "./_config.ts";
import { counted } from "./_count.ts";
import { unwrap } from "./_files.ts";
import { FRESH_SEED, type Rate } from "./_judge.ts";
import { percent } from "./_sinks/console.ts";
import { findTask } from "./_suite.ts";

/** What `eval --controller-only --json` prints, one line. */
export interface Standing {
  readonly task: string;
  readonly controller: string;
  readonly episodes: number;
  readonly seed: number;
  readonly base: Rate;
  readonly return: Interval;
  /** Control steps that the controller simulated inside, per episode. */
  readonly modelSteps: number;
}

/** Episodes between two signs of life. */
const CHUNK = 20;

/** The configuration in which the controller is judged: nothing is learnt. */
export async function aloneConfig(given: Arguments): Promise<RunConfig> {
  const { positionals, text, assignments } = given;
  const stray = assignments.find((word) => !/^(controller|env)\./.test(word));
  if (stray !== undefined) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot set '${stray}' of a controller alone as it would change nothing: only controller.* and env.* may be set; --seed and --episodes are options`,
    });
  }
  const { task } = unwrap(findTask(positionals[0]));
  const base = await chooseBase(task, text.controller);
  const { settings } = unwrap(findTask(task.id, base.name));
  // The smallest learner: a session lays one out.
  const least = ["steps=0", "recipe.hidden=[8]", "recipe.critics=1"];
  const config = unwrap(resolveConfig(settings, [
    ...least,
    "recipe.targetCritics=1",
    ...assignments,
  ]));
  return base.file === undefined ? config : { ...config, base: base.file };
}

/** Plays the fresh episodes with the controller. */
export async function standing(
  crew: Crew,
  { task, base }: RunConfig,
  { episodes, seed = FRESH_SEED }: {
    readonly episodes: number;
    readonly seed?: number;
  },
  progress: (done: number) => void,
): Promise<Standing> {
  const outcomes: Outcome[] = [];
  for (let first = 0; first < episodes; first += CHUNK) {
    const count = Math.min(CHUNK, episodes - first);
    const set = { label: "fresh", seed };
    outcomes.push(...await crew.evaluate("base", set, first, count));
    progress(outcomes.length);
  }
  const solved = outcomes.filter((outcome) => outcome.success).length;
  const { mean: success, low, high } = wilson(solved, episodes);
  return {
    task,
    controller: typeof base === "string" ? base : base.file,
    episodes,
    seed,
    base: { success, low, high },
    return: meanInterval(outcomes.map((outcome) => outcome.return)),
    modelSteps: meanInterval(outcomes.map((o) => o.modelSteps)).mean,
  };
}

/** What a person reads. */
export function describeStanding(found: Standing): string {
  const { task, controller, episodes, base } = found;
  const fresh = counted(episodes, "fresh episode");
  const who = `'${controller}' alone on ${task}, ${fresh}:`;
  const model = found.modelSteps === 0
    ? ""
    : ` It simulated ${
      counted(Math.round(found.modelSteps), "step")
    } per episode inside.`;
  const returns = `mean return ${returnText(found.return)}`;
  if (TASKS[task].dense) return `${who} ${returns}.${model}`;
  const rate = percent(base.success);
  const bounds = `${percent(base.low)} to ${percent(base.high)}`;
  return `${who} it succeeds in ${rate} (95 % interval ${bounds}); ` +
    `${returns}.${model}`;
}

/** A mean and its interval; of one episode there is none. */
function returnText({ mean, low, high }: Interval): string {
  const [middle, ...bounds] = [mean, low, high].map((x) => x.toFixed(1));
  return Number.isFinite(low) ? `${middle} (${bounds.join(" to ")})` : middle;
}
