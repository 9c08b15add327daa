import { assert, assertEquals, assertThrows } from "@std/assert";
import { misaimed } from "../../lib/control/misaimed.ts";
import { reactivePush } from "../../lib/control/reactive_push.ts";

const seen = Float32Array.from({ length: 25 }, (_, i) => Math.sin(i + 1));
const goal = Float32Array.of(1.3, 0.7, 0.42);

Deno.test("a controller that is misaimed does what it would for the other goal", () => {
  const base = reactivePush();
  const shifted = Float32Array.of(
    Math.fround(goal[0] + 0.25),
    goal[1],
    goal[2],
  );
  const expected = base.act(undefined, seen, shifted).action.slice();
  const { action } = misaimed(0.25)(base).act(undefined, seen, goal);
  assertEquals(action, expected);
  assertEquals(goal, Float32Array.of(1.3, 0.7, 0.42));
});

Deno.test("misaimed(0) is the identity, and errors add", () => {
  const base = reactivePush();
  assert(misaimed(0)(base) === base);
  const act = (policy: typeof base) =>
    policy.act(undefined, seen, goal).action.slice();
  assertEquals(
    act(misaimed(0.25)(misaimed(0.5)(base))),
    act(misaimed(0.75)(base)),
  );
  assertThrows(() => misaimed(NaN), RangeError, "NaN");
});
