/** The cache of CachedPETS: what it holds, and that it is worth playing. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { timeLimit } from "../../../lib/env/time_limit.ts";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { unroll } from "../../../lib/rollout/unroll.ts";
import {
  CACHE,
  CACHE_SIZE,
  cachedPets,
} from "../../../lib/suite/pusher/cache.ts";
import data from "../../../lib/suite/pusher/cache.json" with { type: "json" };
import { HORIZON, pusher, VISIBLE } from "../../../lib/suite/pusher/pusher.ts";
import { JOINTS } from "../../../lib/suite/pusher/scene.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

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
  assert(data.made.command.startsWith("deno task pets --seed "));
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
