/** The gate's two error rates, by simulation, and its algebra. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { uniform } from "../../lib/rng/distributions.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { type Gate, observePair, openGate } from "../../lib/rollout/gate.ts";

/** Plays `pairs` synthetic pairs with the given chances of a win and a loss. */
function simulate(run: number, win: number, loss: number, pairs: number): Gate {
  const stream = foldIn(key(2024), run);
  let gate = openGate();
  for (let i = 0; i < pairs && !gate.passed; i++) {
    const u = uniform(stream, i);
    const policy = u < win || u > 0.7;
    const base = (u >= win && u < win + loss) || u > 0.7;
    gate = observePair(gate, policy, base, 0.05);
  }
  return gate;
}

function passRate(
  win: number,
  loss: number,
  pairs: number,
  runs: number,
): number {
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    if (simulate(run, win, loss, pairs).passed) passed += 1;
  }
  return passed / runs;
}

Deno.test("a policy no better than its base passes in at most delta of 20,000 comparisons", () => {
  // Expected share at most 0.05; three standard errors of 20,000 runs are 0.0046.
  assert(passRate(0.1, 0.1, 400, 20_000) <= 0.05);
});

Deno.test("a worse policy passes hardly ever", () => {
  assert(passRate(0.05, 0.15, 400, 4000) < 0.005);
});

Deno.test("a clearly better policy passes within few pairs", () => {
  // Median pairs for .60 -> .80 (.25/.05) is about 45, for .50 -> .90 (.45/.05) about 20.
  assert(passRate(0.25, 0.05, 100, 2000) > 0.8);
  assert(passRate(0.45, 0.05, 60, 2000) > 0.95);
});

Deno.test("ties carry no evidence, and passing is for good", () => {
  let gate = openGate();
  for (let i = 0; i < 10; i++) {
    gate = observePair(gate, i % 2 === 0, i % 2 === 0, 0.05);
  }
  assertEquals(gate, {
    pairs: 10,
    wins: 0,
    losses: 0,
    wealth: 1,
    passed: false,
  });
  while (!gate.passed) gate = observePair(gate, true, false, 0.05);
  for (let i = 0; i < 50; i++) gate = observePair(gate, false, true, 0.05);
  assert(gate.passed);
});

Deno.test("delta outside (0, 1) is refused with its value", () => {
  for (const delta of [0, 1, NaN]) {
    assertThrows(
      () => observePair(openGate(), true, true, delta),
      RangeError,
      `${delta}`,
    );
  }
});
