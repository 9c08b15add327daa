import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import recorded from "../../fixtures/slide-rollouts.json" with { type: "json" };
import { foldIn, key } from "../../../lib/rng/key.ts";
import { HORIZON } from "../../../lib/suite/fetch/push.ts";
import {
  type Deviation,
  replay,
  type Rollout,
} from "../../../lib/suite/fetch/replay.ts";
import { slide } from "../../../lib/suite/fetch/slide.ts";
import type { FetchTask, Point } from "../../../lib/suite/fetch/task.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { chiSquare, correlation } from "./spread.ts";

const mujoco = await loadMujoco();
const task = slide(mujoco, { slots: 1 });
const STILL = new Float32Array(4);
const COUNT = 2000;
const { rollouts } = recorded;

type Recorded = (typeof rollouts)[number];

function rolloutOf(episode: Recorded): Rollout {
  return {
    start: {
      position: episode.qpos,
      velocity: episode.qvel,
      goal: episode.goal as unknown as Point,
    },
    first: episode.first_observation,
    actions: episode.actions,
    observations: episode.observations,
    achieved: episode.achieved,
    rewards: episode.rewards,
    success: episode.success,
  };
}

/**
 * Whether a replay strays no more than twice as far as the original does from
 * itself: a struck puck rattles on the table, and a start that differs by 1e-13
 * ends millimetres away.
 */
function isOriginal(found: Deviation, { spread }: Recorded): boolean {
  return found.object < 2 * spread + 1e-6 && found.gripper < 1e-6;
}

Deno.test("recorded episodes of the original repeat as far as it repeats itself", () => {
  const kinds = new Map<string, number>();
  for (const episode of rollouts) {
    const found = replay(task, rolloutOf(episode));
    const told = `${episode.task}: ${JSON.stringify(found)}`;
    assert(isOriginal(found, episode), told);
    kinds.set(episode.task, 1 + (kinds.get(episode.task) ?? 0));
  }
  assertEquals([...kinds.keys()], [
    "slide/strike",
    "slide/random",
    "slide/impact",
  ]);
});

Deno.test("most strikes repeat within a micrometre, up to the blow and a step beyond", () => {
  const errors = rollouts.filter(({ task }) => task === "slide/impact")
    .map((episode) => replay(task, rolloutOf(episode)).object);
  const close = errors.filter((error) => error < 1e-6).length;
  assert(close > errors.length / 2, `errors ${errors}`);
});

Deno.test("another friction is found out", () => {
  using rough = slide(mujoco, { slots: 1, friction: 0.11 });
  for (const episode of rollouts) {
    if (episode.task !== "slide/impact") continue;
    assert(!isOriginal(replay(rough, rolloutOf(episode)), episode));
  }
});

Deno.test("the pose at rest is the recorded one", () => {
  for (const { initial_gripper: gripper, height_offset: height } of rollouts) {
    task.rest.gripper.forEach((x, i) =>
      assertAlmostEquals(x, gripper[i], 1e-9)
    );
    assertAlmostEquals(task.rest.objectHeight, height, 1e-9);
  }
});

/** Puck and goal of many resets, about the gripper at rest. */
const drawn = Array.from({ length: COUNT }, (_, i) => {
  const [x, y] = task.rest.gripper;
  const { state, observation } = task.reset(foldIn(key(42), i));
  const { observation: o, desired } = observation;
  const found = {
    puck: [o[3] - x, o[4] - y],
    height: o[5],
    goal: [desired[0] - x, desired[1] - y],
    goalHeight: desired[2],
  };
  task.drop(state);
  return found;
});

Deno.test("the puck is uniform in the corners of the square that the disc leaves", () => {
  const quarters = new Array<number>(4).fill(0);
  for (const { puck: [x, y], height } of drawn) {
    assert(Math.hypot(x, y) > 0.1 - 1e-6);
    assert(Math.max(Math.abs(x), Math.abs(y)) < 0.1 + 1e-6);
    assertAlmostEquals(height, task.rest.objectHeight, 1e-6);
    quarters[Number(x > 0) + 2 * Number(y > 0)]++;
  }
  // 99.9 % quantile of chi-square with 3 degrees of freedom.
  assert(chiSquare(quarters) < 16.27);
});

Deno.test("the goal is uniform in the square 0.4 m beyond the gripper, on the table", () => {
  const cells = new Array<number>(25).fill(0);
  const cell = (x: number) => Math.min(4, Math.floor((x + 0.3) / 0.12));
  for (const { goal: [x, y], goalHeight } of drawn) {
    assert(Math.abs(x - 0.4) < 0.3 + 1e-6 && Math.abs(y) < 0.3 + 1e-6);
    assertAlmostEquals(goalHeight, task.rest.objectHeight, 1e-6);
    cells[Math.max(0, cell(x - 0.4)) + 5 * Math.max(0, cell(y))]++;
  }
  // 99.9 % quantile of chi-square with 24 degrees of freedom.
  assert(chiSquare(cells) < 51.18);
});

Deno.test("puck and goal are independent, and hindsight may ask for every goal", () => {
  for (const i of [0, 1]) {
    const r = correlation(
      drawn.map(({ puck }) => puck[i]),
      drawn.map(({ goal }) => goal[i]),
    );
    assert(Math.abs(r) < 4 / Math.sqrt(COUNT), `correlation ${r}`);
  }
  const { low, high } = task.spec.goals!;
  const [x, y] = task.rest.gripper;
  for (const { goal: [dx, dy], goalHeight } of drawn) {
    [x + dx, y + dy, goalHeight].forEach((value, i) =>
      assert(value > low[i] && value < high[i])
    );
  }
});

/** How far (m) a puck glides that starts beside the gripper with a velocity (m/s). */
function glide(of: FetchTask, vx: number, vy: number): readonly number[] {
  const { gripper } = of.rest;
  const position = of.rest.position.slice();
  const velocity = of.rest.velocity.slice();
  const start = [gripper[0] + 0.1, gripper[1]];
  position.set(start, 15);
  velocity.set([vx, vy, 0, 0, 0, 0], 15);
  let moment = of.begin({ position, velocity, goal: [0, 0, 0] });
  for (let t = 0; t < HORIZON; t++) moment = of.step(moment.state, STILL);
  const end = [...moment.observation.achieved];
  of.drop(moment.state);
  return [end[0] - start[0], end[1] - start[1]];
}

Deno.test("a puck comes to rest where a pyramid of friction brakes it", () => {
  using rough = slide(mujoco, { slots: 1, friction: 0.2 });
  for (const [of, friction] of [[task, 0.1], [rough, 0.2]] as const) {
    for (const [vx, vy] of [[0.9, 0], [0.8, 0.3], [0.6, -0.5]]) {
      const found = glide(of, vx, vy);
      const brake = friction * 9.81;
      const wanted = [(vx * vx + vy * vy) / 2 / brake, vx * vy / brake];
      found.forEach((x, i) => assertAlmostEquals(x, wanted[i], 0.015));
    }
  }
});

Deno.test("a gliding puck is braked by Coulomb's friction, v = v0 - mu g t", () => {
  const position = task.rest.position.slice();
  const velocity = task.rest.velocity.slice();
  position.set([task.rest.gripper[0] + 0.1, task.rest.gripper[1]], 15);
  velocity.set([0.9, 0, 0, 0, 0, 0], 15);
  let moment = task.begin({ position, velocity, goal: [0, 0, 0] });
  for (let t = 1; t <= 20; t++) {
    moment = task.step(moment.state, STILL);
    const o = moment.observation.observation;
    const speed = (o[14] + o[20]) / task.spec.dt;
    assertAlmostEquals(speed, 0.9 - 0.1 * 9.81 * t * task.spec.dt, 0.02);
  }
  task.drop(moment.state);
});

Deno.test("ranges are those asked for, and others are refused by name", () => {
  using narrow = slide(mujoco, { slots: 1, objectRange: 0.08, goalRange: 0 });
  const [x, y] = narrow.rest.gripper;
  for (let i = 0; i < 50; i++) {
    const { state, observation } = narrow.reset(foldIn(key(1), i));
    const { achieved, desired } = observation;
    assert(Math.abs(achieved[0] - x) < 0.08 + 1e-6);
    assertAlmostEquals(desired[0], x + 0.4, 1e-6);
    assertAlmostEquals(desired[1], y, 1e-6);
    narrow.drop(state);
  }
  assertEquals(narrow.live(), 0);
  const cases = [
    [{ objectRange: 0.19 }, "'objectRange'"],
    [{ goalRange: -0.1 }, "'goalRange'"],
    [{ goalRange: NaN }, "'goalRange'"],
    [{ friction: 11 }, "'friction'"],
  ] as const;
  for (const [options, name] of cases) {
    assertThrows(() => slide(mujoco, options), RangeError, name);
  }
});
