/**
 * A task, a base and a learner bound together: what one thread can be asked to
 * do. Every thread builds the same value over the same memory.
 *
 * @module
 */

import type { Kernels } from "../../kernels/types.ts";
import { clipped, zero } from "../control/controller.ts";
import { explore } from "../control/explore.ts";
import { prefixed } from "../control/prefixed.ts";
import { authorities, residual } from "../control/residual.ts";
import { overBase } from "../env/over_base.ts";
import { createLearner, type Learner, SHARDS } from "../learn/learner.ts";
import {
  type ActingMemory,
  actingMemory,
  learntPolicy,
} from "../learn/policy.ts";
import type { Recipe } from "../learn/recipe.ts";
import { type UpdateOrder, updateShards } from "../learn/td3.ts";
import { recorder } from "../replay/episodes.ts";
import { derive, foldIn, key } from "../rng/key.ts";
import { type Outcome, unroll } from "../rollout/unroll.ts";
import type { Controller, Env, EnvSpec, Key, Policy } from "../types.ts";

/** Who plays an evaluation episode: the learnt policy, or the controller itself. */
export type Player = "policy" | "base";

/** How a training episode is played: by the noisy base, by the noisy policy, by the policy as it is, or by the base as it is. */
export type Exploration = "warmup" | "noisy" | "quiet" | "base";

/** What one thread can be asked to do. */
export interface Training {
  readonly learner: Learner;
  /** The learnt policy, over the averaged networks. */
  readonly policy: Policy;
  /** Plays training episode `index` into replay. */
  readonly explore: (index: number, exploration: Exploration) => Outcome;
  /** Plays episode `index` of the named evaluation set, without noise. */
  readonly evaluate: (
    player: Player,
    set: EvaluationSet,
    index: number,
  ) => Outcome;
  /** Does the updates of `order` for these shards. */
  readonly update: (
    order: UpdateOrder,
    shards: readonly number[],
    barrier: () => void,
  ) => void;
}

/** Episodes that are the same for everybody who names the same set. */
export interface EvaluationSet {
  readonly label: string;
  readonly seed: number;
}

/** What a training is made of. */
export interface TrainingParts<S> {
  readonly env: Env<S>;
  /** Where evaluation, gate and fresh episodes are played. @default `env` */
  readonly evaluationEnv?: Env<S>;
  /** The controller: learnt over, or explored with and compared with where learning is from scratch. */
  readonly base: Policy;
  readonly recipe: Recipe;
  readonly kernels: Kernels;
  readonly seed: number;
  /** Which of the threads' acting buffers to use; 0 to SHARDS - 1. */
  readonly thread: number;
}

/** The learner of a run and the acting buffers of every thread, laid out alike on all. */
export function layOut(
  spec: EnvSpec,
  base: Policy,
  recipe: Recipe,
  kernels: Kernels,
): { readonly learner: Learner; readonly acting: readonly ActingMemory[] } {
  const nothing = zero(spec.actionSize);
  const { learner, arena } = isInside(recipe)
    ? createLearner(spec, insideOut(recipe), nothing, kernels)
    : createLearner(spec, recipe, isScratch(recipe) ? nothing : base, kernels);
  const acting = Array.from(
    { length: SHARDS },
    () => actingMemory(learner, arena),
  );
  return { learner, acting };
}

/**
 * The recipe as the learner of a residual sees it: its action is the residual,
 * in units of the authority, and a mirrored one would be a real transition only
 * over a symmetric base.
 */
function insideOut(recipe: Recipe): Recipe {
  // One number here: `checkRecipe` holds to it.
  const [authority] = authorities(recipe.authority);
  return {
    ...recipe,
    authority: 1,
    noise: recipe.noise / authority,
    warmupNoise: recipe.warmupNoise / authority,
    mirror: false,
    bothViews: false,
  };
}

/** Whether the base moves into the environment; over zero there is none to move. */
function isInside(recipe: Recipe): boolean {
  return recipe.criticAction === "residual" && !isScratch(recipe);
}

/** Whether learning is from scratch. */
function isScratch({ over }: Recipe): boolean {
  return over === "zero";
}

/**
 * Binds the parts. With `criticAction: "residual"` the base moves into the
 * environment that is trained in, and the learner corrects a base of zero with
 * full authority. With `over: "zero"` it corrects a base of zero as well, but in
 * the plain environment. Judged are, in the plain environment either way, the
 * policy that results and the controller.
 */
export function createTraining<S>(parts: TrainingParts<S>): Training {
  const { env, recipe, kernels, seed, thread, evaluationEnv = env } = parts;
  const controller = clipped(parts.base);
  const base = recipe.clipBase ? controller : parts.base;
  const { learner, acting } = layOut(env.spec, base, recipe, kernels);
  const learnt = learntPolicy(learner, acting[thread], "average");
  const policy = isInside(recipe) ? summed(base, learnt, recipe) : learnt;
  const root = key(seed);
  const trained = { learner, memory: acting[thread], controller, root };
  return {
    learner,
    policy,
    explore: isInside(recipe)
      ? explorer(overBase(base, recipe)(env), trained)
      : explorer(env, trained),
    evaluate(player, set, index) {
      const episode = foldIn(evaluationKey(set), index);
      const plays = player === "base" ? controller : policy;
      return unroll(evaluationEnv, plays, episode);
    },
    update: (order, shards, barrier) =>
      updateShards(learner, derive(root, "learner"), order, shards, barrier),
  };
}

/** Base and residual as one policy for the plain environment. */
function summed(base: Policy, correction: Policy, recipe: Recipe): Policy {
  const sum = residual(base, correction, recipe);
  const memory = { base: undefined, correction: undefined };
  return {
    id: sum.id,
    init: () => undefined,
    act: (_, observation, desired) => ({
      action: sum.act(memory, observation, desired).action,
      memory: undefined,
    }),
  };
}

/** What plays training episodes besides their environment. */
interface Explorer {
  readonly learner: Learner;
  readonly memory: ActingMemory;
  /** The expert that an exploring policy may imitate. */
  readonly controller: Policy;
  readonly root: Key;
}

/** Longest prefix that the base plays, as a share of the horizon: something is left to learn from. */
const LONGEST_PREFIX = 0.7;

/** Plays training episodes in `env`. */
function explorer<S>(env: Env<S>, parts: Explorer): Training["explore"] {
  const { learner, memory, root } = parts;
  const { recipe, base } = learner;
  const present = learntPolicy(learner, memory, "params");
  const plain = clipped(base);
  const warmup = warming(learner);
  const noisy = exploring(parts, present);
  const begun = prefixed({
    share: recipe.prefix,
    longest: Math.floor(LONGEST_PREFIX * env.spec.horizon),
    by: plain,
  })(noisy);
  function play<M>(controller: Controller<M>, index: number): Outcome {
    const episode = foldIn(derive(root, "episode"), index);
    const record = recorder(learner.replay, index);
    const outcome = unroll(env, controller, episode, record);
    if (outcome.length < env.spec.horizon) refuseTermination(env.spec);
    return outcome;
  }
  return (index, exploration) => {
    switch (exploration) {
      case "warmup":
        return play(warmup, index);
      case "noisy":
        return recipe.prefix > 0 ? play(begun, index) : play(noisy, index);
      case "quiet":
        return play(present, index);
      case "base":
        return play(plain, index);
    }
  };
}

/** The base with the noise of the warm-up. */
function warming({ recipe, base }: Learner) {
  const { warmupNoise: noise, warmupRandom: random, held } = recipe;
  const around = recipe.warmupCorrections
    ? { reach: recipe.authority, centre: base }
    : {};
  const untouched = entriesLeft(recipe);
  return explore({ noise, random, held, untouched, ...around })(base);
}

/** The policy of the moment with the noise of training. */
function exploring({ learner, controller }: Explorer, present: Policy) {
  const { recipe, base } = learner;
  const { noise, random, held, authority: reach, expert: share } = recipe;
  const expert = share > 0 ? { expert: { policy: controller, share } } : {};
  const untouched = entriesLeft(recipe);
  const around = { reach, centre: base, untouched, ...expert };
  return explore({ noise, random, held, ...around })(present);
}

/** The entries of an action over which there is no authority: they are the base's. */
function entriesLeft({ authority }: Recipe): readonly number[] {
  return authorities(authority).flatMap((most, i) => most === 0 ? [i] : []);
}

/** Targets always bootstrap, which is right only where episodes end by the clock. */
function refuseTermination({ id }: EnvSpec): never {
  throw new RangeError(
    `Cannot learn on '${id}' as its episodes end before the time limit: let them go on to the horizon, as the reward of a reached goal is 0`,
  );
}

/** The key whose folds are the episodes of a set. */
export function evaluationKey(set: EvaluationSet): Key {
  return derive(key(set.seed), `evaluation ${set.label}`);
}
