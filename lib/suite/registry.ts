/**
 * The tasks by name: a constant table.
 *
 * @module
 */

import { nearest, refuse } from "../errors.ts";
import { COMPLEX_HOOK, NOISY_HOOK } from "./hooks.ts";
import { PICK_AND_PLACE } from "./pick_and_place.ts";
import { PUSH, SLIPPERY_PUSH } from "./push.ts";
import { PUSHER } from "./pusher.ts";
import { SLIDE } from "./slide.ts";
import type { Task } from "./task.ts";

/** All tasks by id. */
export const TASKS: Readonly<Record<string, Task>> = Object.fromEntries(
  [
    PUSH,
    SLIPPERY_PUSH,
    PICK_AND_PLACE,
    NOISY_HOOK,
    COMPLEX_HOOK,
    PUSHER,
    SLIDE,
  ].map((task) => [task.id, task]),
);

/**
 * The task named `id`.
 *
 * @throws {Refusal} With a `ConfigError` that names the nearest task, if there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(taskNamed("slippery-push").sizes.horizon, 50);
 * ```
 */
export function taskNamed(id: string): Task {
  if (Object.hasOwn(TASKS, id)) return TASKS[id];
  const ids = Object.keys(TASKS);
  const near = nearest(id, ids);
  const hint = near === undefined ? "" : ` Did you mean '${near}'?`;
  return refuse({
    _tag: "ConfigError",
    message: `Cannot find task '${id}'.${hint} Tasks: ${ids.join(", ")}`,
  });
}
