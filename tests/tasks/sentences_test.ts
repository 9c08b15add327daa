/** What is said of a run in words: one of a thing is one, several are several. */

import { assert, assertEquals } from "@std/assert";
import { describeStanding, type Standing } from "../../tasks/_alone.ts";
import { counted } from "../../tasks/_count.ts";
import { sentence, type Verdict } from "../../tasks/_judge.ts";

const EXACT = { mean: 1, low: 0, high: 1 };
/** The mean of one episode has no interval. */
const SINGLE = { mean: -80, low: -Infinity, high: Infinity };
const RATE = { success: 1, low: 0.2, high: 1 };

function verdictOf(episodes: number): Verdict {
  const interval = episodes === 1 ? SINGLE : EXACT;
  return {
    task: "push",
    episodes,
    seed: 0,
    base: RATE,
    policy: RATE,
    learnt: RATE,
    difference: EXACT,
    returns: {
      base: interval,
      policy: interval,
      learnt: interval,
      difference: interval,
    },
  };
}

function standingOf(episodes: number, modelSteps: number): Standing {
  const found = { task: "push", controller: "reactive", episodes, seed: 0 };
  return { ...found, base: RATE, return: SINGLE, modelSteps };
}

Deno.test("a count of one takes the singular, any other the plural", () => {
  assertEquals(
    [0, 1, 2, 1001].map((n) => counted(n, "entry", "entries")),
    ["0 entries", "1 entry", "2 entries", "1001 entries"],
  );
});

Deno.test("verdicts over one episode and over several", () => {
  assert(sentence(verdictOf(1)).startsWith("Over 1 fresh episode the base"));
  assert(sentence(verdictOf(7)).startsWith("Over 7 fresh episodes the base"));
  const dense = sentence(verdictOf(1), true);
  assertEquals(
    dense,
    "Over 1 fresh episode the base returns -80.0 and the policy -80.0: a paired difference of -80.0.",
  );
});

Deno.test("a controller alone over one episode and over several", () => {
  const one = describeStanding(standingOf(1, 1));
  assert(one.includes("on push, 1 fresh episode: "), one);
  assert(one.endsWith("It simulated 1 step per episode inside."), one);
  const more = describeStanding(standingOf(20, 512.4));
  assert(more.includes("on push, 20 fresh episodes: "), more);
  assert(more.endsWith("It simulated 512 steps per episode inside."), more);
});
