/** One rollout of each controller on each task, as a hash of every bit that it shows. */

import { createHash } from "node:crypto";
import { derive, key } from "../../lib/rng/key.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { Options, OptionSpecs, Task } from "../../lib/suite/task.ts";
import type { Mujoco } from "../../lib/world/mujoco.ts";

/** Steps of a rollout; fewer where each is a search. */
const STEPS = 40;
const SEARCHES = 4;

/** The hashes by task and controller. */
export type Hashes = Readonly<Record<string, string>>;

/** Plays all rollouts, in the order of the table or against it. */
export function rolloutHashes(mujoco: Mujoco, reversed = false): Hashes {
  const found: Record<string, string> = {};
  const tasks = Object.values(TASKS);
  for (const task of reversed ? tasks.toReversed() : tasks) {
    for (const base of Object.keys(task.bases)) {
      found[`${task.id} ${base}`] = rolloutHash(mujoco, task, base);
    }
  }
  return found;
}

/** Reset and steps under one key: observations, goals, rewards and actions. */
function rolloutHash(mujoco: Mujoco, task: Task, name: string): string {
  const base = task.bases[name];
  const settings = defaultsOf(base.options);
  const options = { ...defaultsOf(task.options), slots: 2 };
  using env = base.make
    ? base.make(mujoco, options, settings)
    : task.make(mujoco, options);
  const policy = base.policy(settings);
  const hash = createHash("sha256");
  let moment = env.reset(derive(key(7), "rollout"));
  const steps = base.make && name !== "filtered" ? SEARCHES : STEPS;
  for (let t = 0; t < steps; t++) {
    const { observation, achieved, desired } = moment.observation;
    const { action } = policy.act(undefined, observation, desired);
    const numbers = [...observation, ...achieved, ...desired, ...action];
    hash.update(
      new Uint8Array(Float64Array.of(...numbers, moment.reward).buffer),
    );
    moment = env.step(moment.state, action);
  }
  env.drop(moment.state);
  return hash.digest("hex");
}

/** The values of options where nothing is set. */
export function defaultsOf(options: OptionSpecs): Options {
  const entries = Object.entries(options);
  return Object.fromEntries(entries.map(([name, o]) => [name, o.default]));
}
