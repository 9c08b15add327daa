import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { spareSlots, treeMpc } from "../../lib/control/tree_mpc.ts";
import { uniform } from "../../lib/rng/distributions.ts";
import { foldIn, key as makeKey } from "../../lib/rng/key.ts";
import type { Key } from "../../lib/types.ts";
import { keys } from "../laws/trace.ts";
import { cubeWorld, type Places, pushed } from "./cube_world.ts";

const MOVES = [
  [1, 0, 0],
  [-1, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0, 0, 1],
  [0, 0, -1],
];

interface Plan {
  readonly moves: readonly number[];
  readonly priority: readonly number[];
}

/**
 * The search as the paper's appendix tells it: every plan is played from the
 * start, the queue is kept whole and sorted anew, angles are angles.
 */
function oracle(
  start: Places,
  goal: ArrayLike<number>,
  key: Key,
  expansions: number,
) {
  let draws = 0;
  function rank(moves: readonly number[], tie: number): readonly number[] {
    const end = moves.reduce<Places>((at, i) => pushed(at, MOVES[i]), start);
    const [gx, gy, gz, bx, by, bz] = Float32Array.from(end);
    const angle = Math.atan2(goal[0] - bx, goal[1] - by);
    const point = [
      bx - 0.05 * Math.sin(angle),
      by - 0.05 * Math.cos(angle),
      bz + 0.005,
    ];
    const gap = Math.hypot(gx - point[0], gy - point[1], gz - point[2]);
    const near = Math.trunc(1e4 * Math.hypot(goal[0] - bx, goal[1] - by));
    return [near, moves.length + Math.trunc(1e4 * gap), tie];
  }
  let best: Plan = { moves: [], priority: rank([], 0) };
  let queue = [best];
  const visited = new Set<string>();
  for (let i = 0; i < expansions && queue.length > 0; i++) {
    queue.sort((a, b) => compare(a.priority, b.priority));
    const [node, ...others] = queue;
    queue = others;
    for (let move = 0; move < 6; move++) {
      const moves = [...node.moves, move];
      const sum = [0, 1, 2].map((axis) =>
        moves.reduce((total, each) => total + MOVES[each][axis], 0)
      ).join();
      if (visited.has(sum)) continue;
      visited.add(sum);
      const child = { moves, priority: rank(moves, uniform(key, draws++)) };
      const [near, cost] = child.priority;
      if (near < best.priority[0]) best = child;
      else if (near === best.priority[0] && cost <= best.priority[1]) {
        best = child;
      }
      queue.push(child);
    }
  }
  const [first] = best.moves;
  const action = first === undefined ? [0, 0, 0] : MOVES[first];
  return { action: [...action, 0], modelSteps: draws };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((x, i) => x !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}

/** Steps of a move from one another, so that equal nodes abound; off the grain's edges. */
const cell = fc.integer({ min: -4, max: 4 });
const situations = fc.record({
  grip: fc.tuple(cell, cell, fc.integer({ min: 0, max: 2 })),
  goal: fc.tuple(cell, fc.oneof(fc.constant(0), cell)),
}).map(({ grip: [x, y, z], goal: [gx, gy] }) => ({
  start: [
    0.0137 + 0.05 * x,
    0.0137 + 0.05 * y,
    0.05 * z,
    0.0137,
    0.0137,
    0.025,
  ],
  goal: Float32Array.of(0.0213 + 0.05 * gx, 0.0137 + 0.05 * gy, 0.025),
}));

Deno.test("the search is that of the paper", () => {
  const expansions = fc.integer({ min: 1, max: 14 });
  fc.assert(
    fc.property(situations, expansions, keys(), ({ start, goal }, n, key) => {
      const world = cubeWorld(goal, 1 + spareSlots(n));
      const { advise, init } = treeMpc(world, { expansions: n });
      const { state, observation } = world.begin(start);
      const advice = advise(state, observation, init(key));
      const { action, modelSteps } = oracle(start, goal, foldIn(key, 0), n);
      assertEquals([...advice.action].map((x) => x + 0), action);
      assertEquals(advice.modelSteps, modelSteps);
      assertEquals(world.steps(), modelSteps);
    }),
    { numRuns: 300 },
  );
});

Deno.test("every decision of an episode has random numbers of its own", () => {
  const goal = Float32Array.of(0.2, 0.1, 0.025);
  const world = cubeWorld(goal, 1 + spareSlots());
  const advisor = treeMpc(world);
  let moment = world.begin([0.1, 0, 0.1, 0, 0, 0.025]);
  let memory = advisor.init(makeKey(3));
  let at: Places = [0.1, 0, 0.1, 0, 0, 0.025];
  for (let t = 0; t < 12; t++) {
    const advice = advisor.advise(moment.state, moment.observation, memory);
    const { action } = oracle(at, goal, foldIn(makeKey(3), t), 10);
    assertEquals([...advice.action].map((x) => x + 0), action);
    memory = advice.memory;
    moment = world.step(moment.state, advice.action);
    at = pushed(at, action);
  }
});

Deno.test("the search drops its forks, needs no more slots than it says and leaves its root alone", () => {
  const expansions = fc.integer({ min: 1, max: 14 });
  fc.assert(fc.property(situations, expansions, ({ start, goal }, n) => {
    const world = cubeWorld(goal, 1 + spareSlots(n));
    const { advise, init } = treeMpc(world, { expansions: n });
    const { state, observation } = world.begin(start);
    const before = [...observation.observation];
    const memory = init(makeKey(1));
    const first = [...advise(state, observation, memory).action];
    const second = [...advise(state, observation, memory).action];
    assertEquals(first, second);
    assertEquals(world.live(), 1);
    assertEquals([...observation.observation], before);
    const still = world.step(state, new Float32Array(4));
    assertEquals([...still.observation.observation], before);
  }));
});

Deno.test("one slot less than the search says is too few, and forks are dropped then too", () => {
  const goal = Float32Array.of(0.2, 0.1, 0.025);
  const world = cubeWorld(goal, spareSlots());
  const { advise, init } = treeMpc(world);
  const { state, observation } = world.begin([0.1, 0, 0.1, 0, 0, 0.025]);
  assertThrows(() => advise(state, observation, init(makeKey(1))), RangeError);
  assertEquals(world.live(), 1);
});

Deno.test("where the model fails, the forks are dropped", () => {
  const goal = Float32Array.of(0.2, 0.1, 0.025);
  for (const last of [0, 3, 6, 9, 20]) {
    const world = cubeWorld(goal, 1 + spareSlots());
    const failing: typeof world = {
      ...world,
      step: (state, action) => {
        if (world.steps() < last) return world.step(state, action);
        world.drop(state);
        throw new Error("diverged");
      },
    };
    const { advise, init } = treeMpc(failing);
    const { state, observation } = world.begin([0.1, 0, 0.1, 0, 0, 0.025]);
    const memory = init(makeKey(1));
    assertThrows(() => advise(state, observation, memory), Error, "diverged");
    assertEquals(world.live(), 1);
  }
});

/** The advice of one expansion. */
function look(start: Places, goal: ArrayLike<number>): readonly number[] {
  const world = cubeWorld(Float32Array.from(goal), 2);
  const { advise, init } = treeMpc(world, { expansions: 1 });
  const { state, observation } = world.begin(start);
  return [...advise(state, observation, init(makeKey(1))).action];
}

Deno.test("of equal children the later one is advised", () => {
  // The push point (-0.05, 0, 0.03) lies diagonally off the gripper: a move
  // along either axis comes equally near.
  const goal = [0.4, 0, 0.025];
  assertEquals(look([-0.1012, -0.0512, 0.03, 0, 0, 0.025], goal), [0, 1, 0, 0]);
  assertEquals(look([-0.1012, 0.0512, 0.03, 0, 0, 0.025], goal), [0, -1, 0, 0]);
  assertEquals(look([-0.0512, 0.0512, 0.0812, 0, 0, 0.025], goal), [
    0,
    0,
    -1,
    0,
  ]);
});

Deno.test("the cube's way counts before the gripper's", () => {
  // Pushing the cube on leaves the push point behind; it is done nevertheless.
  const goal = [0.4, 0, 0.025];
  assertEquals(look([-0.05, 0, 0.03, 0, 0, 0.025], goal), [1, 0, 0, 0]);
});

Deno.test("nothing is advised where nothing is better", () => {
  // The cube lies at its goal and the gripper stands where it would push.
  const world = cubeWorld(Float32Array.of(0, 0, 0.025), 2);
  const { advise, init } = treeMpc(world, { expansions: 1 });
  const { state, observation } = world.begin([0, -0.05, 0.03, 0, 0, 0.025]);
  const advice = advise(state, observation, init(makeKey(1)));
  assertEquals(advice.action, new Float32Array(4));
  assertEquals(advice.modelSteps, 6);
});

Deno.test("moves have the magnitude that is asked for", () => {
  const world = cubeWorld(Float32Array.of(0.4, 0, 0.025), 1 + spareSlots());
  const { advise, init } = treeMpc(world, { magnitude: 0.25 });
  const { state, observation } = world.begin([-0.3, 0, 0.03, 0, 0, 0.025]);
  const { action } = advise(state, observation, init(makeKey(1)));
  assertEquals(action, Float32Array.of(0.25, 0, 0, 0));
});

Deno.test("options out of their range are refused", () => {
  const world = cubeWorld(new Float32Array(3), 1);
  const wrong = [
    { expansions: 0 },
    { expansions: 2.5 },
    { expansions: 1001 },
    { magnitude: 0 },
    { magnitude: 1.5 },
    { width: NaN },
  ];
  for (const options of wrong) {
    const [name] = Object.keys(options);
    const error = assertThrows(() => treeMpc(world, options), RangeError);
    assert(error instanceof Error && error.message.includes(`'${name}'`));
  }
});
