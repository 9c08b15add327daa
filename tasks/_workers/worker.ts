/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/**
 * A Worker: owns one physics engine, plays episodes and works on its shards.
 *
 * @module
 */

import { instantiate, twins } from "../../kernels/mod.ts";
import type { Kernels } from "../../kernels/types.ts";
import { Refusal, type RplError } from "../../lib/errors.ts";
import { SHARDS } from "../../lib/learn/learner.ts";
import { createTraining, type Training } from "../../lib/train/training.ts";
import type { Env, Policy } from "../../lib/types.ts";
import { loadMujoco } from "../_physics.ts";
import { openBase, openTask } from "../_suite.ts";
import { createBarrier } from "./barrier.ts";
import type { Membership, Reply, Request, TaskChoice } from "./protocol.ts";

/** The task that was opened, and what plays it. */
interface Opened {
  readonly env: Env<unknown>;
  readonly base: Policy;
}

/** The learner that was joined. */
interface Joined {
  readonly training: Training;
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
      return { kind: "refused", error: withSeed(error.error) };
    }
    const stack = error instanceof Error ? error.stack : undefined;
    return { kind: "crashed", stack: stack ?? String(error) };
  }
}

/** A simulation does not know the seed that made it diverge; a Worker does. */
function withSeed(error: RplError): RplError {
  if (error._tag !== "DivergedError" || joined === undefined) return error;
  const { seed } = joined;
  return { ...error, seed, message: `${error.message} (seed ${seed})` };
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
    case "explore": {
      const { training } = member();
      const outcomes = request.indices.map((index) =>
        training.explore(index, request.warmup)
      );
      return { kind: "played", outcomes };
    }
    case "evaluate": {
      const { training } = member();
      const outcomes = request.indices.map((index) =>
        training.evaluate(request.player, request.set, index)
      );
      return { kind: "played", outcomes };
    }
    case "update": {
      const { training, shards, barrier } = member();
      training.update(request.order, shards, barrier);
      return { kind: "updated" };
    }
  }
}

async function open(choice: TaskChoice): Promise<Opened> {
  const mujoco = await loadMujoco();
  return {
    env: openTask(mujoco, choice),
    base: await openBase(choice),
  };
}

async function join(membership: Membership): Promise<Joined> {
  if (opened === undefined) throw new Error("join before open");
  const { recipe, seed, thread, threads } = membership;
  const kernels = await backend(membership);
  const training = createTraining({ ...opened, recipe, kernels, seed, thread });
  const shards = Array.from({ length: SHARDS }, (_, i) => i);
  return {
    training,
    seed,
    shards: shards.filter((shard) => shard % threads === thread),
    barrier: createBarrier(new Int32Array(membership.barrier), threads),
  };
}

async function backend(membership: Membership): Promise<Kernels> {
  const { module, memory } = membership;
  if (membership.backend === "twins") return twins(memory);
  const kernels = instantiate(module, memory);
  if (membership.backend === "kernels") return kernels;
  const { loadTfjs } = await import("../_tfjs.ts");
  return await loadTfjs(kernels);
}

function member(): Joined {
  if (joined === undefined) throw new Error("asked to work before join");
  return joined;
}
