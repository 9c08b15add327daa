/** Replay keeps what was played, forgets the oldest, and stores the executed action. */

import { assertEquals, assertThrows } from "@std/assert";
import { createArena } from "../../kernels/arena.ts";
import { constant } from "../../lib/control/controller.ts";
import { timeLimit } from "../../lib/env/mod.ts";
import {
  createEpisodes,
  recorder,
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

Deno.test("an episode is stored moment by moment with the actions that were executed", () => {
  const { env, episodes } = store(3);
  unroll(env, constant([0.25]), key(5), recorder(episodes, 1));
  assertEquals(episodes.lengths[1], HORIZON);
  const actions = episodes.actions.view.slice(HORIZON, 2 * HORIZON);
  assertEquals(Array.from(actions), new Array(HORIZON).fill(0.25));
  // The toy's achieved goal is its position, the first entry of its observation.
  for (let t = 0; t <= HORIZON; t++) {
    const row = HORIZON + 1 + t;
    assertEquals(
      episodes.achieved.view[row],
      episodes.observations.view[row * 2],
    );
  }
});

Deno.test("past capacity the oldest episode is overwritten and no other", () => {
  const { env, episodes } = store(3);
  for (let i = 0; i < 3; i++) {
    unroll(env, constant([i / 4]), key(i), recorder(episodes, i));
  }
  const before = episodes.actions.view.slice();
  unroll(env, constant([-1]), key(9), recorder(episodes, 3));
  const after = episodes.actions.view;
  assertEquals(
    Array.from(after.slice(0, HORIZON)),
    new Array(HORIZON).fill(-1),
  );
  assertEquals(after.slice(HORIZON), before.slice(HORIZON));
});

Deno.test("a checkpoint keeps exactly the episodes that were played", () => {
  const { env, episodes } = store(4);
  for (let i = 0; i < 2; i++) {
    unroll(env, constant([0.5]), key(i), recorder(episodes, i));
  }
  const sections = usedSections(episodes, 2);
  assertEquals(sections.observations.length, 2 * (HORIZON + 1) * 2 * 4);
  assertEquals(sections.actions.length, 2 * HORIZON * 4);
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
