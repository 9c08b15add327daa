import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldIn, key } from "../../../lib/rng/key.ts";
import {
  hook,
  HOOK_READINGS as at,
  noisyHook,
} from "../../../lib/suite/fetch/hook.ts";
import type { Env } from "../../../lib/types.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { trace } from "../../laws/trace.ts";
import { correlation, mean, variance } from "./spread.ts";

const mujoco = await loadMujoco();
const STD = 0.025;
const COUNT = 1500;
/** The disturbed readings: object x and y, hook x, y, z and angles. */
const DISTURBED = [3, 4, 25, 26, 27, 28, 29, 30];
const RELATIVE = [6, 7, 8, 37, 38, 39];
const PLAN = Array.from({ length: 6 }, (_, t) => [1, -1, 0.5 - t / 6, 1]);

const exact = hook(mujoco, { slots: 1 });
const noisy = noisyHook(mujoco, { slots: 1 });
const overwritten = noisyHook(mujoco, { slots: 1, overwrite: 1 });

/** What many resets show. */
function firsts<S>(env: Env<S>): number[][] {
  return Array.from({ length: COUNT }, (_, i) => {
    const { state, observation } = env.reset(foldIn(key(9), i));
    const seen = [...observation.observation];
    env.drop(state);
    return seen;
  });
}

const truth = firsts(exact);
const seen = firsts(noisy);
const lost = firsts(overwritten);
/** Standardised errors of a reading. */
const errors = (rows: number[][], i: number) =>
  rows.map((row, n) => (row[i] - truth[n][i]) / STD);

Deno.test("each disturbed reading errs by a normal of the standard deviation asked for", () => {
  for (const i of DISTURBED) {
    const z = errors(seen, i);
    assert(Math.abs(mean(z)) < 4 / Math.sqrt(COUNT), `mean of ${i}`);
    const spread = 4 * Math.sqrt(2 / COUNT);
    assertAlmostEquals(variance(z), 1, spread, `variance of ${i}`);
    const beyond = mean(z.map((x) => Number(Math.abs(x) > 1.96)));
    assertAlmostEquals(beyond, 0.05, 4 * Math.sqrt(0.05 * 0.95 / COUNT));
  }
});

Deno.test("errors of different readings are independent", () => {
  DISTURBED.forEach((i, n) => {
    for (const j of DISTURBED.slice(n + 1)) {
      const r = correlation(errors(seen, i), errors(seen, j));
      assert(Math.abs(r) < 4.5 / Math.sqrt(COUNT), `${i} and ${j}: ${r}`);
    }
  });
});

Deno.test("all else is exact but the differences, which are those of what is measured", () => {
  for (const rows of [seen, lost]) {
    rows.forEach((o, n) => {
      const isLost = (i: number) => rows === lost && i >= 12 && i < 15;
      o.forEach((x, i) => {
        if (DISTURBED.includes(i) || RELATIVE.includes(i) || isLost(i)) return;
        assertEquals(x, truth[n][i]);
      });
      for (const i of [0, 1, 2]) {
        const object = Math.fround(o[at.object + i] - o[at.grip + i]);
        assertEquals(o[at.objectFromGrip + i], object);
        const tool = Math.fround(o[at.hook + i] - o[at.grip + i]);
        assertEquals(o[at.hookFromGrip + i], tool);
      }
    });
  }
});

Deno.test("overwritten, readings 12 to 14 are noisy copies of the object from the grip", () => {
  for (const i of [0, 1, 2]) {
    const z = lost.map((o) => (o[12 + i] - o[at.objectFromGrip + i]) / STD);
    assert(Math.abs(mean(z)) < 4 / Math.sqrt(COUNT));
    assertAlmostEquals(variance(z), 1, 4 * Math.sqrt(2 / COUNT));
    const r = correlation(z, errors(lost, 3 + Math.min(i, 1)));
    assert(Math.abs(r) < 4 / Math.sqrt(COUNT), `correlation ${r}`);
  }
});

Deno.test("noise is drawn afresh at each step, and leaves physics and goals as they were", () => {
  const start = key(77);
  const plain = trace(exact, start, PLAN);
  const disturbed = trace(noisy, start, PLAN);
  const drawn = new Set<number>();
  plain.forEach((row, t) => {
    const { achieved, desired, reward, success } = disturbed[t];
    assertEquals({ achieved, desired, reward, success }, {
      achieved: row.achieved,
      desired: row.desired,
      reward: row.reward,
      success: row.success,
    });
    for (const i of DISTURBED) {
      drawn.add(disturbed[t].observation[i] - row.observation[i]);
    }
  });
  assertEquals(drawn.size, DISTURBED.length * plain.length);
});

Deno.test("noise 0 is the task without noise, bit for bit", () => {
  using silent = noisyHook(mujoco, { slots: 1, noise: 0 });
  assertEquals(trace(silent, key(5), PLAN), trace(exact, key(5), PLAN));
});
