/**
 * Our side of the comparison: what a Worker can be asked to repeat.
 *
 * @module
 */

import { pipe } from "fp-ts/function";
import { instantiate } from "../../kernels/mod.ts";
import { spareSlots, treeMpc } from "../../lib/control/tree_mpc.ts";
import { clipped } from "../../lib/control/controller.ts";
import { reactivePush } from "../../lib/control/reactive_push.ts";
import { timeLimit } from "../../lib/env/mod.ts";
import {
  initialiseLearner,
  type Learner,
  learnerBytes,
  SHARDS,
} from "../../lib/learn/learner.ts";
import { learntPolicy } from "../../lib/learn/policy.ts";
import { paperRecipe } from "../../lib/learn/ready_recipes.ts";
import { defaultRecipe, type Recipe } from "../../lib/learn/recipe.ts";
import { actorUpdatesIn, updateShards } from "../../lib/learn/td3.ts";
import { normal, uniform } from "../../lib/rng/distributions.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { HORIZON, push } from "../../lib/suite/fetch/push.ts";
import type { FetchState, FetchTask } from "../../lib/suite/fetch/task.ts";
import { layOut } from "../../lib/train/training.ts";
import type { EnvSpec, TimeStep } from "../../lib/types.ts";
import { loadMujoco } from "../_physics.ts";
import { createBarrier } from "../_workers/barrier.ts";
import { plan, planBytes, type PlanJob } from "./plan.ts";

/** Work that a Worker repeats. */
export type Job =
  | {
    readonly kind: "update";
    readonly learner: "ddpg-3x256" | "td3-2x128" | "td3-2x256" | "default";
  }
  | { readonly kind: "sample"; readonly rows: number }
  | { readonly kind: "step" }
  | { readonly kind: "decide" }
  | PlanJob
  | { readonly kind: "act"; readonly actor: "3x256" | "2x128" | "default" };

/** Model steps of a decision of the original tree search: ten nodes, six moves. */
const MODEL_STEPS = 60;

/** Where a Worker stands. */
export interface Place {
  readonly job: Job;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly barrier: SharedArrayBuffer;
  readonly thread: number;
  readonly threads: number;
}

/** Repeats the job and returns the pieces of work that this Worker did of it. */
export type Repeat = (count: number) => number;

/** Made-up episodes of FetchPush's shapes: time depends on shapes alone. */
export const SPEC: EnvSpec = {
  id: "made-up",
  observationSize: 25,
  goalSize: 3,
  actionSize: 4,
  horizon: HORIZON,
  dt: 0.04,
  channels: Array.from({ length: 25 }, (_, i) => `x${i}`),
  reward: { kind: "sparse", threshold: 0.05 },
  goals: { low: [-1, -1, -1], high: [1, 1, 1] },
};

/** Updates between two moves of the targets, where they move once per round. */
const ROUND = 40;

/** The recipe that the job's learner is made by. */
export function recipeOf(job: Job): Recipe {
  const plain = {
    ...defaultRecipe(),
    selection: false,
    critics: 1,
    targetCritics: 1,
    capacityEpisodes: 300,
  };
  switch (job.kind) {
    case "update":
      return { ...learnerRecipe(job.learner), capacityEpisodes: 300 };
    case "sample":
      return { ...plain, batch: job.rows, capacityEpisodes: 2500 };
    case "step":
    case "decide":
    case "plan":
      return plain;
    case "act":
      if (job.actor === "default") return defaultRecipe();
      return { ...plain, hidden: widths(job.actor) };
  }
}

function learnerRecipe(learner: (Job & { kind: "update" })["learner"]): Recipe {
  if (learner === "default") return defaultRecipe();
  if (learner === "ddpg-3x256") return paperRecipe();
  return {
    ...defaultRecipe(),
    criticAction: "residual", // no base: the correction is the action
    selection: false,
    critics: 2,
    targetCritics: 2,
    actorCritics: 1,
    hidden: widths(learner.slice("td3-".length)),
    actorRate: 1e-3,
    residualPenalty: 0,
  };
}

/** `2x128` is [128, 128]. */
function widths(shape: string): readonly number[] {
  const [depth, width] = shape.split("x").map(Number);
  return new Array<number>(depth).fill(width);
}

/** Bytes of memory that the job's Workers share. */
export function bytesOf(job: Job): number {
  return job.kind === "plan"
    ? planBytes(job)
    : learnerBytes(SPEC, recipeOf(job));
}

/** Makes everything ready; the first Worker fills the memory, so it comes first. */
export function prepare(place: Place): Promise<Repeat> | Repeat {
  switch (place.job.kind) {
    case "update":
      return update(place);
    case "sample":
      return sample(place);
    case "step":
      return step(place);
    case "decide":
      return decide();
    case "plan":
      return plan(place.job, place);
    case "act":
      return act(place);
  }
}

function update(place: Place): Repeat {
  const { learner } = learnerAt(place);
  const { thread, threads } = place;
  const shards = Array.from({ length: SHARDS }, (_, i) => i)
    .filter((shard) => shard % threads === thread);
  const barrier = createBarrier(new Int32Array(place.barrier), threads);
  const episodes = learner.replay.capacity;
  let updates = 0;
  let actorUpdates = 0;
  return (count) => {
    for (let left = count; left > 0; left -= ROUND) {
      const order = {
        updates,
        actorUpdates,
        count: Math.min(ROUND, left),
        released: true,
        episodes,
      };
      updateShards(learner, key(2), order, shards, barrier);
      updates += order.count;
      actorUpdates += actorUpdatesIn(learner, order);
    }
    return thread === 0 ? count : 0; // the threads share each update
  };
}

function sample(place: Place): Repeat {
  const { learner } = learnerAt(place);
  const draw = sampler(learner);
  return (count) => {
    for (let i = 0; i < count; i++) draw();
    return count * learner.recipe.batch;
  };
}

/** Draws a batch of rows from replay, relabels, gathers: the kernel alone. */
export function sampler(learner: Learner): () => void {
  const { kernels, replay, batch, recipe, spec } = learner;
  let draw = 0;
  return () =>
    kernels.replaySample(
      replay.pointer,
      batch.pointer,
      0,
      recipe.batch,
      replay.capacity,
      7,
      draw++,
      recipe.hindsight,
      spec.reward.threshold,
    );
}

async function step({ thread }: Place): Promise<Repeat> {
  const env = pipe(
    push(await loadMujoco(), { slots: 4 }),
    timeLimit(HORIZON),
  );
  const start = key(thread);
  const actions = Array.from(
    { length: HORIZON },
    (_, t) =>
      Float32Array.from(
        { length: 4 },
        (_, i) => 2 * uniform(start, 4 * t + i) - 1,
      ),
  );
  let episode = 0;
  let t = 0;
  let moment = env.reset(start);
  return (count) => {
    for (let i = 0; i < count; i++) {
      moment = env.step(moment.state, actions[t++]);
      if (t < HORIZON) continue;
      t = 0;
      env.drop(moment.state);
      moment = env.reset(foldIn(start, ++episode));
    }
    return count;
  };
}

/**
 * Decisions of the tree search from one moment of a push. Each counts for the
 * 60 model steps that the original simulates; the search skips those that it has
 * seen.
 */
async function decide(): Promise<Repeat> {
  const mujoco = await loadMujoco();
  const task = push(mujoco, { slots: 1 + spareSlots() });
  const { state, observation } = momentOfPush(task);
  const search = treeMpc(task);
  let memory = search.init(key(0));
  return (count) => {
    const decisions = Math.ceil(count / MODEL_STEPS);
    for (let i = 0; i < decisions; i++) {
      memory = search.advise(state, observation, memory).memory;
    }
    return MODEL_STEPS * decisions;
  };
}

/** A moment at which the closed hand pushes the cube. */
function momentOfPush(task: FetchTask): TimeStep<FetchState> {
  let moment = task.reset(key(0));
  for (let i = 0; i < 8; i++) {
    const { observation, achieved } = moment.observation;
    const towards = [0, 1, 2].map((j) => 10 * (achieved[j] - observation[j]));
    moment = task.step(moment.state, Float32Array.of(...towards, -1));
  }
  return moment;
}

function act(place: Place): Repeat {
  const { learner, acting } = learnerAt(place);
  const policy = learntPolicy(learner, acting[place.thread], "average");
  const seen = Array.from({ length: 16 }, (_, i) => ({
    observation: Float32Array.from(
      { length: 25 },
      (_, j) => 0.1 * normal(key(i), j),
    ),
    goal: Float32Array.from({ length: 3 }, (_, j) => normal(key(i), 30 + j)),
  }));
  return (count) => {
    for (let i = 0; i < count; i++) {
      const { observation, goal } = seen[i % seen.length];
      policy.act(undefined, observation, goal);
    }
    return count;
  };
}

/** The learner of the job over the shared memory; made by the first Worker, found by the second. */
function learnerAt({ job, module, memory, thread }: Place) {
  const recipe = recipeOf(job);
  const kernels = instantiate(module, memory);
  const base = clipped(reactivePush());
  const { learner, acting } = layOut(SPEC, base, recipe, kernels);
  if (thread === 0) {
    initialiseLearner(learner, key(1));
    fillReplay(learner);
  }
  return { learner, acting };
}

function fillReplay({ replay, spec }: Learner): void {
  const { records, desired, lengths } = replay;
  [records, desired].forEach(({ view }, stream) => {
    const source = key(stream);
    for (let i = 0; i < view.length; i++) view[i] = 0.1 * normal(source, i);
  });
  lengths.fill(spec.horizon);
}
