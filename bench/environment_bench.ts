/**
 * Control steps of the Fetch tasks: one step is 20 physics steps, the readings
 * and the reward. `deno bench -R bench/environment_bench.ts`; 1 / avg is steps
 * per second and core.
 *
 * @module
 */

import { reactivePush } from "../lib/control/reactive_push.ts";
import { foldIn, key } from "../lib/rng/key.ts";
import { pickAndPlace } from "../lib/suite/fetch/pick_and_place.ts";
import { HORIZON, push, slipperyPush } from "../lib/suite/fetch/push.ts";
import type { FetchTask } from "../lib/suite/fetch/task.ts";
import { loadMujoco } from "../tasks/_physics.ts";

const mujoco = await loadMujoco();
const options = { slots: 4 };
const policy = reactivePush();

/** Plays episodes without end, one control step per call. */
function stepper(task: FetchTask): () => void {
  let episode = 0;
  let t = 0;
  let moment = task.reset(key(0));
  return () => {
    const { observation, desired } = moment.observation;
    const { action } = policy.act(undefined, observation, desired);
    moment = task.step(moment.state, action);
    if (++t < HORIZON) return;
    t = 0;
    task.drop(moment.state);
    moment = task.reset(foldIn(key(0), ++episode));
  };
}

const tasks = {
  "push": push(mujoco, options),
  "slippery-push": slipperyPush(mujoco, options),
  "pick-and-place": pickAndPlace(mujoco, options),
};

for (const [name, task] of Object.entries(tasks)) {
  Deno.bench(name, { group: "step", baseline: name === "push" }, stepper(task));
}

const { push: task } = tasks;

Deno.bench("reset", { group: "parts" }, () => {
  task.drop(task.reset(key(1)).state);
});

const idle = task.reset(key(1)).state;

Deno.bench("fork and drop", { group: "parts" }, () => {
  task.drop(task.fork(idle));
});

const seen = new Float32Array(25).map((_, i) => Math.sin(i));
const goal = Float32Array.of(1, 2, 0);

Deno.bench("reactivePush", { group: "parts" }, () => {
  policy.act(undefined, seen, goal);
});
