import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { cached } from "../../lib/control/cached.ts";

const goal = new Float32Array(3);
const entry = fc.integer({ min: -8, max: 8 });
const row = (n: number) => fc.array(entry, { minLength: n, maxLength: n });
const caches = fc.tuple(
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 3 }),
)
  .chain(([n, size]) =>
    fc.record({
      moments: fc.array(fc.tuple(row(n), row(size)), {
        minLength: 1,
        maxLength: 12,
      }),
      seen: row(n + 2),
    })
  );

Deno.test("what is played is the action of a nearest state, of these the first", () => {
  fc.assert(
    fc.property(caches, ({ moments, seen }) => {
      const states = moments.map(([state]) => state);
      const actions = moments.map(([, action]) => action);
      const distances = states.map((state) =>
        state.reduce((sum, x, i) => sum + (x - seen[i]) ** 2, 0)
      );
      const nearest = distances.indexOf(Math.min(...distances));
      const policy = cached({ states, actions });
      const { action } = policy.act(undefined, Float32Array.from(seen), goal);
      assertEquals([...action], actions[nearest]);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a cached state gets its own action, and what comes after it is not compared", () => {
  const states = Array.from(
    { length: 50 },
    (_, i) => [Math.sin(i), Math.cos(i)],
  );
  const actions = states.map((_, i) => [i]);
  const policy = cached({ states, actions });
  states.forEach(([x, y], i) => {
    for (const rest of [0, 1e6]) {
      const seen = Float32Array.of(x, y, rest);
      assertEquals(policy.act(undefined, seen, goal).action[0], i);
    }
  });
});

Deno.test("the cache is copied", () => {
  const states = [[0], [1]];
  const actions = [[0.25], [0.5]];
  const policy = cached({ states, actions });
  states[1][0] = 9;
  actions[1][0] = 9;
  const { action } = policy.act(undefined, Float32Array.of(1), goal);
  assertEquals(action[0], 0.5);
});

Deno.test("a cache of the wrong shape is refused with what was found", () => {
  const wrong: [number[][], number[][], string][] = [
    [[], [], "at least one row"],
    [[[1]], [[1], [2]], "found 1 and 2"],
    [[[1, 2], [1]], [[1], [2]], "row 0 has 2, row 1 has 1"],
    [[[1], [2]], [[1], [2, 3]], "row 0 has 1, row 1 has 2"],
    [[[]], [[1]], "must have entries"],
    [[[1]], [[]], "must have entries"],
    [[[1], [NaN]], [[1], [2]], "entry 0 of row 1 is NaN"],
    [[[1]], [[Infinity]], "entry 0 of row 0 is Infinity"],
  ];
  for (const [states, actions, part] of wrong) {
    const error = assertThrows(
      () => cached({ states, actions }),
      RangeError,
      part,
    );
    assert(error.message.includes("Make the cache anew"));
  }
});

Deno.test("an observation shorter than a cached state is refused", () => {
  const policy = cached({ states: [[1, 2, 3]], actions: [[0]] });
  assertThrows(
    () => policy.act(undefined, new Float32Array(2), goal),
    RangeError,
    "have 3 entries and the observation has 2",
  );
});

Deno.test("rows as wide as one another but not as the task are refused", () => {
  const cache = { states: [[1, 2], [3, 4]], actions: [[0], [1]] };
  cached(cache, { observationSize: 2, actionSize: 1 });
  assertThrows(
    () => cached(cache, { observationSize: 3, actionSize: 1 }),
    RangeError,
    "'states' must have 3 entries: row 0 has 2",
  );
  assertThrows(
    () => cached(cache, { observationSize: 2, actionSize: 2 }),
    RangeError,
    "'actions' must have 2 entries: row 0 has 1",
  );
});
