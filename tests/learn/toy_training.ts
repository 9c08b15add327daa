/** A training on the point mass, with a few episodes in replay. */

import { pipe } from "fp-ts/function";
import { createMemory, instantiate } from "../../kernels/mod.ts";
import { type Timed, timeLimit } from "../../lib/env/mod.ts";
import { initialiseLearner, learnerBytes } from "../../lib/learn/learner.ts";
import { accumulate, publish } from "../../lib/learn/normalizer.ts";
import type { Recipe } from "../../lib/learn/recipe.ts";
import { recordAt } from "../../lib/replay/episodes.ts";
import { key } from "../../lib/rng/key.ts";
import { createTraining } from "../../lib/train/training.ts";
import type { Env, Policy } from "../../lib/types.ts";
import { toy, toyPolicy, type ToyState } from "../toy.ts";

/** The point mass with a time limit. */
export type ToyEnvironment = Env<Timed<ToyState>>;

/** Another look at it. */
export type ToyView = (env: ToyEnvironment) => ToyEnvironment;

/** Where the built kernels are. */
const kernelsUrl = new URL("../../kernels/kernels.wasm", import.meta.url);

/** Builds a training over the kernels and plays `episodes` warm-up episodes; `view` changes what is trained in. */
export async function toyTraining<T = Timed<ToyState>>(
  recipe: Recipe,
  seed: number,
  base: Policy = toyPolicy(1, 2),
  episodes = 12,
  limit = 20,
  view?: (env: Env<Timed<ToyState>>) => Env<T>,
  evaluationEnv?: Env<T>,
) {
  const small = { ...recipe, capacityEpisodes: 64 };
  const plain = pipe(toy({ axes: 2 }), timeLimit(limit));
  const env = view ? view(plain) : plain as unknown as Env<T>;
  const module = await WebAssembly.compile(await Deno.readFile(kernelsUrl));
  const memory = createMemory(learnerBytes(env.spec, small), false);
  const kernels = instantiate(module, memory);
  const training = createTraining({
    env,
    ...evaluationEnv ? { evaluationEnv } : {},
    base,
    recipe: small,
    kernels,
    seed,
    thread: 0,
  });
  const { learner } = training;
  initialiseLearner(learner, key(seed));
  for (let i = 0; i < episodes; i++) {
    const { length } = training.explore(i, "warmup");
    const { records, sizes } = learner.replay;
    for (let t = 0; t <= length; t++) {
      const start = recordAt(learner.replay, i, t);
      accumulate(learner.observationNormalizer, records.view, start, 1);
      const achieved = start + sizes.observation;
      accumulate(learner.goalNormalizer, records.view, achieved, 1);
    }
  }
  publish(learner.observationNormalizer, 1e-3);
  publish(learner.goalNormalizer, 1e-3);
  return { training, env, episodes };
}
