/**
 * Watches how long a controller thinks. The library has no clock, so a search
 * is bounded by its work; here people are told when that is too much.
 *
 * @module
 */

import type { Controller, Env } from "../lib/types.ts";

/** What bounds the work of a controller, by the beginning of its id. */
const BOUNDS: readonly (readonly [string, string])[] = [
  ["tree-mpc", "--set controller.expansions=N"],
];

/** Seconds that an action may take before people are told. */
export const LIMIT = 0.5;

/** Where warnings go, and the clock (ms) that never goes back. */
export interface Watch {
  readonly warn: (message: string) => void;
  readonly now?: () => number;
  readonly limitSeconds?: number;
}

/**
 * The same controller under a watch: where an action takes longer than the
 * limit, `warn` is told once which it was, how long it took, and how to bound
 * it. The first action is not judged: code is compiled there.
 */
export function watched<M>(
  controller: Controller<M>,
  watch: Watch,
): Controller<M> {
  const timed = timer(controller.id, watch);
  return { ...controller, act: timed(controller.act) };
}

/** The same environment, in whose steps the controller `id` plans, under a watch. */
export function watchedSteps<S>(env: Env<S>, id: string, watch: Watch): Env<S> {
  const timed = timer(id, watch);
  return { ...env, step: timed(env.step) };
}

function timer(id: string, watch: Watch) {
  const { warn, now = () => performance.now(), limitSeconds = LIMIT } = watch;
  let calls = 0;
  let warned = false;
  return <A extends unknown[], R>(think: (...args: A) => R) =>
  (...args: A): R => {
    const start = now();
    const thought = think(...args);
    const seconds = (now() - start) / 1000;
    if (++calls > 1 && !warned && seconds > limitSeconds) {
      warned = true;
      warn(warning(id, seconds, limitSeconds));
    }
    return thought;
  };
}

function warning(id: string, seconds: number, limit: number): string {
  const known = BOUNDS.find(([start]) => id.startsWith(start));
  const remedy = known === undefined
    ? "Give it less to work out per action"
    : `Bound its work: ${known[1]} with a smaller N than now`;
  return `Controller '${id}' took ${
    seconds.toPrecision(3)
  } s for an action, more than ${limit} s. ${remedy}.`;
}
