import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { foldIn, key } from "../../../lib/rng/key.ts";
import {
  hook,
  HOOK_CHANNELS,
  HOOK_READINGS as at,
  noisyHook,
} from "../../../lib/suite/fetch/hook.ts";
import type { Env } from "../../../lib/types.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { fetches } from "./play_hook.ts";
import { chiSquare, correlation } from "./spread.ts";

const mujoco = await loadMujoco();
const task = hook(mujoco, { slots: 1 });
const STILL = new Float32Array(4);
const COUNT = 2000;
/** Places of the hook's free joint in positions and velocities. */
const HOOK = { position: 22, velocity: 21 };

/** Object and goal of many resets. */
const drawn = Array.from({ length: COUNT }, (_, i) => {
  const { state, observation } = task.reset(foldIn(key(42), i));
  const object = [...observation.achieved];
  const goal = [...observation.desired];
  task.drop(state);
  return { object, goal };
});

Deno.test("gripper, hook and cube start where the original's do", () => {
  const { state, observation: { observation: o } } = task.reset(key(1));
  const near = (from: number, place: readonly number[]) =>
    place.forEach((x, i) => assertAlmostEquals(o[from + i], x, 2e-4));
  near(at.grip, [1.3419, 0.7491, 0.5347]);
  near(at.hook, [1.1, 0.35, 0.4149]);
  near(at.hookAngle, [0, 0, 0]);
  assertAlmostEquals(task.rest.objectHeight, 0.4249, 1e-4);
  task.drop(state);
});

Deno.test("the cube is uniform out of reach, the goal uniform on its diagonal", () => {
  const cells = new Array<number>(25).fill(0);
  const along = new Array<number>(10).fill(0);
  const bin = (share: number, bins: number) => {
    assert(share > -1e-5 && share < 1 + 1e-5, `found share ${share}`);
    return Math.min(bins - 1, Math.max(0, Math.floor(share * bins)));
  };
  for (const { object: [x, y, z], goal } of drawn) {
    cells[bin((x - 1.75) / 0.15, 5) + 5 * bin((y - 0.7) / 0.1, 5)]++;
    along[bin((goal[0] - 1.6) / 0.1, 10)]++;
    assertAlmostEquals(goal[1] - goal[0], 0.75 - 1.65, 1e-6);
    assertAlmostEquals(goal[2], 0.42, 1e-6);
    assertAlmostEquals(z, task.rest.objectHeight, 1e-6);
  }
  // 99.9 % quantiles of chi-square with 24 and 9 degrees of freedom.
  assert(chiSquare(cells) < 51.18 && chiSquare(along) < 27.88);
});

Deno.test("cube and goal are independent, and hindsight may ask for both", () => {
  const { low, high } = task.spec.goals!;
  for (const i of [0, 1]) {
    const r = correlation(
      drawn.map(({ object }) => object[i]),
      drawn.map(({ goal }) => goal[0]),
    );
    assert(Math.abs(r) < 4 / Math.sqrt(COUNT), `correlation ${r}`);
  }
  for (const { object, goal } of drawn) {
    for (const place of [object, goal]) {
      assert(place.every((x, i) => x > low[i] && x < high[i]), `${place}`);
    }
  }
});

Deno.test("the layout and the channels tell the same", () => {
  const named: Record<keyof typeof at, string> = {
    grip: "grip.x [m]",
    object: "object.x [m]",
    objectFromGrip: "object from grip.x [m]",
    finger: "right finger [m]",
    objectAngle: "object angle.x [rad]",
    objectVelocity: "object velocity from grip.x [m/step]",
    objectSpin: "object angular velocity.x [rad/step]",
    gripVelocity: "grip velocity.x [m/step]",
    fingerVelocity: "right finger velocity [m/step]",
    hook: "hook.x [m]",
    hookAngle: "hook angle.x [rad]",
    hookVelocity: "hook velocity from grip.x [m/step]",
    hookSpin: "hook angular velocity.x [rad/step]",
    hookFromGrip: "hook from grip.x [m]",
  };
  for (const [name, index] of Object.entries(at)) {
    assertEquals(HOOK_CHANNELS[index], named[name as keyof typeof at]);
  }
  assertEquals(HOOK_CHANNELS.length, task.spec.observationSize);
  assertEquals(task.spec.mirror, undefined);
});

Deno.test("the hook's readings are differences, and velocities displacements per step", () => {
  const position = task.rest.position.slice();
  const velocity = task.rest.velocity.slice();
  // Thrown high over the table, it flies freely and turns.
  position.set([1.3, 0.2, 1.2], HOOK.position);
  velocity.set([0.3, 0.4, 0.5, 0, 0, 2], HOOK.velocity);
  let moment = task.begin({ position, velocity, goal: [0, 0, 0] });
  moment = task.step(moment.state, STILL);
  const a = moment.observation.observation.slice();
  moment = task.step(moment.state, STILL);
  const b = moment.observation.observation.slice();
  task.drop(moment.state);
  for (const i of [0, 1, 2]) {
    const speed = (o: Float32Array) =>
      o[at.hookVelocity + i] + o[at.gripVelocity + i];
    const moved = b[at.hook + i] - a[at.hook + i];
    assertAlmostEquals(moved, (speed(a) + speed(b)) / 2, 1e-3);
    const turned = b[at.hookAngle + i] - a[at.hookAngle + i];
    const spin = (a[at.hookSpin + i] + b[at.hookSpin + i]) / 2;
    assertAlmostEquals(turned, spin, 2e-3);
    const apart = b[at.hook + i] - b[at.grip + i];
    assertAlmostEquals(b[at.hookFromGrip + i], apart, 1e-6);
    const object = b[at.object + i] - b[at.grip + i];
    assertAlmostEquals(b[at.objectFromGrip + i], object, 1e-6);
  }
  assertAlmostEquals(b[at.hookSpin + 2], 2 * task.spec.dt, 2e-3);
  assert(b[at.hookAngle + 2] - a[at.hookAngle + 2] > 0.07, "it must turn");
});

Deno.test("reactiveHook succeeds with exact readings, and seldom with noise", () => {
  const rate = <S>(env: Env<S>, episodes: number) => {
    let successes = 0;
    for (let i = 0; i < episodes; i++) {
      successes += Number(fetches(env, env.reset(foldIn(key(2018), i))));
    }
    return successes / episodes;
  };
  assertEquals(rate(task, 10), 1);
  using noisy = noisyHook(mujoco, { slots: 1 });
  // 0.135 over 400 episodes; four standard errors of 20.
  const found = rate(noisy, 20);
  assert(found < 0.45, `found ${found}`);
});

Deno.test("options out of range are refused by name", () => {
  const cases = [
    [{ noise: -0.1 }, "'noise'"],
    [{ noise: NaN }, "'noise'"],
    [{ overwrite: 2 }, "'overwrite'"],
    [{ slots: 0 }, "'slots'"],
  ] as const;
  for (const [options, name] of cases) {
    assertThrows(() => noisyHook(mujoco, options), RangeError, name);
  }
});
