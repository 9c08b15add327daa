/** The pusher: laws, starts, reward, contact, and what idling and chance score. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { fromPolicy, zero } from "../../../lib/control/controller.ts";
import { checkEnv } from "../../../lib/env/check.ts";
import { timeLimit } from "../../../lib/env/time_limit.ts";
import { uniform } from "../../../lib/rng/distributions.ts";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { unroll } from "../../../lib/rollout/unroll.ts";
import { planCost } from "../../../lib/suite/pusher/planning.ts";
import {
  AT,
  GOAL,
  HORIZON,
  pusher,
  type PusherState,
  type PusherTask,
  VISIBLE,
} from "../../../lib/suite/pusher/pusher.ts";
import type { TimeStep } from "../../../lib/types.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { envLaws } from "../../laws/env.ts";
import { actionSequences, keys, rowOf } from "../../laws/trace.ts";

const mujoco = await loadMujoco();

/** Worlds that the laws made, to be counted and given back at the end. */
const made: PusherTask[] = [];

envLaws("pusher", () => {
  const task = pusher(mujoco, { slots: 3 });
  made.push(task);
  return task;
}, { runs: 6, steps: 8 });

Deno.test("pusher: the laws left no state behind", () => {
  for (const task of made) {
    assertEquals(task.live(), 0);
    task[Symbol.dispose]();
  }
});

Deno.test("pusher: the user's own check finds every law kept", () => {
  using task = pusher(mujoco, { slots: 3 });
  const env = timeLimit(HORIZON)(task);
  const broken = checkEnv(env, { steps: 8 }).filter(({ ok }) => !ok);
  assertEquals(broken, []);
});

/** Plays the actions from a state and drops it. */
function play(
  task: PusherTask,
  from: PusherState,
  actions: readonly (readonly number[])[],
) {
  let moment: TimeStep<PusherState> | undefined;
  const rows = actions.map((action) => {
    const state = moment?.state ?? from;
    moment = task.step(state, Float32Array.from(action));
    return rowOf(moment);
  });
  task.drop(moment?.state ?? from);
  return rows;
}

Deno.test("pusher: a fork and a loaded snapshot step like the state, bit for bit", () => {
  using task = pusher(mujoco, { slots: 3 });
  const plans = actionSequences(7, 6);
  const property = fc.property(keys(), plans, plans, (key, before, after) => {
    if (after.length === 0) return;
    let { state } = task.reset(key);
    for (const action of before) {
      ({ state } = task.step(state, Float32Array.from(action)));
    }
    const copy = task.fork(state);
    const snapshot = task.save(state);
    const expected = play(task, state, after);
    assertEquals(play(task, copy, after), expected);
    assertEquals(play(task, task.load(snapshot), after), expected);
    assertEquals(task.live(), 0);
  });
  fc.assert(property, { numRuns: 10 });
});

Deno.test("pusher: episodes start with a straight arm, the puck about (0.60, -0.30), no action played", () => {
  using task = pusher(mujoco, { slots: 1 });
  const count = 2000;
  const sums = [0, 0];
  const squares = [0, 0];
  let fastest = 0;
  for (let i = 0; i < count; i++) {
    const { state, observation: { observation: o, achieved, desired } } = task
      .reset(foldIn(key(3), i));
    assert(o.subarray(0, 7).every((angle) => angle === 0));
    assert(o.subarray(AT.played).every((action) => action === 0));
    for (let j = 0; j < 7; j++) fastest = Math.max(fastest, Math.abs(o[7 + j]));
    assertEquals([...o.subarray(AT.object, AT.object + 3)], [...achieved]);
    assertEquals([...desired], [...Float32Array.from(GOAL)]);
    assertAlmostEquals(achieved[2], -0.275, 1e-6);
    [0.6, -0.3].forEach((centre, axis) => {
      sums[axis] += achieved[axis] - centre;
      squares[axis] += (achieved[axis] - centre) ** 2;
    });
    task.drop(state);
  }
  // The greatest of 14000 uniform draws; five standard errors of the moments.
  assert(fastest <= 0.005 && fastest > 0.00499);
  for (const axis of [0, 1]) {
    assert(Math.abs(sums[axis] / count) < 5 * 0.025 / Math.sqrt(count));
    const ratio = squares[axis] / count / 0.025 ** 2;
    assert(Math.abs(ratio - 1) < 5 * Math.sqrt(2 / count));
  }
});

Deno.test("pusher: the straight arm holds its tips where its links end", () => {
  using task = pusher(mujoco, { slots: 1 });
  const { state, observation } = task.reset(key(1));
  const tips = observation.observation.subarray(AT.tips, AT.tips + 3);
  const expected = [0.1 + 0.4 + 0.321, -0.6, 0];
  expected.forEach((x, i) => assertAlmostEquals(tips[i], x, 1e-6));
  task.drop(state);
});

Deno.test("pusher: the reward is that of the moment reached, and what a planner would pay for it", () => {
  using task = pusher(mujoco, { slots: 1 });
  const property = fc.property(keys(), actionSequences(7, 5), (key, plan) => {
    let { state, reward } = task.reset(key);
    for (const action of plan) {
      const given = Float32Array.from(action);
      const moment = task.step(state, given);
      ({ state, reward } = moment);
      const { observation: o, achieved, desired } = moment.observation;
      const l1 = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a, (x, i) => Math.abs(x - b[i])).reduce((s, x) => s + x);
      const played = [...o.subarray(AT.played)];
      assertEquals(played, [...given]);
      const tips = o.subarray(AT.tips, AT.tips + 3);
      const object = o.subarray(AT.object, AT.object + 3);
      const expected = -1.25 * l1(achieved, desired) -
        0.5 * l1(object, tips) -
        0.1 * played.reduce((sum, a) => sum + a * a, 0);
      assertAlmostEquals(reward, expected, 1e-9);
      const costs = new Float64Array(1);
      planCost(desired)(o.subarray(0, VISIBLE), given, 1, costs);
      assertAlmostEquals(costs[0], -reward, 1e-9);
    }
    task.drop(state);
  });
  fc.assert(property, { numRuns: 10 });
});

Deno.test("pusher: actions beyond the box count as its edge", () => {
  using task = pusher(mujoco, { slots: 2 });
  const first = (action: number) => {
    const { state } = task.reset(key(5));
    return play(task, state, [new Array<number>(7).fill(action)])[0];
  };
  assertEquals(first(3), first(1));
  assertEquals(first(-3), first(-1));
});

Deno.test("pusher: an idle arm leaves the puck alone; one that sweeps its fork through it moves it", () => {
  using task = pusher(mujoco, { slots: 1 });
  const moved = (torques: readonly number[]) => {
    let { state, observation } = task.reset(key(2));
    const start = [...observation.achieved];
    for (let t = 0; t < HORIZON; t++) {
      ({ state, observation } = task.step(state, Float32Array.from(torques)));
    }
    const end = [...observation.achieved];
    task.drop(state);
    return Math.hypot(...end.map((x, i) => x - start[i]));
  };
  assert(moved(new Array<number>(7).fill(0)) < 1e-6);
  // Lower the arm while the shoulder turns towards the puck.
  assert(moved([0.2, 0.4, 0, 0, 0, 0, 0]) > 0.03);
});

Deno.test("pusher: idling and chance score what others measured", () => {
  using task = pusher(mujoco, { slots: 1 });
  const env = timeLimit(HORIZON)(task);
  let draw = 0;
  const chance = fromPolicy("chance", (_o, _d, out) => {
    for (let i = 0; i < 7; i++) out[i] = 2 * uniform(key(8), draw++) - 1;
  }, 7);
  const mean = (count: number, controller: ReturnType<typeof zero>) =>
    Array.from(
      { length: count },
      (_, i) => unroll(env, controller, foldIn(key(6), i)).return,
    ).reduce((sum, x) => sum + x) / count;
  // An independent rebuild of the task: -144.0 and -183.7, deviations 4 and 12.4.
  assertAlmostEquals(mean(60, zero(7)), -144, 2.5);
  assertAlmostEquals(mean(60, chance), -183.7, 8);
});

Deno.test("pusher: a start that is not in range is refused", () => {
  for (const objectDeviation of [-0.1, 0.2, NaN]) {
    assertThrows(
      () => pusher(mujoco, { objectDeviation }),
      RangeError,
      "objectDeviation",
    );
  }
});
