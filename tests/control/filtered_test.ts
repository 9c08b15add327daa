import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fromFunction } from "../../lib/control/controller.ts";
import { hookFilter } from "../../lib/control/estimate.ts";
import { filtered } from "../../lib/control/filtered.ts";
import { key } from "../../lib/rng/key.ts";
import type { Controller } from "../../lib/types.ts";

const goal = new Float32Array(3);
const grid = fc.integer({ min: -512, max: 512 }).map((i) => i / 1024);
const observations = fc.array(
  fc.array(grid, { minLength: 40, maxLength: 40 }).map((row) =>
    Float32Array.from(row)
  ),
  { minLength: 1, maxLength: 6 },
);

/** Plays everything that it sees. */
const mirror = fromFunction("mirror", (observation) => observation);

function play<M>(controller: Controller<M>, seen: readonly Float32Array[]) {
  let memory = controller.init(key(1));
  return seen.map((observation) => {
    const decision = controller.act(memory, observation, goal);
    memory = decision.memory;
    return [...decision.action];
  });
}

Deno.test("the controller sees what is measured but for the places of things", () => {
  const noisy = [3, 4, 25, 26, 27];
  const differences = [6, 7, 8, 37, 38, 39];
  fc.assert(fc.property(observations, (seen) => {
    play(filtered()(mirror), seen).forEach((shown, t) => {
      shown.forEach((x, i) => {
        if (noisy.includes(i) || differences.includes(i)) return;
        assertEquals(x, seen[t][i], `entry ${i}`);
      });
      for (let i = 0; i < 3; i++) {
        assertAlmostEquals(shown[6 + i], shown[3 + i] - shown[i], 1e-6);
        assertAlmostEquals(shown[37 + i], shown[25 + i] - shown[i], 1e-6);
      }
    });
  }));
});

Deno.test("a filter of no noise changes nothing that is consistent", () => {
  fc.assert(fc.property(observations, (all) => {
    const seen = all.map((o) => {
      for (let i = 0; i < 3; i++) {
        o[6 + i] = o[3 + i] - o[i];
        o[37 + i] = o[25 + i] - o[i];
      }
      return o;
    });
    assertEquals(
      play(filtered(hookFilter(0))(mirror), seen),
      play(mirror, seen),
    );
  }));
});

Deno.test("the observation given is left as it was", () => {
  fc.assert(fc.property(observations, (seen) => {
    const before = seen.map((o) => [...o]);
    play(filtered()(mirror), seen);
    assertEquals(seen.map((o) => [...o]), before);
  }));
});

Deno.test("episodes do not disturb one another", () => {
  fc.assert(fc.property(observations, observations, (seen, other) => {
    const controller = filtered()(mirror);
    const alone = play(controller, seen);
    let memory = controller.init(key(1));
    const between = seen.map((observation) => {
      const { memory: next, action } = controller.act(
        memory,
        observation,
        goal,
      );
      const shown = [...action];
      play(controller, other);
      memory = next;
      return shown;
    });
    assertEquals(between, alone);
  }));
});

Deno.test("the memory of the controller inside is kept", () => {
  const counter: Controller<number> = {
    id: "counter",
    init: ({ lo }) => lo,
    act: (memory) => ({ action: Float32Array.of(memory), memory: memory + 1 }),
  };
  const seen = Array.from({ length: 4 }, () => new Float32Array(40));
  assertEquals(play(filtered()(counter), seen), play(counter, seen));
});
