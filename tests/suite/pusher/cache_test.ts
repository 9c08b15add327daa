/** The cache of CachedPETS: what it holds, and that it is worth playing. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import { timeLimit } from "../../../lib/env/time_limit.ts";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { unroll } from "../../../lib/rollout/unroll.ts";
import {
  CACHE_SIZE,
  cachedPets,
  readCache,
} from "../../../lib/suite/pusher/cache.ts";
import text from "../../../lib/suite/pusher/cache.json" with { type: "text" };
import { HORIZON, pusher, VISIBLE } from "../../../lib/suite/pusher/pusher.ts";
import { JOINTS } from "../../../lib/suite/pusher/scene.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

const CACHE = readCache();
const DATA = JSON.parse(text) as {
  readonly made: { readonly command: string };
  readonly states: readonly string[];
  readonly actions: readonly string[];
};
const GOAL = new Float32Array(3);

Deno.test("the cache holds 500 states with their actions, as 32-bit floats within the box", () => {
  assertEquals(CACHE_SIZE, 500);
  const { states, actions } = CACHE;
  assertEquals([states.length, actions.length], [500, 500]);
  for (const state of states) {
    assertEquals(state.length, VISIBLE);
    assert(Array.from(state).every(Number.isFinite));
  }
  for (const action of actions) {
    assertEquals(action.length, JOINTS);
    assert(Array.from(action).every((a) => Math.abs(a) <= 1));
  }
  assert(DATA.made.command.startsWith("deno task pets --seed "));
});

Deno.test("its rows are consecutive steps: an angle moves by what its velocity allows", () => {
  for (let i = 1; i < 500; i++) {
    if (i % HORIZON === 0) continue; // another episode
    const [before, after] = [CACHE.states[i - 1], CACHE.states[i]];
    for (let j = 0; j < JOINTS; j++) {
      const fastest = Math.max(...[before, after]
        .map((state) => Math.abs(state[JOINTS + j])));
      // A torque of 1 N m changes a light joint's velocity by 1 rad/s at most.
      const allowed = 0.04 * (fastest + 1);
      assert(Math.abs(after[j] - before[j]) <= allowed, `row ${i}, joint ${j}`);
    }
  }
});

Deno.test("in a cached state the cached action is played", () => {
  const policy = cachedPets();
  const seen = new Float32Array(VISIBLE + JOINTS);
  for (const row of [0, 123, 499]) {
    seen.set(CACHE.states[row]);
    const { action } = policy.act(undefined, seen, GOAL);
    assertEquals([...action], Array.from(CACHE.actions[row]));
  }
});

Deno.test("it scores far more than an idle arm, whose return is -144", async () => {
  using task = pusher(await loadMujoco(), { slots: 1 });
  const env = timeLimit(HORIZON)(task);
  const returns = Array.from(
    { length: 20 },
    (_, i) => unroll(env, cachedPets(), foldIn(key(4), i)).return,
  );
  const mean = returns.reduce((sum, x) => sum + x) / returns.length;
  assert(mean > -125, `mean return ${mean}`);
});

Deno.test("samples are from 1 to all", () => {
  for (const samples of [0, 501, 1.5]) {
    assertThrows(() => cachedPets(samples), RangeError, "samples");
  }
});

Deno.test("a damaged cache is refused with its name, what it must hold and what makes it again", () => {
  const { made, states, actions } = DATA;
  const first = (row: string) => [row, ...states.slice(1)];
  const words = states[0].split(" ");
  const narrow = states.map((row) => row.slice(0, row.lastIndexOf(" ")));
  const damages: readonly (readonly [unknown, string])[] = [
    [text.slice(0, text.length / 2), "it is not whole JSON"],
    ["", "it is not whole JSON"],
    ["null", "no list 'states'"],
    [{ made, states }, "no list 'actions'"],
    [{ states: states.slice(1), actions }, "'states' has 499 rows"],
    [{ states: narrow, actions }, "must have 20 entries: row 0 has 19"],
    [{ states: first(words.slice(1).join(" ")), actions }, "row 0 has 19"],
    [{ states: first(`x ${words.slice(1).join(" ")}`), actions }, "is NaN"],
    [{ states: first(` ${words.slice(1).join(" ")}`), actions }, "is NaN"],
    [{ states: [1, ...states.slice(1)], actions }, "row 0 of 'states'"],
    [{ states, actions: states }, "must have 7 entries: row 0 has 20"],
    [
      { states, actions: ["2 0 0 0 0 0 0", ...actions.slice(1)] },
      "row 0 of 'actions' leaves the box -1 to 1",
    ],
  ];
  for (const [damage, found] of damages) {
    const json = typeof damage === "string" ? damage : JSON.stringify(damage);
    const { error } = assertThrows(() => readCache(json), Refusal, found);
    assertEquals(error._tag, "ConfigError");
    for (
      const part of [
        "'lib/suite/pusher/cache.json'",
        "500 states of 20 numbers",
        "deno task pets --seed 1 --cache lib/suite/pusher/cache.json",
      ]
    ) assert(error.message.includes(part), error.message);
  }
});
