/**
 * How often the gate errs, and how many pairs it takes, by simulation: pairs
 * are drawn with given chances of a win and a loss, and looked at one by one.
 */

import { assert, assertEquals } from "@std/assert";
import { uniform } from "../../lib/rng/distributions.ts";
import { derive, foldIn, key } from "../../lib/rng/key.ts";
import { type Gate, observePair, openGate } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";

const DELTA = 0.05;

/**
 * Comparisons per error rate. Of a true rate of DELTA, three standard errors
 * are 0.0046: that much slack would be due to a test that spent all of its
 * DELTA. This one does not, and is held to DELTA itself, with none.
 */
const RUNS = 20_000;

interface Setting {
  readonly win: number;
  readonly loss: number;
  readonly margin?: number;
  readonly level?: number;
  readonly pairs: number;
}

const root = derive(key(2024), "gate");

/** One comparison, looked at after every pair, played on after it has passed if `on`. */
function compare(
  { win, loss, margin = 0, level = DELTA, pairs }: Setting,
  run: number,
  on = false,
): Gate {
  const stream = foldIn(root, run);
  let gate = openGate();
  for (let i = 0; i < pairs && (on || !gate.passed); i++) {
    const u = uniform(stream, i);
    const lost = u >= win && u < win + loss;
    gate = observePair(gate, u < win, lost, level, margin);
  }
  return gate;
}

/** The share of comparisons that pass. */
function passRate(setting: Setting, runs = RUNS): number {
  let passed = 0;
  for (let run = 0; run < runs; run++) {
    passed += Number(compare(setting, run).passed);
  }
  return passed / runs;
}

function assertControlled(setting: Setting): void {
  const rate = passRate(setting);
  // Not idle either: a gate that never passes errs in none.
  const sound = rate > 0.005 && rate <= DELTA;
  assert(sound, `${JSON.stringify(setting)}: ${rate}`);
}

Deno.test("a policy as good as its base passes for better in at most delta of 20,000 comparisons each", () => {
  const pairs = 300;
  assertControlled({ win: 0.1, loss: 0.1, pairs });
  assertControlled({ win: 0.02, loss: 0.02, pairs });
  assertControlled({ win: 0.25, loss: 0.25, pairs });
  assertControlled({ win: 0.5, loss: 0.5, pairs });
});

Deno.test("a policy worse by just the margin passes for not inferior in at most delta of 20,000 comparisons each", () => {
  const pairs = 300;
  assertControlled({ win: 0.05, loss: 0.1, margin: 0.05, pairs });
  assertControlled({ win: 0, loss: 0.05, margin: 0.05, pairs });
  assertControlled({ win: 0.2, loss: 0.3, margin: 0.1, pairs });
});

Deno.test("a worse policy passes hardly ever", () => {
  const pairs = 400;
  assert(passRate({ win: 0.05, loss: 0.15, pairs }, 4000) < 0.005);
  const margin = 0.05;
  assert(passRate({ win: 0.05, loss: 0.2, margin, pairs }, 4000) < 0.005);
});

Deno.test("looking after every pair costs the gate nothing, where a fixed test errs many times as often", () => {
  const setting = { win: 0.25, loss: 0.25, pairs: 300 };
  const runs = 4000;
  const naive = { last: 0, ever: 0 };
  for (let run = 0; run < runs; run++) {
    let gate = openGate();
    const stream = foldIn(root, run);
    let ever = false;
    for (let i = 0; i < setting.pairs; i++) {
      const u = uniform(stream, i);
      gate = observePair(gate, u < 0.25, u >= 0.75, DELTA);
      ever ||= gate.pairs >= 20 && signTest(gate);
    }
    naive.last += Number(signTest(gate));
    naive.ever += Number(ever);
  }
  // These draws are sound: looked at once, the fixed test errs in about delta.
  assert(Math.abs(naive.last / runs - DELTA) < 0.015, `${naive.last / runs}`);
  assert(naive.ever / runs > 4 * DELTA, `${naive.ever / runs}`);
  assert(passRate(setting, runs) < DELTA);
});

/** The test of McNemar at 5 % for one look: (W - L) / sqrt(W + L) above 1.645. */
function signTest({ wins, losses }: Gate): boolean {
  return wins - losses > 1.645 * Math.sqrt(wins + losses);
}

Deno.test("over five looks, each at fresh pairs and at its own level, at most delta pass wrongly", () => {
  const families = RUNS;
  let passed = 0;
  for (let family = 0; family < families; family++) {
    passed += Number([1, 2, 3, 4, 5].some((look) => {
      const level = levelOfLook(DELTA, look);
      const setting = { win: 0.2, loss: 0.2, level, pairs: 150 };
      return compare(setting, 5 * family + look).passed;
    }));
  }
  assert(passed / families < DELTA, `${passed / families}`);
});

/**
 * Chances of win and loss, and the median of pairs as learnt from a simulation
 * of another hand (a few hundred runs each: it scatters by several per cent).
 */
const TABLE = [
  { change: ".60 -> .70", win: 0.15, loss: 0.05, median: 138 },
  { change: ".60 -> .80", win: 0.25, loss: 0.05, median: 45 },
  { change: ".60 -> .68", win: 0.1, loss: 0.02, median: 110 },
  { change: ".90 -> .95", win: 0.06, loss: 0.01, median: 160 },
  { change: ".50 -> .90", win: 0.45, loss: 0.05, median: 20 },
] as const;

Deno.test("half of the comparisons pass within the pairs of the table, to a tenth", () => {
  for (const { change, win, loss, median } of TABLE) {
    const runs = 4000;
    const lengths = Array.from({ length: runs }, (_, run) => {
      const gate = compare({ win, loss, pairs: 4000 }, run);
      assert(gate.passed, `${change}: power 1 by 4000 pairs`);
      return gate.pairs;
    }).sort((a, b) => a - b);
    const found = lengths[runs / 2];
    const shown = `${change}: ${found}, the table has ${median}`;
    assert(Math.abs(found - median) <= 0.1 * median, shown);
    const within = lengths.filter((n) => n <= median).length / runs;
    assert(Math.abs(within - 0.5) < 0.07, `${change}: ${within}`);
  }
});

Deno.test("a policy that is its base passes with a margin, and never without", () => {
  const same = { win: 0, loss: 0, pairs: 2000 };
  assert(compare({ ...same, margin: 0.02 }, 0).passed);
  assertEquals(compare(same, 0).wealth, 1);
  // Where 10 % go either way by chance, a margin of 0.1 is shown by 400 pairs.
  const noisy = { win: 0.1, loss: 0.1, margin: 0.1, pairs: 400 };
  assert(passRate(noisy, 1000) > 0.8);
  assert(passRate({ ...noisy, margin: 0 }, 1000) < DELTA);
});
