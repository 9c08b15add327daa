/** Which policy is served: never one that has not passed, and the latest good one that has. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { uniform } from "../../lib/rng/distributions.ts";
import { derive, foldIn, key } from "../../lib/rng/key.ts";
import { type Gate, observePair, openGate } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import { wilson } from "../../lib/rollout/statistics.ts";
import {
  concludeLook,
  consider,
  type Evaluated,
  type Serving,
  startServing,
} from "../../lib/train/serving.ts";

const passed: Gate = { ...openGate(), pairs: 9, wins: 9, passed: true };
const failed: Gate = { ...openGate(), pairs: 400 };

function at(step: number, score: number, low = score - 0.1): Evaluated {
  return { step, score, low, high: score + 0.1, base: 0.4 };
}

Deno.test("the base is served until a policy has passed, and from then on the latest that no earlier one clearly beats", () => {
  const first = consider(startServing(), at(1, 0.6));
  assertEquals([first.champion?.promising, first.served], [true, undefined]);
  const one = concludeLook(first, passed);
  assertEquals([one.served?.step, one.served?.look], [1, 1]);
  // Clearly worse does not take its place, and does not even get a look.
  assertEquals(consider(one, at(2, 0.45)), one);
  assertEquals(consider(one, at(2, 0.1)), one);
  // One as good, but for noise, may wait for the end of the run.
  assertEquals(consider(one, at(2, 0.55)).champion?.promising, false);
  // A line is held against its best: it does not drift downwards.
  const line = concludeLook(consider(one, at(2, 0.55)), passed);
  assertEquals(line.served?.step, 2);
  assertEquals(consider(line, at(3, 0.45)), line);
  // Not even a perfect score is more than noise above one that lacks an episode.
  const all = wilson(100, 100);
  const perfect = consider(startServing(), {
    ...at(1, 1, all.low),
    high: all.high,
  });
  const most = wilson(99, 100);
  const next = { ...at(2, 0.99, most.low), high: most.high };
  assertEquals(consider(perfect, next).champion?.step, 2);
  const better = consider(one, at(3, 0.8));
  assertEquals(concludeLook(better, failed).served, one.served);
  const two = concludeLook(better, passed);
  assertEquals([two.served?.step, two.served?.look], [3, 2]);
  assertEquals([one.triedAt, concludeLook(better, failed).triedAt], [1, 3]);
});

Deno.test("of one episode alone nothing is known to be better, and all that is kept can be written as JSON", () => {
  const alone = { step: 1, score: -3, low: -Infinity, high: Infinity, base: 0 };
  const first = consider(startServing(), alone);
  assertEquals(JSON.parse(JSON.stringify(first)), first);
  const next = consider(first, { ...alone, step: 2, score: -9 });
  assertEquals(next.champion?.step, 2);
});

Deno.test("to promise well is to be ahead of base and of all looked at by more than noise", () => {
  const promising = (serving: Serving, evaluated: Evaluated) =>
    consider(serving, evaluated).champion?.promising;
  assertEquals(promising(startServing(), at(1, 0.5, 0.4)), false);
  assertEquals(promising(startServing(), at(1, 0.5, 0.41)), true);
  // One that failed is done with, and the bar is where it was.
  const after = concludeLook(consider(startServing(), at(1, 0.6)), failed);
  assertEquals(after.champion, undefined);
  assertEquals(promising(after, at(2, 0.65, 0.55)), false);
  assertEquals(promising(after, at(2, 0.75, 0.65)), true);
  assertEquals(promising(after, at(2, 0.45, 0.35)), false);
});

const events = fc.array(
  fc.record({
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    pass: fc.boolean(),
  }),
);

Deno.test("what is served is the latest that passed of those that the best that was served does not clearly beat", () => {
  fc.assert(fc.property(events, (all) => {
    let serving = startServing();
    let best: number | undefined;
    all.forEach(({ score, pass }, step) => {
      const before = serving;
      serving = consider(serving, at(step, score));
      const crowned = serving !== before;
      // Halves of intervals of 0.1 each.
      const noise = Math.hypot(0.1, 0.1);
      const gap = (best ?? -Infinity) - score;
      if (Math.abs(gap - noise) < 1e-9) return;
      assertEquals(crowned, gap < noise);
      if (!crowned) return;
      serving = concludeLook(serving, pass ? passed : failed);
      assertEquals(serving.looks, before.looks + 1);
      if (pass) best = Math.max(score, best ?? score);
      assertEquals(serving.served?.best.score, best);
      assertEquals(serving.served?.step, pass ? step : before.served?.step);
    });
  }));
});

Deno.test("looks before the end are few: no more than fourteen at rates over 100 episodes, in however long a run", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 400 }),
    fc.boolean(),
    (solved, pass) => {
      let serving = startServing();
      // Every result in turn, upwards, brings as many looks as there can be.
      [...solved, ...Array.from({ length: 101 }, (_, i) => i)]
        .forEach((successes, step) => {
          const { mean: score, low, high } = wilson(successes, 100);
          const evaluated = { step, score, low, high, base: 0 };
          serving = consider(serving, evaluated);
          // By hand: 1, 3, 7, 13, 20, 28, 37, 47, 57, 67, 77, 86, 93, 99.
          if (!serving.champion?.promising) return;
          serving = concludeLook(serving, pass ? passed : failed);
        });
      assert(serving.looks <= 14, `${serving.looks}`);
    },
  ));
});

const DELTA = 0.05;

/** A run of ten policies that are all as good as their base; whether any is ever served. */
function servesWrongly(run: number): boolean {
  const stream = foldIn(derive(key(7), "null runs"), run);
  let drawn = 0;
  const hit = (rate: number) => uniform(stream, drawn++) < rate;
  let serving = startServing();
  for (let step = 1; step <= 10; step++) {
    let solved = 0;
    for (let i = 0; i < 20; i++) solved += Number(hit(0.5));
    const { mean: score, low, high } = wilson(solved, 20);
    serving = consider(serving, { step, score, low, high, base: 0.4 });
    const { champion, looks } = serving;
    if (!champion || !(champion.promising || step === 10)) continue;
    let gate = openGate();
    while (!gate.passed && gate.pairs < 60) {
      gate = observePair(
        gate,
        hit(0.5),
        hit(0.5),
        levelOfLook(DELTA, looks + 1),
      );
    }
    serving = concludeLook(serving, gate);
  }
  return serving.served !== undefined;
}

Deno.test("of 20,000 runs whose policies are as good as their base, at most delta ever serve one", () => {
  let wrong = 0;
  for (let run = 0; run < 20_000; run++) wrong += Number(servesWrongly(run));
  const rate = wrong / 20_000;
  assert(rate > 0.002 && rate <= DELTA, `${rate}`);
});
