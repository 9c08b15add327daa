/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/**
 * A Worker: owns one physics engine, plays episodes and works on its shards.
 *
 * @module
 */

import { instantiate, twins } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import { Refusal, refuse, type RplError } from "../../lib/errors.ts";
import { SHARDS } from "../../lib/learn/learner.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { createTraining, type Training } from "../../lib/train/training.ts";
import type { Policy } from "../../lib/types.ts";
import { loadMujoco } from "../_physics.ts";
import {
  charged,
  chargedReplay,
  createStopwatch,
  noStopwatch,
  type Stopwatch,
} from "../_profile/stopwatch.ts";
import { openBase, type OpenedTask, openTask } from "../_suite.ts";
import { watched, watchedSteps } from "../_slow_controller.ts";
import { createBarrier } from "./barrier.ts";
import type { Membership, Reply, Request, TaskChoice } from "./protocol.ts";

/** The task that was opened, and what plays it. */
interface Opened extends OpenedTask {
  readonly choice: TaskChoice;
  readonly base: Policy;
}

/** The learner that was joined. */
interface Joined {
  readonly membership: Membership;
  /** Its members timed where the run is profiled. */
  readonly training: Pick<Training, "explore" | "evaluate" | "update">;
  readonly watch: Stopwatch;
  readonly seed: number;
  readonly shards: readonly number[];
  readonly barrier: () => void;
}

let opened: Opened | undefined;
let joined: Joined | undefined;

self.onmessage = async (event: MessageEvent<Request>) => {
  self.postMessage(await answer(event.data));
};

async function answer(request: Request): Promise<Reply> {
  try {
    return await perform(request);
  } catch (error) {
    if (error instanceof Refusal) {
      return { kind: "refused", error: error.error };
    }
    const stack = error instanceof Error ? error.stack : undefined;
    return { kind: "crashed", stack: stack ?? String(error) };
  }
}

/** The episodes of these indices; one that diverges names `kind`, seed and index, so that it can be repeated. */
function episodes(
  indices: readonly number[],
  kind: string,
  seed: number,
  play: (index: number) => Outcome,
): readonly Outcome[] {
  return indices.map((index) => {
    try {
      return play(index);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refuse(located(error.error, `${kind} episode ${index}`, seed));
    }
  });
}

/** A simulation does not know the episode that made it diverge; a Worker does. */
function located(error: RplError, episode: string, seed: number): RplError {
  if (error._tag !== "DivergedError") return error;
  const message =
    `${error.message} (${episode}, counted from 0, of seed ${seed})`;
  return { ...error, seed, message };
}

async function perform(request: Request): Promise<Reply> {
  switch (request.kind) {
    case "open": {
      opened = await open(request.choice);
      const { env, base } = opened;
      return { kind: "opened", spec: env.spec, base: base.id };
    }
    case "join":
      joined = await join(request.membership);
      return { kind: "joined" };
    case "disturb": {
      const { choice, close } = task();
      const { membership } = member();
      close();
      opened = await open({ ...choice, disturbance: request.disturbance });
      // The learner is laid out again over what it has learnt.
      joined = await join(membership);
      return { kind: "disturbed" };
    }
    case "explore": {
      const { training, seed } = member();
      const { indices, exploration } = request;
      const outcomes = episodes(
        indices,
        exploration === "warmup" ? "warm-up" : "training",
        seed,
        (index) => training.explore(index, exploration),
      );
      return { kind: "played", outcomes };
    }
    case "evaluate": {
      const { training } = member();
      const { indices, player, set } = request;
      const outcomes = episodes(
        indices,
        `'${set.label}' evaluation`,
        set.seed,
        (index) => training.evaluate(player, set, index),
      );
      return { kind: "played", outcomes };
    }
    case "update": {
      const { training, shards, barrier } = member();
      training.update(request.order, shards, barrier);
      return { kind: "updated" };
    }
    case "times":
      return { kind: "timed", times: member().watch.read() };
  }
}

async function open(choice: TaskChoice): Promise<Opened> {
  const mujoco = await loadMujoco();
  const opened = { ...openTask(mujoco, choice), choice };
  const base = await openBase(choice);
  const warn = (text: string) => console.error(`warning: ${text}`);
  // Those of the library are fast, but for the ones that plan in each step.
  if (typeof choice.base !== "string") {
    return { ...opened, base: watched(base, { warn }) };
  }
  if (TASKS[choice.task].bases[choice.base].make === undefined) {
    return { ...opened, base };
  }
  return {
    ...opened,
    env: watchedSteps(opened.env, base.id, { warn }),
    evaluationEnv: watchedSteps(opened.evaluationEnv, base.id, { warn }),
    base,
  };
}

async function join(membership: Membership): Promise<Joined> {
  const { env, evaluationEnv, base } = task();
  const { recipe, seed, thread, threads, profile } = membership;
  const watch = profile
    ? createStopwatch(() => performance.now() / 1000)
    : noStopwatch();
  const { explore, evaluate, update } = createTraining({
    env: charged(watch, "physics", env),
    evaluationEnv: charged(watch, "physics", evaluationEnv),
    base: charged(watch, "base", base),
    kernels: chargedReplay(watch, await backend(membership)),
    recipe,
    seed,
    thread,
  });
  const shards = Array.from({ length: SHARDS }, (_, i) => i);
  const barrier = createBarrier(new Int32Array(membership.barrier), threads);
  return {
    membership,
    training: {
      explore: watch.charge("policy", explore),
      evaluate: watch.charge("evaluation", evaluate),
      update: watch.charge("update", update),
    },
    watch,
    seed,
    shards: shards.filter((shard) => shard % threads === thread),
    barrier: watch.charge("waiting", barrier),
  };
}

async function backend(membership: Membership): Promise<Kernels> {
  const { module, memory } = membership;
  const kernels = module === null ? twins(memory) : instantiate(module, memory);
  if (membership.backend !== "tfjs") return kernels;
  const { loadTfjs } = await import("../_tfjs.ts");
  return await loadTfjs(kernels);
}

function task(): Opened {
  if (opened === undefined) throw new Error("asked to work before open");
  return opened;
}

function member(): Joined {
  if (joined === undefined) throw new Error("asked to work before join");
  return joined;
}
