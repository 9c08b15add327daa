/** With the memory in the caller's hand a robot sees what the environment's transforms would show it. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { hookFilter } from "../../lib/control/estimate.ts";
import type { Senses } from "../../lib/edge/artefact.ts";
import { sightOf } from "../../lib/edge/senses.ts";
import { estimated } from "../../lib/env/estimated.ts";
import { frames } from "../../lib/env/frames.ts";
import { restart, transition } from "../../lib/env/step.ts";
import { normal } from "../../lib/rng/distributions.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import type { Env, Key } from "../../lib/types.ts";

/** A moment of an episode. */
interface Moment {
  readonly episode: Key;
  readonly t: number;
}

/** Readings that wander, now slowly and now in leaps; nothing acts on them. */
function wander(width: number): Env<Moment> {
  const shown = new Float32Array(width);
  const goals = { achieved: new Float32Array(1), desired: new Float32Array(1) };
  const outcome = { success: false, reward: -1, metrics: {} };
  function show({ episode, t }: Moment) {
    const now = foldIn(episode, t);
    const leap = t % 3 === 0 ? 1 : 2e-3;
    for (let i = 0; i < width; i++) {
      shown[i] = (t === 0 ? 0 : shown[i]) + leap * normal(now, i);
    }
    return { observation: shown, ...goals };
  }
  return {
    spec: {
      id: "wander",
      observationSize: width,
      goalSize: 1,
      actionSize: 1,
      horizon: Infinity,
      dt: 0.1,
      channels: Array.from({ length: width }, (_, i) => `r${i} [m]`),
      reward: { kind: "sparse", threshold: 0 },
    },
    reset(episode) {
      const state = { episode, t: 0 };
      return restart(state, show(state), outcome);
    },
    step({ episode, t }) {
      const state = { episode, t: t + 1 };
      return transition(state, show(state), outcome);
    },
    drop() {},
  };
}

const STEPS = 25;

/** Plays episodes and compares, moment by moment. */
function compare<S>(
  { frames, filter }: Senses,
  width: number,
  env: Env<S>,
  episodes: number,
): void {
  const { memorySize, size, see } = sightOf({ frames, filter }, width);
  assertEquals(size, env.spec.observationSize);
  const action = new Float32Array(1);
  for (let episode = 0; episode < episodes; episode++) {
    const met: Float32Array[] = [];
    let step = env.reset(key(episode));
    for (let t = 0; t <= STEPS; t++) {
      met.push(step.observation.observation.slice());
      if (t < STEPS) step = env.step(step.state, action);
    }
    env.drop(step.state);
    const first = (frames - 1) * width;
    const seen = new Float32Array(size + 3).fill(9);
    const memories: Float64Array[] = [new Float64Array(memorySize)];
    const look = (t: number) => {
      const before = memories[t].slice();
      const sensed = met[t].subarray(first, first + width);
      const next = see(memories[t], sensed, seen);
      assertEquals(seen.subarray(0, size), met[t], `${episode}, ${t}`);
      assertEquals(seen.subarray(size), Float32Array.of(9, 9, 9));
      assertEquals(memories[t], before, "the memory was written to");
      return next;
    };
    met.forEach((_, t) => memories.push(look(t)));
    // Old memories can be gone back to, in any order.
    for (let t = STEPS; t >= 0; t--) assertEquals(look(t), memories[t + 1]);
    assert(memories.every(({ length }) => length === memorySize));
  }
}

Deno.test("one frame and no filter need no memory", () => {
  const { memorySize } = sightOf({ frames: 1, filter: null }, 7);
  assertEquals(memorySize, 0);
  compare({ frames: 1, filter: null }, 7, wander(7), 3);
});

Deno.test("frames are those of the environment's transform", () => {
  for (const count of [1, 2, 3, 5]) {
    for (const width of [1, 4, 40]) {
      const env = frames(count)(wander(width));
      compare({ frames: count, filter: null }, width, env, 10);
    }
  }
});

Deno.test("estimates are those of the environment's transform, behind any frames", () => {
  for (const noise of [0, 1e-3, 0.025, 0.3]) {
    const filter = { kind: "hook", noise } as const;
    for (const count of [1, 2, 3]) {
      const plain = estimated(hookFilter(noise))(wander(40));
      compare({ frames: count, filter }, 40, frames(count)(plain), 15);
    }
  }
});

Deno.test("only a memory that has begun is remembered", () => {
  const { see, memorySize, size } = sightOf({ frames: 2, filter: null }, 2);
  const entry = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 4, maxLength: 4 }), (all) => {
      const sensed = Float32Array.from(all.slice(0, 2));
      const seen = new Float32Array(size);
      const start = new Float64Array(memorySize);
      start.set(all.slice(2), 1);
      const next = see(start, sensed, seen);
      assertEquals(seen, Float32Array.of(...sensed, ...sensed));
      see(next, Float32Array.of(7, 8), seen);
      assertEquals(seen, Float32Array.of(...sensed, 7, 8));
    }),
  );
});
