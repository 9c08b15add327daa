import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { reactivePush } from "../../lib/control/reactive_push.ts";

type Three = readonly number[];

/** The rule as the paper's code states it, in angles; with its nearest tie. */
function inAngles(g: Three, b: Three, goal: Three, w: number) {
  const tol = 1e-3;
  const theta = Math.atan2(goal[0] - b[0], goal[1] - b[1]);
  const seen = Math.atan2(goal[0] - g[0], goal[1] - g[1]);
  const turn = Math.abs(theta - seen);
  const wrapped = Math.min(turn, 2 * Math.PI - turn);
  const p = [
    b[0] - w / 2 * Math.sin(theta),
    b[1] - w / 2 * Math.cos(theta),
    b[2] + 0.005,
  ];
  const cube = Math.hypot(b[0] - goal[0], b[1] - goal[1]);
  const hand = Math.hypot(g[0] - goal[0], g[1] - goal[1]);
  const tests = [
    cube ** 2 + (b[2] - goal[2]) ** 2 - tol,
    (g[2] - p[2]) ** 2 - tol,
    wrapped - Math.PI / 4,
    cube - hand,
    (g[0] - p[0]) ** 2 + (g[1] - p[1]) ** 2 - tol,
  ];
  const [done, low, aligned, nearer, there] = tests.map((x) => x < 0);
  const to = (
    target: Three,
    gain: number,
  ) => [...target.map((x, i) => gain * (x - g[i])), 0];
  const action = done
    ? [0, 0, 0, 0]
    : low && aligned && nearer
    ? to([goal[0], goal[1], g[2]], 5)
    : to(there ? p : [p[0], p[1], p[2] + 0.1], 10);
  return { action, tie: Math.min(...tests.map(Math.abs)) };
}

const metres = fc.float({ min: -0.25, max: 0.25, noNaN: true });
const place = fc.tuple(metres, metres, metres);
/** A gripper that is near the cube, so that every branch is met. */
const near = fc.float({
  min: Math.fround(-0.1),
  max: Math.fround(0.1),
  noNaN: true,
});

Deno.test("reactivePush without angles is the rule with angles", () => {
  const policies = [0.15, 0.1].map((width) => reactivePush({ width }));
  const met = new Set<string>();
  fc.assert(
    fc.property(place, fc.tuple(near, near, near), place, (b, by, goal) => {
      const observation = new Float32Array(25);
      const g = b.map((x, i) => Math.fround(x + by[i]));
      observation.set([...g, ...b]);
      goal[2] = b[2];
      [0.15, 0.1].forEach((width, i) => {
        const { action, tie } = inAngles(g, b, goal, width);
        if (tie < 1e-9) return;
        met.add(action.map((x) => x === 0 ? "0" : "x").join(""));
        const found = policies[i]
          .act(undefined, observation, Float32Array.from(goal)).action;
        action.forEach((a, j) => assertAlmostEquals(found[j], a, 1e-6));
      });
    }),
    { numRuns: 3000, seed: 18 },
  );
  for (const branch of ["0000", "xx00", "xxx0"]) {
    assert(met.has(branch), `no case led to ${branch}`);
  }
});

Deno.test("where cube and goal coincide in the plane the push direction is +y", () => {
  const observation = new Float32Array(25);
  observation[5] = 0.2;
  const { action } = reactivePush({ width: 0.2 })
    .act(undefined, observation, new Float32Array(3));
  const { action: wanted } = inAngles([0, 0, 0], [0, 0, 0.2], [0, 0, 0], 0.2);
  wanted.forEach((a, i) => assertAlmostEquals(action[i], a, 1e-6));
  assertAlmostEquals(action[1], -1, 1e-6);
});

Deno.test("the lent action is overwritten whole", () => {
  const policy = reactivePush();
  const observation = new Float32Array(25);
  const first = policy.act(undefined, observation, Float32Array.of(1, 1, 0));
  assert(first.action.some((a) => a !== 0));
  first.action.fill(NaN);
  const { action } = policy.act(
    undefined,
    observation,
    Float32Array.of(1, 1, 0),
  );
  assert(action.every(Number.isFinite));
});

Deno.test("a width that is no length is refused", () => {
  for (const width of [0, -1, 1.01, NaN, Infinity]) {
    assertThrows(() => reactivePush({ width }), RangeError, "'width'");
  }
});
