import { assertEquals } from "@std/assert";
import {
  isLast,
  restart,
  termination,
  transition,
  truncation,
  withState,
} from "../../lib/env/step.ts";

const vector = Float32Array.of(1);
const seen = { observation: vector, achieved: vector, desired: vector };
const outcome = { reward: -1, success: false, metrics: { gap: 2 } };

Deno.test("each constructor writes its own kind of end", () => {
  const steps = [
    restart(1, seen, outcome),
    transition(1, seen, outcome),
    termination(1, seen, outcome),
    truncation(1, seen, outcome),
  ];
  assertEquals(steps.map((s) => s.terminated), [false, false, true, false]);
  assertEquals(steps.map((s) => s.truncated), [false, false, false, true]);
  assertEquals(steps.map((s) => isLast(s)), [false, false, true, true]);
  assertEquals(steps.map((s) => s.reward), [0, -1, -1, -1]);
});

Deno.test("a finished time step given as outcome does not leak its end", () => {
  const over = termination(1, seen, outcome);
  assertEquals(transition(1, seen, over), transition(1, seen, outcome));
  assertEquals(truncation(1, seen, over).terminated, false);
});

Deno.test("withState changes the state and nothing else", () => {
  const step = truncation("inner", seen, outcome);
  assertEquals(withState(step, { outer: 1 }), {
    ...step,
    state: { outer: 1 },
  });
});

Deno.test("metrics are empty unless given", () => {
  assertEquals(restart(1, seen, { success: true }).metrics, {});
  assertEquals(transition(1, seen, outcome).metrics, { gap: 2 });
});
