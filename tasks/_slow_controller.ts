/**
 * Watches how long a controller thinks. The library has no clock, so a search
 * is bounded by its work; here people are told when that is too much.
 *
 * @module
 */

import type { Advisor } from "../lib/control/advisor.ts";
import type { Controller } from "../lib/types.ts";

/** What bounds the work of a controller, by the beginning of its id. */
const BOUNDS: readonly (readonly [string, string])[] = [
  ["tree-mpc", "--set controller.expansions=N"],
];

/** Whoever decides. */
// deno-lint-ignore no-explicit-any -- any memory, any state: they pass through
type Thinker = Controller<any> | Advisor<any, any>;

/**
 * The same controller or advisor under a watch: where an action takes longer
 * than `limitSeconds`, `warn` is told once which it was, how long it took, and
 * how to bound it. The first action is not judged: code is compiled there.
 *
 * @param now Milliseconds of a clock that never goes back.
 */
export function watched<C extends Thinker>(
  subject: C,
  limitSeconds: number,
  warn: (message: string) => void,
  now: () => number = () => performance.now(),
): C {
  let calls = 0;
  let warned = false;
  function timed<A extends unknown[], R>(think: (...args: A) => R) {
    return (...args: A): R => {
      const start = now();
      const thought = think(...args);
      const seconds = (now() - start) / 1000;
      if (++calls > 1 && !warned && seconds > limitSeconds) {
        warned = true;
        warn(warning(subject.id, seconds, limitSeconds));
      }
      return thought;
    };
  }
  return "advise" in subject
    ? { ...subject, advise: timed(subject.advise) }
    : { ...subject, act: timed(subject.act) };
}

function warning(id: string, seconds: number, limit: number): string {
  const known = BOUNDS.find(([start]) => id.startsWith(start));
  const remedy = known === undefined
    ? "Give it less to work out per action, or raise the limit"
    : `Bound its work: ${known[1]} with a smaller N than now`;
  return `Controller '${id}' took ${
    seconds.toPrecision(3)
  } s for an action, the limit is ${limit} s. ${remedy}.`;
}
