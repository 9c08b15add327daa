import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { HOOK_LAYOUT, reactiveHook } from "../../lib/control/reactive_hook.ts";

type Three = readonly number[];

interface Moment {
  readonly grip: Three;
  readonly cube: Three;
  readonly hook: Three;
  readonly finger: number;
  readonly goal: Three;
}

function observe({ grip, cube, hook, finger }: Moment): Float32Array {
  const observation = new Float32Array(40);
  observation.set([...grip, ...cube]);
  observation[9] = finger;
  observation.set(hook, 25);
  return observation;
}

function act(moment: Moment): readonly number[] {
  const goal = Float32Array.from(moment.goal);
  return [...reactiveHook().act(undefined, observe(moment), goal).action];
}

/** The rule as the paper's code states it, step by step; with its nearest tie. */
function inWords({ grip: g, cube: b, hook: h, finger, goal }: Moment) {
  const q = Math.fround(finger);
  const grasp = [h[0], h[1], h[2] - 0.05];
  const gap = (from: Three, to: Three) =>
    from.reduce((sum, x, i) => sum + (x - to[i]) ** 2, 0);
  const closed = (slack: number) => Math.abs(q) - 0.024 - slack;
  const to = (target: Three, finger: number) => [
    ...target.map((x, i) => 10 * (x - g[i])),
    finger,
  ];
  const pick = () => {
    const ties = [
      gap(g, grasp) - 1e-3,
      closed(1e-3),
      (h[2] - 0.5) ** 2 - 1e-3,
      gap(g.slice(0, 2), h.slice(0, 2)) - 1e-3,
      Math.abs(q - 0.05) - 1e-3,
    ];
    const [near, tight, high, over, open] = ties.map((x) => x < 0);
    const [name, action] = near && tight
      ? high
        ? ["lifted", [0, 0, 0, -1]] as const
        : ["lift", to([h[0], h[1], 0.5], -1)] as const
      : near
      ? ["close", [0, 0, 0, -1]] as const
      : over && !open
      ? ["open", [0, 0, 0, 1]] as const
      : over
      ? ["descend", to(grasp, 0)] as const
      : ["hover", to([h[0], h[1], h[2] + 0.05], 0)] as const;
    return { name, action, ties };
  };
  const t = [b[0] - 0.5, b[1] - 0.05, 0.45];
  const ties = [
    Math.abs(b[0] - goal[0]) + Math.abs(b[1] - goal[1]) - 0.01,
    gap(g, grasp) - 1e-2,
    closed(1e-2),
    t[0] + 0.1 - h[0],
    h[1] + 0.1 - t[1],
  ];
  const [done, around, narrow] = ties.map((x) => x < 0);
  const away = ties[3] <= 0 || ties[4] <= 0;
  const length = Math.hypot(goal[0] - b[0], goal[1] - b[1]);
  const sweep = [
    0.4 * (goal[0] - b[0]) / length,
    0.4 * (goal[1] - b[1]) / length,
    0,
    -1,
  ];
  const picked = !done && !(around && narrow);
  const rule = picked
    ? pick()
    : done
    ? { name: "done", action: [0, 0, 0, -1], ties: [] }
    : away
    ? { name: "align", action: to(t, -1), ties: [] }
    : { name: "sweep", action: sweep, ties: [] };
  const tie = Math.min(...[...ties, ...rule.ties].map(Math.abs));
  return { name: rule.name, action: rule.action, tie };
}

const grid = (max: number) =>
  fc.integer({ min: -max, max }).map((i) => i / 1024);
const near = fc.tuple(grid(40), grid(40), grid(80));
const far = fc.tuple(grid(600), grid(300), grid(40));
const moments: fc.Arbitrary<Moment> = fc.record({
  hook: fc.tuple(grid(300), grid(300), grid(60)),
  by: fc.oneof(near, far),
  cubeBy: fc.tuple(grid(700), grid(300), grid(1)),
  goalBy: fc.oneof(
    fc.tuple(grid(6), grid(6), grid(0)),
    fc.tuple(grid(300), grid(300), grid(0)),
  ),
  finger: fc.constantFrom(0, 0.014, 0.03, 0.04, 0.05),
}).map(({ hook, by, cubeBy, goalBy, finger }) => {
  const add = (a: Three, b: Three) => a.map((x, i) => x + b[i]);
  const place = add(hook, [1, 0.75, 0.45]);
  const cube = add(place, cubeBy);
  const grip = add(add(place, [0, 0, -0.05]), by);
  return { hook: place, grip, cube, goal: add(cube, goalBy), finger };
});

Deno.test("the controller is the rule of the paper", () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(moments, (moment) => {
      const wanted = inWords(moment);
      if (wanted.tie < 1e-7) return;
      met.add(wanted.name);
      act(moment).forEach((a, i) =>
        assertAlmostEquals(a, wanted.action[i], 1e-5)
      );
    }),
    { numRuns: 6000, seed: 43 },
  );
  assertEquals([...met].sort(), [
    "align",
    "close",
    "descend",
    "done",
    "hover",
    "open",
    "sweep",
  ]);
});

Deno.test("a table moved in the room changes nothing", () => {
  fc.assert(
    fc.property(moments, grid(512), grid(512), (moment, x, y) => {
      if (inWords(moment).tie < 1e-7) return;
      const moved = (p: Three) => [p[0] + x, p[1] + y, p[2]];
      const there = act({
        grip: moved(moment.grip),
        cube: moved(moment.cube),
        hook: moved(moment.hook),
        goal: moved(moment.goal),
        finger: moment.finger,
      });
      act(moment).forEach((a, i) => assertAlmostEquals(there[i], a, 1e-5));
    }),
    { numRuns: 1000, seed: 44 },
  );
});

Deno.test("a layout reads the same readings elsewhere", () => {
  const layout = { grip: 7, object: 50, finger: 2, hook: 20 };
  const policy = reactiveHook({ layout });
  fc.assert(fc.property(moments, (moment) => {
    const observation = new Float32Array(60).fill(NaN);
    observation.set(moment.grip, layout.grip);
    observation.set(moment.cube, layout.object);
    observation.set(moment.hook, layout.hook);
    observation[layout.finger] = moment.finger;
    const goal = Float32Array.from(moment.goal);
    const { action } = policy.act(undefined, observation, goal);
    assertEquals([...action], act(moment));
  }));
});

Deno.test("a layout may name only what lies elsewhere", () => {
  const moment: Moment = {
    grip: [1, 0.4, 0.5],
    cube: [1.8, 0.75, 0.42],
    hook: [1.1, 0.35, 0.41],
    finger: 0,
    goal: [1.65, 0.75, 0.42],
  };
  const observation = new Float32Array(46);
  observation.set(observe({ ...moment, hook: [9, 9, 9] }));
  observation.set(moment.hook, 43);
  const { action } = reactiveHook({ layout: { hook: 43 } })
    .act(undefined, observation, Float32Array.from(moment.goal));
  assertEquals([...action], act(moment));
});

Deno.test("an index that is none is refused by name and value", () => {
  for (const name of Object.keys(HOOK_LAYOUT)) {
    for (const bad of [-1, 0.5, NaN]) {
      assertThrows(
        () => reactiveHook({ layout: { [name]: bad } }),
        RangeError,
        `'layout.${name}'`,
      );
    }
  }
});

Deno.test("the lent action is overwritten whole", () => {
  const policy = reactiveHook();
  fc.assert(fc.property(moments, (moment) => {
    const goal = Float32Array.from(moment.goal);
    policy.act(undefined, observe(moment), goal).action.fill(NaN);
    const { action } = policy.act(undefined, observe(moment), goal);
    assert(action.every(Number.isFinite));
  }));
});
