/**
 * A crew of Workers: episodes are dealt out by index, updates by shard.
 *
 * Playing and learning alternate, and each uses all Workers: the two episodes
 * of a round run side by side, then the two shards of every batch do. Nothing
 * depends on who was faster, so one Worker and two give the same bits.
 *
 * @module
 */

import { Refusal } from "../../lib/errors.ts";
import { indices } from "../../lib/train/inline_crew.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import type { Disturbance } from "../../lib/suite/stress.ts";
import type { Crew } from "../../lib/train/train.ts";
import type { EnvSpec } from "../../lib/types.ts";
import type { Times } from "../_profile/stopwatch.ts";
import type { Membership, Reply, Request, TaskChoice } from "./protocol.ts";

/** Workers that have loaded physics and the task. */
export interface Pool {
  readonly spec: EnvSpec;
  /** Name of the base controller. */
  readonly base: string;
  readonly size: number;
  /** Lets every Worker lay out the learner over shared memory. */
  readonly join: (
    membership: Omit<Membership, "thread" | "threads" | "barrier">,
  ) => Promise<PoolCrew>;
  readonly close: () => void;
}

/** A crew of Workers that may keep account of their time, and may be sent to a disturbed task. */
export interface PoolCrew extends Crew {
  /** Seconds per part of each Worker; zeros where the run is not profiled. */
  readonly times: () => Promise<readonly Times[]>;
  /** Lets every Worker go on in a disturbed task, in place of the last; what was learnt stays. */
  readonly disturb: (disturbance: Disturbance) => Promise<void>;
}

/** Starts `size` Workers and lets each load the task. */
export async function openPool(
  choice: TaskChoice,
  size: number,
): Promise<Pool> {
  const threads = Array.from({ length: size }, startThread);
  function close() {
    for (const thread of threads) thread.stop();
  }
  function all(request: (thread: number) => Request): Promise<Reply[]> {
    return Promise.all(threads.map((thread, i) => thread.ask(request(i))));
  }
  try {
    const [opened] = await all(() => ({ kind: "open", choice }));
    const { spec, base } = opened as Reply & { kind: "opened" };
    return {
      spec,
      base,
      size,
      close,
      async join(membership) {
        const barrier = new SharedArrayBuffer(64);
        await all((thread) => ({
          kind: "join",
          membership: { ...membership, barrier, thread, threads: size },
        }));
        return crewOf(all, size);
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

function crewOf(
  all: (request: (thread: number) => Request) => Promise<Reply[]>,
  size: number,
): PoolCrew {
  async function deal(
    first: number,
    count: number,
    request: (own: readonly number[]) => Request,
  ): Promise<readonly Outcome[]> {
    const order = indices(first, count);
    const replies = await all((thread) =>
      request(order.filter((_, i) => i % size === thread))
    );
    return order.map((_, i) => {
      const reply = replies[i % size] as Reply & { kind: "played" };
      return reply.outcomes[Math.floor(i / size)];
    });
  }
  return {
    explore: (first, count, exploration) =>
      deal(
        first,
        count,
        (own) => ({ kind: "explore", indices: own, exploration }),
      ),
    evaluate: (player, set, first, count) =>
      deal(
        first,
        count,
        (own) => ({ kind: "evaluate", player, set, indices: own }),
      ),
    update: async (order) => {
      await all(() => ({ kind: "update", order }));
    },
    times: async () => {
      const replies = await all(() => ({ kind: "times" }));
      return replies.map((reply) => (reply as Reply & { kind: "timed" }).times);
    },
    disturb: async (disturbance) => {
      await all(() => ({ kind: "disturb", disturbance }));
    },
  };
}

/** One Worker that answers one request at a time. */
function startThread() {
  const url = new URL("./worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  let settle: { resolve(r: Reply): void; reject(e: unknown): void } | undefined;
  worker.onmessage = (event: MessageEvent<Reply>) => {
    const reply = event.data;
    if (reply.kind === "refused") settle?.reject(new Refusal(reply.error));
    else if (reply.kind === "crashed") settle?.reject(new Error(reply.stack));
    else settle?.resolve(reply);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    settle?.reject(new Error(`A Worker stopped: ${event.message}`));
  };
  return {
    ask(request: Request): Promise<Reply> {
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
        worker.postMessage(request);
      });
    },
    stop: () => worker.terminate(),
  };
}
