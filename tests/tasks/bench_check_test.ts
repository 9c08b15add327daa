import { assert, assertEquals } from "@std/assert";
import { hold, holdFairly, passes } from "../../bench/_contest.ts";
import { contests } from "../../bench/_contests.ts";
import { peak } from "../../bench/_peak.ts";
import { repeated, type Side } from "../../tasks/_peers/side.ts";

/** A side that works at the given rates, turn by turn. */
function side(rates: readonly number[], closed: () => void): Side {
  let turn = 0;
  return {
    measure: () => Promise.resolve(rates[turn++ % rates.length]),
    close: () => Promise.resolve(closed()),
  };
}

Deno.test("a contest is the median of neighbouring ratios, and both sides are closed", async () => {
  let closed = 0;
  const open = () =>
    [
      side([6, 60, 6], () => closed++),
      side([2, 20, 2], () => closed++),
    ] as const;
  const contest = { work: "a", against: "b", bound: 3, open };
  const held = await hold(contest);
  assertEquals(held.ratio, { min: 3, median: 3, max: 3 });
  assertEquals(closed, 2);
  assert(passes(held));
  assert(!passes({ ...held, contest: { ...contest, bound: 3.01 } }));
});

Deno.test("a contest that misses its bound is held three times, one that reaches it once", async () => {
  for (const [median, times] of [[0.9, 3], [1, 1]]) {
    let held = 0;
    const contest = { work: "a", against: "b", bound: 1, open: () => never() };
    const result = await holdFairly(contest, () => {
      held += 1;
      const ratio = { min: 0, median, max: 2 };
      return Promise.resolve({ contest, ratio });
    });
    assertEquals([held, passes(result)], [times, times === 1]);
  }
});

function never(): never {
  throw new Error("nothing is measured here");
}

Deno.test("work is repeated until it has lasted, and every piece is counted", async () => {
  let done = 0;
  const { measure } = repeated(() => done++, 10);
  const rate = await measure(0.002);
  // What counts is the last try, which lasted two thirds of the time or more.
  assert(rate > 0 && rate <= 10 * done * 1.5 / 0.002, `${rate} of ${done}`);
});

Deno.test("no two contests are the same, and those of two threads need two cores", () => {
  const names = (cores: number) =>
    contests(cores).map(({ work, against }) => `${work} ${against}`);
  const all = names(2);
  assertEquals(new Set(all).size, all.length);
  assertEquals(
    names(1),
    all.filter((name) => !name.includes("two Workers")),
  );
});

Deno.test("the chains of the peak are computed, not left out", () => {
  // x <- 0.75 x + 0.25 tends to 1, whatever x was.
  for (const relaxed of [false, true]) {
    const { run, operations } = peak(relaxed);
    const chains = operations / 8;
    assert(run(1) > chains, "a round moves large numbers only a little");
    assert(Math.abs(run(200) - chains) < 1e-5, `${run(200)}`);
  }
});
