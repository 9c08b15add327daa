/**
 * Learning a correction in one's own program, on one thread: the loop of
 * `deno task train` without its Workers, files and screen.
 *
 * @module
 */

import { LARGEST_MEMORY } from "../../kernels/arena.ts";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import {
  initialiseLearner,
  type Learner,
  learnerBytes,
} from "../learn/learner.ts";
import { checkRecipe } from "../learn/check_recipe.ts";
import { defaultRecipe, type Recipe } from "../learn/recipe.ts";
import { putSnapshot } from "../learn/snapshot.ts";
import { derive, key } from "../rng/key.ts";
import type { Env, Policy } from "../types.ts";
import { inlineCrew } from "./inline_crew.ts";
import { startCounters } from "./schedule.ts";
import { type Progress, train } from "./train.ts";
import { createTraining } from "./training.ts";

/** What to learn over, and for how long. */
export interface LearnOptions<S> {
  /** The environment, with a time limit. */
  readonly env: Env<S>;
  /** Another environment to evaluate in, of the same spec. @default `env` */
  readonly evaluationEnv?: Env<S>;
  /** The controller to keep. It is asked out of order, so it must remember nothing. */
  readonly base: Policy;
  /** Environment steps. */
  readonly steps: number;
  /** Seed of every draw. @default 1 */
  readonly seed?: number;
  /** Hyper-parameters. @default {@link defaultRecipe} */
  readonly recipe?: Recipe;
  /** The compiled `kernels.wasm`; without it the slower TypeScript twins do the work. */
  readonly module?: WebAssembly.Module;
  /** Environment steps between evaluations. @default 2500 */
  readonly evaluateEvery?: number;
  /** Episodes of an evaluation. @default 100 */
  readonly evaluationEpisodes?: number;
  /** Pairs of episodes after which a look of the gate gives up. @default 400 */
  readonly gatePairs?: number;
  /** Chance that the gate ever passes a policy that is not better. @default 0.05 */
  readonly delta?: number;
}

/** A learning in progress. */
export interface Learning {
  /** Iterate to make it happen: one event per stage. */
  readonly progress: AsyncGenerator<Progress>;
  /**
   * The policy of this moment; the base itself before the first update, unless
   * learning is from scratch, and until it is trusted (`recipe.trust`). Once
   * `progress` has ended it is the one that is served (`serving.ts`), if
   * `counters.serving.served` of the last event is there: serve it. Otherwise it
   * is the last one, and nothing is known of it.
   */
  readonly policy: Policy;
}

/**
 * Learns a correction over `base`.
 *
 * @throws {RangeError} If the environment has no time limit, the recipe makes
 * no learner, or memory does not suffice.
 */
export function learn<S>(options: LearnOptions<S>): Learning {
  const { env, base, steps, module, seed = 1 } = options;
  const { evaluationEnv = env } = options;
  if (!Number.isFinite(env.spec.horizon)) {
    throw new RangeError(
      `Cannot learn on '${env.spec.id}' as its episodes never end: wrap it, as in timeLimit(50)(env)`,
    );
  }
  const wanted = checkRecipe(options.recipe ?? defaultRecipe());
  const recipe = boundedRecipe(wanted, env, steps);
  const bytes = learnerBytes(env.spec, recipe);
  if (bytes > LARGEST_MEMORY) refuseMemory(bytes);
  const kernels = module
    ? instantiate(module, createMemory(bytes, false))
    : twins({ buffer: new ArrayBuffer(bytes) });
  const training = createTraining({
    env,
    evaluationEnv,
    base,
    recipe,
    kernels,
    seed,
    thread: 0,
  });
  initialiseLearner(training.learner, derive(key(seed), "parameters"));
  const plan = {
    recipe,
    steps,
    seed,
    evaluateEvery: options.evaluateEvery ?? 2500,
    evaluationEpisodes: options.evaluationEpisodes ?? 100,
    gatePairs: options.gatePairs ?? 400,
    delta: options.delta ?? 0.05,
  };
  return {
    progress: endingServed(
      training.learner,
      train(training.learner, inlineCrew(training), plan, startCounters()),
    ),
    policy: training.policy,
  };
}

/** The same events; after the last, the learner acts by what is served. */
async function* endingServed(
  learner: Learner,
  progress: AsyncGenerator<Progress>,
): AsyncGenerator<Progress> {
  let served: Uint8Array | undefined;
  for await (const event of progress) {
    served = event.kept.served;
    yield event;
  }
  if (served !== undefined) putSnapshot(learner, served);
}

function refuseMemory(bytes: number): never {
  throw new RangeError(
    `Cannot learn by this recipe as it needs ${bytes} bytes of memory and the kernels address ${LARGEST_MEMORY}: make 'hidden', 'critics', 'batch' or 'capacityEpisodes' smaller`,
  );
}

/** Replay for no more episodes than the steps can fill. */
function boundedRecipe<S>(recipe: Recipe, env: Env<S>, steps: number): Recipe {
  const played = Math.ceil(steps / env.spec.horizon) + recipe.roundEpisodes;
  const capacityEpisodes = Math.min(recipe.capacityEpisodes, played);
  return { ...recipe, capacityEpisodes };
}
