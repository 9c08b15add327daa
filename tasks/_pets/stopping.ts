/**
 * Ctrl-C in work that never pauses: another thread listens, and between two
 * steps an environment looks whether it has heard.
 *
 * @module
 */

import type { Env } from "../../lib/types.ts";

/** What {@link stoppable} throws: no error, only the way out of an episode. */
export const STOPPED = new Error("A person has asked to stop");

/** Begins to listen; tells whether a person has asked to stop. */
export async function listenForStop(): Promise<() => boolean> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const url = new URL("./stop_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.postMessage(flag);
  });
  return () => Atomics.load(flag, 0) === 1;
}

/** The environment, which throws {@link STOPPED} instead of a step once `stopping` says so. */
export function stoppable<S>(env: Env<S>, stopping: () => boolean): Env<S> {
  return {
    ...env,
    step: (state, action) => {
      if (stopping()) throw STOPPED;
      return env.step(state, action);
    },
  };
}
