/** The gate as algebra: a fair bet under H0, Kelly's stake, and when it is hopeless. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  type Gate,
  isHopeless,
  observePair,
  openGate,
  pairsNeeded,
} from "../../lib/rollout/gate.ts";

const DELTA = 0.05;

/** A gate after these differences of success. */
function after(signs: readonly number[], margin = 0, delta = DELTA): Gate {
  return signs.reduce(
    (gate, sign) => observe(gate, sign, margin, delta),
    openGate(),
  );
}

function observe(gate: Gate, sign: number, margin = 0, delta = DELTA): Gate {
  return observePair(gate, sign > 0, sign < 0, delta, margin);
}

const signs = fc.array(fc.constantFrom(-1, 0, 1), { maxLength: 60 });
const margins = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 0.9, noNaN: true }),
);

Deno.test("ties carry no evidence of superiority, and passing is for good", () => {
  assertEquals(after(Array(10).fill(0)), { ...openGate(), pairs: 10 });
  let gate = openGate();
  while (!gate.passed) gate = observe(gate, 1);
  for (let i = 0; i < 50; i++) gate = observe(gate, -1);
  assert(gate.passed);
});

Deno.test("with margin 0 it is the test of superiority to the last bit", () => {
  fc.assert(fc.property(signs, (course) => {
    let [wins, losses, wealth] = [0, 0, 1];
    for (const sign of course) {
      const kelly = (wins - losses + 0.5) / (wins + losses + 2);
      wealth *= 1 + Math.min(0.9, Math.max(0, kelly)) * sign;
      wins += Number(sign > 0);
      losses += Number(sign < 0);
    }
    const gate = after(course, 0);
    assertEquals(gate.wealth, wealth);
    assertEquals(gate.wealth, after(course).wealth);
  }));
});

Deno.test("at the boundary of H0 every bet is fair, beyond it every bet loses on average", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(signs, margins, share, share, (course, m, u, v) => {
    const gate = after(course, m);
    // Chances of win and loss with loss - win = m, then more losses.
    const win = u * (1 - m) / 2;
    const loss = win + m;
    const worse = loss + v * (1 - win - loss);
    const mean = (lost: number) =>
      win * observe(gate, 1, m).wealth + lost * observe(gate, -1, m).wealth +
      (1 - win - lost) * observe(gate, 0, m).wealth;
    const slack = 1e-12 * gate.wealth;
    assertAlmostEquals(mean(loss), gate.wealth, slack);
    assert(mean(worse) <= gate.wealth + slack);
  }));
});

Deno.test("the chance of passing within ten pairs, summed over all 3^10 courses, is at most delta", () => {
  function chance(
    gate: Gate,
    win: number,
    loss: number,
    margin: number,
    left = 10,
  ): number {
    if (gate.passed) return 1;
    if (left === 0) return 0;
    const next = (sign: number) =>
      chance(observe(gate, sign, margin), win, loss, margin, left - 1);
    return win * next(1) + loss * next(-1) + (1 - win - loss) * next(0);
  }
  for (
    const [win, loss, margin] of [[0.5, 0.5, 0], [0.45, 0.55, 0.1], [
      0.25,
      0.75,
      0.5,
    ], [0, 0.5, 0.5]]
  ) {
    const found = chance(openGate(), win, loss, margin);
    assert(found > 0 && found <= DELTA, `${win} ${loss} ${margin}: ${found}`);
  }
});

Deno.test("the stake is Kelly's within its limits: no other grows faster over what was seen", () => {
  fc.assert(fc.property(signs, margins, (course, m) => {
    const gate = after(course, m);
    const { pairs, wins, losses, wealth } = gate;
    fc.pre(wealth > 0);
    const stake = (observe(gate, 1, m).wealth / wealth - 1) / (1 + m);
    const limit = 0.9 / (1 - m);
    assert(stake >= 0 && stake <= limit * (1 + 1e-12), `${stake}`);
    const growth = (x: number) =>
      (wins + 1.25) * Math.log1p(x * (1 + m)) +
      (losses + 0.75) * Math.log1p(-x * (1 - m)) +
      (pairs - wins - losses) * Math.log1p(x * m);
    for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]) {
      assert(growth(share * limit) <= growth(stake) + 1e-9, `${share}`);
    }
  }));
});

Deno.test("a gate is hopeless exactly where none of the courses to come passes", () => {
  const delta = 0.3;
  function canPass(gate: Gate, left: number, margin: number): boolean {
    return gate.passed || left > 0 &&
        [1, 0, -1].some((sign) =>
          canPass(observe(gate, sign, margin, delta), left - 1, margin)
        );
  }
  const short = fc.array(fc.constantFrom(-1, 0, 1), { maxLength: 5 });
  const left = fc.integer({ min: 0, max: 6 });
  const tally = { hopeless: 0, open: 0 };
  const law = fc.property(short, left, margins, (course, n, margin) => {
    const gate = after(course, margin, delta);
    const hopeless = isHopeless(gate, n, delta, margin);
    assertEquals(hopeless, !canPass(gate, n, margin));
    tally[hopeless ? "hopeless" : "open"] += 1;
  });
  fc.assert(law, { seed: 7, numRuns: 300 });
  assert(tally.hopeless > 30 && tally.open > 30, JSON.stringify(tally));
});

Deno.test("the fewest pairs: all won they pass, one less never does", () => {
  for (const delta of [0.5, 0.05, 0.01, 1e-4, 1e-12]) {
    for (const margin of [0, 0.02, 0.1, 0.5]) {
      const needed = pairsNeeded(delta, margin);
      assert(after(Array(needed).fill(1), margin, delta).passed);
      assert(!isHopeless(openGate(), needed, delta, margin));
      assert(isHopeless(openGate(), needed - 1, delta, margin));
      // A win multiplies the wealth by at most 1 + 0.9 (1 + margin) / (1 - margin).
      const most = Math.log1p(0.9 * (1 + margin) / (1 - margin));
      assert(needed >= Math.log(1 / delta) / most);
    }
  }
  // 5/4, 3/2, 13/8, 17/10, 7/4, 25/14, 29/16 multiply to 29.3, without the last to 16.2.
  assertEquals(pairsNeeded(0.05), 7);
});

Deno.test("delta outside (0, 1) and a margin outside [0, 1) are refused with their value", () => {
  const demands = [
    ...[0, 1, -1, NaN].map((delta) => [delta, 0, "delta"] as const),
    ...[1, -0.1, NaN].map((margin) => [0.05, margin, "margin"] as const),
  ];
  for (const [delta, margin, name] of demands) {
    for (
      const use of [
        () => observePair(openGate(), true, true, delta, margin),
        () => pairsNeeded(delta, margin),
        () => isHopeless(openGate(), 3, delta, margin),
      ]
    ) {
      const value = name === "delta" ? delta : margin;
      const { message } = assertThrows(use, RangeError, `'${name}'`);
      assert(message.endsWith(`${value}`), message);
    }
  }
});
