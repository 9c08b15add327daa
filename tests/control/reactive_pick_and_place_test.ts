import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  CALIBRATED,
  MISCALIBRATED,
  reactivePickAndPlace,
  TIGHT,
} from "../../lib/control/reactive_pick_and_place.ts";

type Three = readonly number[];

function observe(grip: Three, cube: Three, finger: number): Float32Array {
  const observation = new Float32Array(25);
  observation.set([...grip, ...cube]);
  observation[9] = finger;
  return observation;
}

/** The rule as the paper's code states it, step by step; with its nearest tie. */
function inWords(
  g: Three,
  b: Three,
  q: number,
  goal: Three,
  { offset, tolerance, gain, done }: typeof CALIBRATED,
) {
  const grasp = [b[0], b[1], b[2] - 0.02];
  const gap = (from: Three, to: Three) =>
    from.reduce((sum, x, i) => sum + (x - to[i]) ** 2, 0);
  const ties = [
    gap(g, grasp) - 1e-3,
    Math.abs(q - 0.024) - 1e-3,
    gap(b, goal) - done,
    gap(g.slice(0, 2), b.slice(0, 2)) - tolerance,
    Math.abs(q - 0.05) - 1e-3,
  ];
  const [inside, closed, there, over, open] = ties.map((x) => x < 0);
  const to = (target: Three, k: number, finger: number) => [
    ...target.map((x, i) => k * (x - g[i])),
    finger,
  ];
  const carry = [goal[0] + offset, goal[1] + offset, goal[2] + 0.03];
  const [name, action] = inside && closed
    ? there
      ? ["done", [0, 0, 0, -1]] as const
      : ["carry", to(carry, gain, -1)] as const
    : inside
    ? ["close", [0, 0, 0, -1]] as const
    : over && !open
    ? ["open", [0, 0, 0, 1]] as const
    : over
    ? ["descend", to(grasp, 10, 0)] as const
    : ["hover", to([b[0], b[1], b[2] + 0.08], 10, 0)] as const;
  return { name, action, tie: Math.min(...ties.map(Math.abs)) };
}

const grid = (max: number) =>
  fc.integer({ min: -max, max }).map((i) => i / 1024);
const point = (max: number) => fc.tuple(grid(max), grid(max), grid(max));
const finger = fc.constantFrom(0, 0.024, 0.03, 0.05);

Deno.test("the controller is the rule of the paper, in every variant", () => {
  const met = new Set<string>();
  for (const options of [CALIBRATED, MISCALIBRATED, TIGHT]) {
    const policy = reactivePickAndPlace(options);
    const near = fc.tuple(grid(48), grid(48), grid(96));
    fc.assert(
      fc.property(point(256), near, finger, near, (b, by, q, off) => {
        const g = b.map((x, i) => x + by[i]);
        const goal = b.map((x, i) => x + off[i]);
        const o = observe(g, b, q);
        const wanted = inWords(g, b, o[9], goal, options);
        if (wanted.tie < 1e-9) return;
        met.add(wanted.name);
        const { action } = policy
          .act(undefined, o, Float32Array.from(goal));
        wanted.action.forEach((a, i) => assertAlmostEquals(action[i], a, 1e-5));
      }),
      { numRuns: 2000, seed: 41 },
    );
  }
  const all = ["carry", "close", "descend", "done", "hover", "open"];
  assertEquals([...met].sort(), all);
});

Deno.test("a table moved in the room changes nothing", () => {
  const policy = reactivePickAndPlace(CALIBRATED);
  const near = point(64);
  fc.assert(
    fc.property(near, near, near, finger, point(512), (g, b, goal, q, by) => {
      const moved = (p: Three) => p.map((x, i) => x + by[i]);
      const act = (
        g: Three,
        b: Three,
        goal: Three,
      ) => [
        ...policy.act(undefined, observe(g, b, q), Float32Array.from(goal))
          .action,
      ];
      const here = act(g, b, goal);
      act(moved(g), moved(b), moved(goal))
        .forEach((a, i) => assertAlmostEquals(a, here[i], 1e-6));
    }),
    { numRuns: 1000, seed: 42 },
  );
});

Deno.test("miscalibration moves the carry by gain times offset, and nothing else", () => {
  const right = reactivePickAndPlace(CALIBRATED);
  const wrong = reactivePickAndPlace();
  const goal = Float32Array.of(1.4, 0.8, 0.6);
  const held = observe([1.3, 0.7, 0.43], [1.3, 0.7, 0.44], 0.024);
  const a = [...right.act(undefined, held, goal).action];
  const b = [...wrong.act(undefined, held, goal).action];
  [0.3, 0.3, 0, 0].forEach((gap, i) =>
    assertAlmostEquals(b[i] - a[i], gap, 1e-6)
  );
  const free = observe([1.2, 0.7, 0.5], [1.3, 0.7, 0.42], 0.05);
  assertEquals(
    [...right.act(undefined, free, goal).action],
    [...wrong.act(undefined, free, goal).action],
  );
});

Deno.test("variants have names of their own", () => {
  const ids = [CALIBRATED, MISCALIBRATED, TIGHT]
    .map((options) => reactivePickAndPlace(options).id);
  assertEquals(new Set(ids).size, 3);
  assertEquals(ids[1], reactivePickAndPlace().id);
});

Deno.test("the lent action is overwritten whole", () => {
  const policy = reactivePickAndPlace();
  const goal = new Float32Array(3);
  const moments = [
    observe([0, 0, 0], [0, 0, 0.02], 0.024),
    observe([0, 0, 0.2], [0, 0, 0], 0),
    observe([0, 0, 0.2], [0.1, 0, 0], 0),
  ];
  for (const moment of moments) {
    policy.act(undefined, moment, goal).action.fill(NaN);
    const { action } = policy.act(undefined, moment, goal);
    assert(action.every(Number.isFinite));
  }
});

Deno.test("options that mean nothing are refused by name and value", () => {
  const bad = {
    offset: [-0.21, 0.21, NaN],
    tolerance: [0, -1e-3, 0.011, NaN],
    gain: [0, -10, 1001, NaN],
    done: [-1e-9, 0.011, NaN],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      assertThrows(
        () => reactivePickAndPlace({ [name]: value }),
        RangeError,
        `'${name}'`,
      );
    }
  }
});
