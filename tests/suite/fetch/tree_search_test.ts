import { assert, assertEquals, assertThrows } from "@std/assert";
import { pipe } from "fp-ts/function";
import { spareSlots, treeMpc } from "../../../lib/control/tree_mpc.ts";
import { adviceOf, advised } from "../../../lib/env/advised.ts";
import { timeLimit } from "../../../lib/env/time_limit.ts";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { unroll } from "../../../lib/rollout/unroll.ts";
import { push } from "../../../lib/suite/fetch/push.ts";
import type { FetchTask } from "../../../lib/suite/fetch/task.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { type Row, rowOf } from "../../laws/trace.ts";

const mujoco = await loadMujoco();

/** An episode of searches on which every expansion counts. */
function searched(task: FetchTask, steps: number): readonly Row[] {
  const env = advised(treeMpc(task))(task);
  const policy = adviceOf(env.spec);
  let moment = env.reset(key(4));
  const rows = [rowOf(moment)];
  for (let t = 0; t < steps; t++) {
    const { observation, desired } = moment.observation;
    const { action } = policy.act(undefined, observation, desired);
    moment = env.step(moment.state, action);
    rows.push(rowOf(moment));
  }
  env.drop(moment.state);
  return rows;
}

Deno.test("searching in forks leaves the physics as it was, and gives all forks back", () => {
  using task = push(mujoco, { slots: 1 + spareSlots() });
  const rows = searched(task, 6);
  assertEquals(task.live(), 0);
  using alone = push(mujoco, { slots: 1 });
  let moment = alone.reset(key(4));
  for (const row of rows) {
    const { observation, ...rest } = rowOf(moment);
    assertEquals({ ...row, observation: row.observation.slice(0, 25) }, {
      observation,
      ...rest,
    });
    const action = Float32Array.from(row.observation.slice(25));
    moment = alone.step(moment.state, action);
  }
});

Deno.test("a search is a function of state, goal and key", () => {
  using one = push(mujoco, { slots: 1 + spareSlots() });
  using other = push(mujoco, { slots: 3 + spareSlots() });
  const before = searched(one, 3);
  assertEquals(searched(other, 3), before);
  assertEquals(searched(one, 3), before);
});

Deno.test("the search foresees what its move does to the cube", () => {
  using task = push(mujoco, { slots: 1 + spareSlots() });
  const { gripper, objectHeight, position, velocity } = task.rest;
  const place = position.slice();
  // The closed hand touches the cube, the goal lies on beyond it.
  place.set([gripper[0], gripper[1] + 0.05], 15);
  const goal = [gripper[0], gripper[1] + 0.2, objectHeight] as const;
  const { advise, init } = treeMpc(task);
  let moment = task.begin({ position: place, velocity, goal });
  let memory = init(key(1));
  const start = moment.metrics.distance;
  for (let t = 0; t < 5; t++) {
    const advice = advise(moment.state, moment.observation, memory);
    memory = advice.memory;
    assert(advice.modelSteps > 6 && advice.modelSteps <= 60);
    moment = task.step(moment.state, advice.action);
  }
  assert(moment.metrics.distance < start - 0.05);
  task.drop(moment.state);
});

Deno.test("with a slot too few the search says what is missing and leaks nothing", () => {
  using task = push(mujoco, { slots: spareSlots() });
  const { state, observation } = task.reset(key(1));
  const { advise, init } = treeMpc(task);
  const memory = init(key(1));
  assertThrows(() => advise(state, observation, memory), RangeError, "slots");
  assertEquals(task.live(), 1);
});

Deno.test("an episode counts the model's steps: at most 60 per decision", () => {
  using task = push(mujoco, { slots: 1 + spareSlots() });
  const env = pipe(task, advised(treeMpc(task)), timeLimit(3));
  const policy = adviceOf(env.spec);
  const { modelSteps } = unroll(env, policy, foldIn(key(1), 0));
  // Three decisions and that of the last moment; no sum of moves twice.
  assert(modelSteps > 4 * 30 && modelSteps <= 4 * 60);
});
