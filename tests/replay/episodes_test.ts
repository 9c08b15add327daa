/** Replay keeps what was played, forgets the oldest, and stores the executed action. */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createArena } from "../../kernels/arena.ts";
import { constant } from "../../lib/control/controller.ts";
import { timeLimit } from "../../lib/env/mod.ts";
import {
  createEpisodes,
  type Episodes,
  recordAt,
  recorder,
  slotOf,
  usedSections,
} from "../../lib/replay/episodes.ts";
import { key } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import { toy } from "../toy.ts";

const HORIZON = 5;

function store(capacity: number) {
  const env = timeLimit(HORIZON)(toy());
  const arena = createArena({ buffer: new ArrayBuffer(1 << 16) });
  return { env, episodes: createEpisodes(arena, env.spec, capacity) };
}

/** The stored actions of the toy, one float each. */
function actionsOf(episodes: Episodes, slot: number): number[] {
  return Array.from({ length: HORIZON }, (_, t) => {
    const { observation, goal } = episodes.sizes;
    const start = recordAt(episodes, slot, t);
    return episodes.records.view[start + observation + goal];
  });
}

Deno.test("an episode is stored moment by moment with the actions that were executed", () => {
  const { env, episodes } = store(3);
  unroll(env, constant([0.25]), key(5), recorder(episodes, 1));
  assertEquals(episodes.lengths[1], HORIZON);
  assertEquals(actionsOf(episodes, 1), new Array(HORIZON).fill(0.25));
  // The toy's achieved goal is its position, the first entry of its observation.
  const positions = Array.from({ length: HORIZON + 1 }, (_, t) => {
    const start = recordAt(episodes, 1, t);
    const [position, , achieved] = episodes.records.view.slice(start);
    assertEquals(achieved, position);
    return position;
  });
  assertEquals(new Set(positions).size, HORIZON + 1);
});

Deno.test("past capacity the oldest episode is overwritten and no other", () => {
  const { env, episodes } = store(3);
  for (let i = 0; i < 3; i++) {
    unroll(env, constant([i / 4]), key(i), recorder(episodes, i));
  }
  const before = episodes.records.view.slice();
  unroll(env, constant([-1]), key(9), recorder(episodes, 3));
  assertEquals(actionsOf(episodes, 0), new Array(HORIZON).fill(-1));
  const second = recordAt(episodes, 1, 0);
  assertEquals(episodes.records.view.slice(second), before.slice(second));
});

Deno.test("a checkpoint keeps exactly the episodes that were played", () => {
  const { env, episodes } = store(4);
  for (let i = 0; i < 2; i++) {
    unroll(env, constant([0.5]), key(i), recorder(episodes, i));
  }
  const sections = usedSections(episodes, 2);
  // Two entries of observation, a goal and an action: four floats.
  assertEquals(sections.records.length, 2 * (HORIZON + 1) * 4 * 4);
  assertEquals(sections.desired.length, 2 * 4);
  assertEquals(usedSections(episodes, 100).lengths.length, 4 * 4);
});

Deno.test("a task without a time limit is refused with the remedy", () => {
  const arena = createArena({ buffer: new ArrayBuffer(1 << 12) });
  assertThrows(
    () => createEpisodes(arena, toy().spec, 2),
    RangeError,
    "timeLimit",
  );
});

Deno.test("bounds on goals are kept as the 32-bit floats that lie within them", () => {
  const bounds = fc.tuple(
    fc.double({ noNaN: true }),
    fc.double({ noNaN: true }),
  );
  fc.assert(fc.property(bounds, fc.float({ noNaN: true }), ([a, b], x) => {
    const goals = { low: [Math.min(a, b)], high: [Math.max(a, b)] };
    const arena = createArena({ buffer: new ArrayBuffer(1 << 14) });
    const spec = { ...timeLimit(HORIZON)(toy()).spec, goals };
    const { pointer } = createEpisodes(arena, spec, 1);
    const words = new Int32Array(arena.memory.buffer, pointer, 9);
    const kept = new Float32Array(arena.memory.buffer, words[3], 2);
    // The drawn float and the bounds' own neighbours, where rounding matters.
    for (const value of [x, Math.fround(a), Math.fround(b)]) {
      assertEquals(
        value < kept[0] || value > kept[1],
        value < goals.low[0] || value > goals.high[0],
      );
    }
  }));
});

Deno.test("episodes that are kept are never overwritten, and of the others the oldest", () => {
  const cases = fc.integer({ min: 1, max: 9 }).chain((capacity) =>
    fc.record({
      capacity: fc.constant(capacity),
      kept: fc.integer({ min: 0, max: capacity - 1 }),
      episodes: fc.integer({ min: 1, max: 40 }),
    })
  );
  fc.assert(fc.property(cases, ({ capacity, kept, episodes }) => {
    const slots: number[] = [];
    for (let i = 0; i < episodes; i++) slots[slotOf({ capacity, kept }, i)] = i;
    const first = Math.min(kept, episodes);
    const newest = Math.max(first, episodes - (capacity - kept));
    const expected = Array.from({ length: episodes }, (_, i) => i)
      .filter((i) => i < first || i >= newest);
    assertEquals(slots.toSorted((a, b) => a - b), expected);
  }));
});

Deno.test("keeping every episode for good is refused with the remedy", () => {
  const env = timeLimit(HORIZON)(toy());
  const arena = createArena({ buffer: new ArrayBuffer(1 << 16) });
  assertThrows(
    () => createEpisodes(arena, env.spec, 4, 4),
    RangeError,
    "make 'capacityEpisodes' larger or 'warmup' shorter",
  );
});
