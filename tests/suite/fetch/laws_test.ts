import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { checkEnv } from "../../../lib/env/check.ts";
import { Refusal } from "../../../lib/errors.ts";
import { key } from "../../../lib/rng/key.ts";
import { pickAndPlace } from "../../../lib/suite/fetch/pick_and_place.ts";
import { push, slipperyPush } from "../../../lib/suite/fetch/push.ts";
import { slide } from "../../../lib/suite/fetch/slide.ts";
import type { FetchState, FetchTask } from "../../../lib/suite/fetch/task.ts";
import type { TimeStep } from "../../../lib/types.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { envLaws } from "../../laws/env.ts";
import { actionSequences, keys, rowOf } from "../../laws/trace.ts";

const mujoco = await loadMujoco();
const TASKS = { push, slipperyPush, pickAndPlace, slide };

/** Worlds that the laws made, to be counted and given back at the end. */
const made: FetchTask[] = [];

for (const [name, make] of Object.entries(TASKS)) {
  const fresh = () => {
    const task = make(mujoco, { slots: 3 });
    made.push(task);
    return task;
  };
  envLaws(name, fresh, { runs: 4, steps: 6 });

  Deno.test(`${name}: the user's own check finds every law kept`, () => {
    using task = make(mujoco, { slots: 3 });
    const broken = checkEnv(task, { steps: 8 }).filter(({ ok }) => !ok);
    assertEquals(broken, []);
    assertEquals(task.live(), 0);
  });

  Deno.test(`${name}: a fork and a loaded snapshot step like the state, bit for bit`, () => {
    using task = make(mujoco, { slots: 3 });
    const plans = actionSequences(4, 6);
    fc.assert(
      fc.property(keys(), plans, plans, (start, before, after) => {
        const { state } = play(task, task.reset(start).state, before);
        const snapshot = task.save(state);
        const states = [task.fork(state), task.load(snapshot), state];
        const rows = states.map((from) => {
          const { state, row } = play(task, from, [...after, [0, 0, 0, 0]]);
          task.drop(state);
          return row;
        });
        assertEquals(rows[0], rows[2]);
        assertEquals(rows[1], rows[2]);
      }),
      { numRuns: 5 },
    );
    assertEquals(task.live(), 0);
  });
}

Deno.test("no law left a state alive", () => {
  assert(made.length > 0);
  assertEquals(made.map((task) => task.live()), made.map(() => 0));
  for (const task of made) task[Symbol.dispose]();
});

/** Plays the actions and copies what was seen last. */
function play(
  task: FetchTask,
  start: FetchState,
  actions: readonly (readonly number[])[],
) {
  let state = start;
  let last: TimeStep<FetchState> | undefined;
  for (const action of actions) {
    last = task.step(state, Float32Array.from(action));
    state = last.state;
  }
  return { state, row: last && rowOf(last) };
}

Deno.test("physics that diverges is refused by name and step, and gives its slot back", () => {
  using task = push(mujoco, { slots: 1 });
  const velocity = task.rest.velocity.slice();
  const { state } = task.begin({ ...task.rest, velocity, goal: [1, 1, 1] });
  const sound = task.step(state, new Float32Array(4));
  const lost = Float32Array.of(NaN, 0, 0, 0);
  const { error } = assertThrows(() => task.step(sound.state, lost), Refusal);
  assert(error._tag === "DivergedError", error.message);
  assertEquals(error.step, 2);
  assert(/^q(pos|vel)\[\d+\]$/.test(error.quantity), error.quantity);
  assertEquals(task.live(), 0);
  task.drop(task.reset(key(1)).state);
});

Deno.test("options out of range are refused by name", () => {
  const cases = [
    [{ objectRange: 0.07 }, "'objectRange'"],
    [{ objectRange: NaN }, "'objectRange'"],
    [{ goalRange: 0.41 }, "'goalRange'"],
    [{ friction: 0 }, "'friction'"],
    [{ slots: 1.5 }, "'slots'"],
  ] as const;
  for (const make of Object.values(TASKS)) {
    for (const [options, name] of cases) {
      assertThrows(() => make(mujoco, options), RangeError, name);
    }
  }
});
