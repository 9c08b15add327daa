import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { key } from "../../../lib/rng/key.ts";
import { pickAndPlace } from "../../../lib/suite/fetch/pick_and_place.ts";
import { push, slipperyPush } from "../../../lib/suite/fetch/push.ts";
import type { FetchTask } from "../../../lib/suite/fetch/task.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

const mujoco = await loadMujoco();
const STILL = new Float32Array(4);

/** The cube beside the gripper, sliding (m/s) and spinning (rad/s) on the table. */
function thrown(task: FetchTask, [vx, vy]: readonly number[], spin: number) {
  const position = task.rest.position.slice();
  const velocity = task.rest.velocity.slice();
  // The cube's coordinates are the last ones.
  position.set([task.rest.gripper[0], task.rest.gripper[1] + 0.1], 15);
  velocity.set([vx, vy, 0, 0, 0, spin], 15);
  return { position, velocity };
}

/** Velocity (m/s) of the cube along y after `steps` control steps from 0.5 m/s. */
function slide(task: FetchTask, steps: number): number {
  const start = thrown(task, [0, 0.5], 0);
  let moment = task.begin({ ...start, goal: [0, 0, 0] });
  for (let t = 0; t < steps; t++) moment = task.step(moment.state, STILL);
  const o = moment.observation.observation;
  task.drop(moment.state);
  return (o[15] + o[21]) / task.spec.dt;
}

Deno.test("a sliding cube is braked by Coulomb's friction, v = v0 - mu g t", () => {
  using slippery = slipperyPush(mujoco, { slots: 1 });
  assertAlmostEquals(slide(slippery, 5), 0.5 - 0.18 * 9.81 * 0.2, 0.01);
  using icy = slipperyPush(mujoco, { slots: 1, friction: 0.05 });
  assertAlmostEquals(slide(icy, 5), 0.5 - 0.05 * 9.81 * 0.2, 0.01);
  using rough = push(mujoco, { slots: 1 });
  assertAlmostEquals(slide(rough, 5), 0, 1e-3);
});

Deno.test("asking push for its own friction changes nothing", () => {
  using plain = push(mujoco, { slots: 1 });
  using asked = push(mujoco, { slots: 1, friction: 1 });
  const [a, b] = [plain, asked].map((task) => {
    let moment = task.reset(key(3));
    const down = Float32Array.of(0.3, 0.2, -1, 0);
    for (let t = 0; t < 5; t++) moment = task.step(moment.state, down);
    const seen = [...moment.observation.observation];
    task.drop(moment.state);
    return seen;
  });
  assertEquals(a, b);
});

Deno.test("a unit action moves the gripper about 3.2 cm per step, none holds it", () => {
  using task = pickAndPlace(mujoco, { slots: 1 });
  for (const axis of [0, 1, 2]) {
    const action = new Float32Array(4);
    action[axis] = axis === 2 ? 1 : -1;
    let moment = task.reset(key(1));
    const at = () => [...moment.observation.observation.subarray(0, 3)];
    for (let t = 0; t < 2; t++) moment = task.step(moment.state, action);
    const from = at();
    moment = task.step(moment.state, action);
    assertAlmostEquals((at()[axis] - from[axis]) * action[axis], 0.032, 0.003);
    for (let t = 0; t < 5; t++) moment = task.step(moment.state, STILL);
    const rest = at();
    for (let t = 0; t < 5; t++) moment = task.step(moment.state, STILL);
    at().forEach((x, i) => assertAlmostEquals(x, rest[i], 2e-3));
    task.drop(moment.state);
  }
});

Deno.test("actions are clipped to the box", () => {
  using task = push(mujoco, { slots: 2 });
  const [a, b] = [1, 50].map((size) => {
    const action = Float32Array.of(0.5, -size, size, 0);
    const { state, observation } = task.step(task.reset(key(2)).state, action);
    const seen = [...observation.observation];
    task.drop(state);
    return seen;
  });
  assertEquals(a, b);
});

Deno.test("fingers: blocked they stay shut, actuated they open and close together", () => {
  const shake = (task: FetchTask, grip: number, steps: number) => {
    let moment = task.reset(key(4));
    const action = Float32Array.of(0, 0, 0, grip);
    for (let t = 0; t < steps; t++) moment = task.step(moment.state, action);
    const seen = moment.observation.observation.slice(9, 11);
    task.drop(moment.state);
    return seen;
  };
  using blocked = push(mujoco, { slots: 1 });
  assertEquals([...shake(blocked, 1, 4)], [0, 0]);
  using free = pickAndPlace(mujoco, { slots: 1 });
  for (const q of shake(free, 1, 4)) assertAlmostEquals(q, 0.05, 2e-3);
  for (const q of shake(free, -1, 4)) assertAlmostEquals(q, 0, 2e-3);
  assert(free.live() === 0);
});

Deno.test("readings are differences, and velocities displacements per step", () => {
  using task = slipperyPush(mujoco, { slots: 1 });
  const { position, velocity } = thrown(task, [0.3, 0.4], 2);
  let moment = task.begin({ position, velocity, goal: [0, 0, 0] });
  moment = task.step(moment.state, STILL);
  const a = moment.observation.observation.slice();
  moment = task.step(moment.state, STILL);
  const b = moment.observation.observation.slice();
  task.drop(moment.state);
  // Friction brakes evenly, so the mean velocity makes the displacement.
  const mean = (i: number) => (a[i] + a[i + 6] + b[i] + b[i + 6]) / 2;
  assertAlmostEquals(b[3] - a[3], mean(14), 3e-4);
  assertAlmostEquals(b[4] - a[4], mean(15), 3e-4);
  assertAlmostEquals(b[13] - a[13], (a[19] + b[19]) / 2, 1e-3);
  assert(b[13] - a[13] > 0.015 && b[4] - a[4] > 0.01, "the cube must move");
  for (const i of [0, 1, 2]) {
    assertAlmostEquals(b[6 + i], b[3 + i] - b[i], 1e-6);
  }
});
