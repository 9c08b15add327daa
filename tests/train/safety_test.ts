/** Conservative exploration keeps its share of the base's successes, whoever learns and however. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { uniform } from "../../lib/rng/distributions.ts";
import { derive, foldIn, key } from "../../lib/rng/key.ts";
import {
  baseAtMost,
  floorOf,
  mayExplore,
  observeRound,
  type Safety,
  type SafetyRule,
  startSafety,
} from "../../lib/train/safety.ts";

const ROUND = 2;

/** Success rate of the candidate after some share of a run, 0 to 1, over a base of `base`. */
type Learner = (progress: number, base: number) => number;

const learners: Readonly<Record<string, Learner>> = {
  "one that fails for ever": () => 0,
  "one as good as its base": (_, base) => base,
  "one that improves": (progress, base) => base + (1 - base) * progress,
  "one that dips and then improves": (progress, base) =>
    progress < 0.4 ? base / 4 : 0.95,
  "one that improves and then collapses": (progress, base) =>
    progress < 0.5 ? (1 + base) / 2 : 0,
};

interface Simulated {
  readonly safety: Safety;
  /** Whether successes were ever below the share of what the base would have had in the very same episodes. */
  readonly broken: boolean;
}

/**
 * A run of `rounds` rounds. With `spite` the candidate fails where the base
 * would have succeeded first of all, otherwise it succeeds by itself.
 */
function simulate(
  learner: Learner,
  base: number,
  rule: SafetyRule,
  rounds: number,
  run: number,
  spite = false,
): Simulated {
  const stream = foldIn(derive(key(99), `safety ${base}`), run);
  let safety = startSafety();
  let [achieved, foregone, drawn] = [0, 0, 0];
  let broken = false;
  for (let round = 0; round < rounds; round++) {
    const explores = mayExplore(safety, ROUND, rule);
    const rate = learner(round / rounds, base);
    const outcomes: boolean[] = [];
    for (let i = 0; i < ROUND; i++) {
      const u = uniform(stream, drawn++);
      const v = uniform(stream, drawn++);
      const own = u < base;
      // The same luck: it succeeds where the base fails, as far as that goes.
      const candidate = spite ? 1 - u < rate : v < rate;
      const success = explores ? candidate : own;
      outcomes.push(success);
      achieved += Number(success);
      foregone += Number(own);
      broken ||= achieved < (1 - rule.eta) * foregone - 1e-9;
    }
    safety = observeRound(safety, explores ? "candidate" : "base", outcomes);
    assert(achieved >= floorOf(safety, rule) - 1e-9 || !explores);
  }
  return { safety, broken };
}

const RUNS = 3000;

for (const [name, learner] of Object.entries(learners)) {
  Deno.test(`in at most delta of ${RUNS} runs each do successes ever fall below their share of the base's: ${name}`, () => {
    for (
      const [base, eta, delta, spite] of [
        [0.37, 0.1, 0.2, false],
        [0.37, 0.3, 0.2, true],
        [0.9, 0.1, 0.2, false],
        [0.05, 0.5, 0.05, true],
      ] as const
    ) {
      let broken = 0;
      for (let run = 0; run < RUNS / 4; run++) {
        const end = simulate(learner, base, { eta, delta }, 60, run, spite);
        broken += Number(end.broken);
      }
      assert(broken <= delta * RUNS / 4, `${base} ${eta}: ${broken}`);
    }
  });
}

Deno.test("the bound is no idle one: with a delta as good as 1 a failing candidate breaks its share in some runs", () => {
  const lax = { eta: 0.3, delta: 0.999 };
  let broken = 0;
  for (let run = 0; run < 300; run++) {
    const end = simulate(() => 0, 0.37, lax, 60, run);
    broken += Number(end.broken);
  }
  assert(broken > 5, `${broken}`);
});

Deno.test("the bound on what the base left holds at all moments at once in 1 - delta of runs", () => {
  const delta = 0.2;
  let wrong = 0;
  for (let run = 0; run < 2000; run++) {
    const stream = foldIn(derive(key(4), "left"), run);
    let seen = { episodes: 0, successes: 0 };
    let [left, solved] = [0, 0];
    let ever = false;
    for (let i = 0; i < 120; i++) {
      const success = uniform(stream, 2 * i) < 0.4;
      if (uniform(stream, 2 * i + 1) < 0.5) {
        const { episodes, successes } = seen;
        const more = successes + Number(success);
        seen = { episodes: episodes + 1, successes: more };
      } else {
        left += 1;
        solved += Number(success);
      }
      ever ||= solved > baseAtMost(seen, left, delta);
    }
    wrong += Number(ever);
  }
  assert(wrong <= delta * 2000, `${wrong}`);
});

Deno.test("a better candidate soon plays nearly always, a failing one within its share, an equal one more than that", () => {
  const rule = { eta: 0.2, delta: 0.05 };
  const explored = (learner: Learner) => {
    let episodes = 0;
    for (let run = 0; run < 40; run++) {
      const { safety } = simulate(learner, 0.4, rule, 150, run);
      episodes += safety.candidate.episodes / (40 * 150 * ROUND);
    }
    return episodes;
  };
  const [better, equal, failing] = [
    explored(() => 0.9),
    explored((_, base) => base),
    explored(() => 0),
  ];
  assert(better > 0.8, `${better}`);
  // What is saved at a rate of eta is spent at one: k / n <= eta / (1 - eta).
  assert(failing > 0.02 && failing < 0.2, `${failing}`);
  assert(equal > 1.5 * failing && equal < better, `${equal}`);
});

Deno.test("nothing may be lost before the base has saved it up: the first rounds are the base's", () => {
  for (const [eta, needed] of [[0.1, 18], [0.5, 2], [0.9, 1]] as const) {
    let safety = startSafety();
    let successes = 0;
    while (!mayExplore(safety, ROUND, { eta, delta: 1e-4 })) {
      safety = observeRound(safety, "base", [true]);
      successes += 1;
    }
    // eta S >= (1 - eta) * 2, as two episodes refute nothing.
    assertEquals(successes, needed);
  }
});

const tallies = fc.tuple(
  fc.integer({ min: 1, max: 60 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
).map(([episodes, share]) => ({
  episodes,
  successes: Math.round(share * episodes),
}));

/** ln E by factorials and the engine's own logarithm. */
function evidenceOf(n: number, s: number, k: number, c: number): number {
  let sum = 0;
  const times = (count: number) => {
    for (let i = 2; i <= count; i++) sum += Math.log(i);
  };
  const over = (count: number) => {
    for (let i = 2; i <= count; i++) sum -= Math.log(i);
  };
  times(s), times(n - s), over(n + 1), times(c), times(k - c), over(k + 1);
  const [all, solved] = [n + k, s + c];
  if (solved > 0) sum -= solved * Math.log(solved / all);
  if (solved < all) sum -= (all - solved) * Math.log(1 - solved / all);
  return sum;
}

Deno.test("the bound is the largest count that the evidence does not refute", () => {
  const deltas = fc.constantFrom(0.5, 0.05, 1e-4);
  const lefts = fc.integer({ min: 0, max: 80 });
  fc.assert(fc.property(tallies, lefts, deltas, (base, left, delta) => {
    const most = baseAtMost(base, left, delta);
    const { episodes, successes } = base;
    const refuted = (count: number) =>
      evidenceOf(episodes, successes, left, count) - Math.log(1 / delta);
    for (let count = most + 1; count <= left; count++) {
      assert(refuted(count) > -1e-9, `${count}`);
    }
    assert(most <= left && most >= Math.floor(left * successes / episodes));
    assert(refuted(most) < 1e-9);
  }));
});

Deno.test("the bound nears the rate that was seen, and never falls as more is left", () => {
  const base = { episodes: 40_000, successes: 16_000 };
  assertAlmostEquals(baseAtMost(base, 40_000, 0.05) / 40_000, 0.4, 0.02);
  fc.assert(fc.property(tallies, (seen) => {
    let last = 0;
    for (let left = 0; left < 60; left++) {
      const most = baseAtMost(seen, left, 0.05);
      assert(most >= last && most <= last + 1 + left);
      last = most;
    }
  }));
});

Deno.test("a share or a chance outside (0, 1) is refused with its value", () => {
  for (const wrong of [0, 1, -0.1, NaN]) {
    for (const name of ["eta", "delta"] as const) {
      const rule = { eta: 0.1, delta: 0.05, [name]: wrong };
      assertThrows(
        () => mayExplore(startSafety(), 2, rule),
        RangeError,
        `'${name}' must be between 0 and 1: current value is ${wrong}`,
      );
    }
  }
});
