import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { pickAndPlace } from "../../../lib/suite/fetch/pick_and_place.ts";
import { push } from "../../../lib/suite/fetch/push.ts";
import type { FetchTask } from "../../../lib/suite/fetch/task.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

const mujoco = await loadMujoco();
const COUNT = 2000;

/** The readings and goals of many resets, about the gripper at rest. */
function resets(task: FetchTask) {
  const [x, y] = task.rest.gripper;
  return Array.from({ length: COUNT }, (_, i) => {
    const { state, observation } = task.reset(foldIn(key(42), i));
    const seen = [...observation.observation];
    const goal = [...observation.desired];
    task.drop(state);
    return {
      seen,
      object: [seen[3] - x, seen[4] - y],
      goal: [goal[0] - x, goal[1] - y, goal[2] - task.rest.objectHeight],
    };
  });
}

/** Pearson's statistic of counts against shares of the whole. */
function chiSquare(counts: readonly number[], shares: readonly number[]) {
  const total = counts.reduce((a, b) => a + b);
  return counts.reduce((sum, count, i) => {
    const expected = total * shares[i];
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** Counts per bin. */
function histogram(bins: readonly number[], size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const bin of bins) counts[bin]++;
  return counts;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((s, x) => s + x) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = mean(a.map((x, i) => (x - ma) * (b[i] - mb)));
  const spread = (v: readonly number[], m: number) =>
    Math.sqrt(mean(v.map((x) => (x - m) ** 2)));
  return product / (spread(a, ma) * spread(b, mb));
}

const task = push(mujoco, { slots: 1 });
const drawn = resets(task);

Deno.test("the cube is uniform in the square without the disc", () => {
  const ring = Math.PI * (0.15 ** 2 - 0.1 ** 2) / 4;
  const corner = 0.15 ** 2 - Math.PI * 0.15 ** 2 / 4;
  const share = [ring, corner].map((area) => area / (4 * (ring + corner)));
  const bins = drawn.map(({ object: [x, y] }) => {
    const radius = Math.hypot(x, y);
    assert(radius > 0.1 - 1e-6, `found a cube ${radius} m from the gripper`);
    assert(Math.max(Math.abs(x), Math.abs(y)) < 0.15 + 1e-6);
    return Number(x > 0) + 2 * Number(y > 0) + 4 * Number(radius > 0.15);
  });
  const shares = [0, 0, 0, 0, 1, 1, 1, 1].map((outer) => share[outer]);
  // 99.9 % quantile of chi-square with 7 degrees of freedom.
  assert(chiSquare(histogram(bins, 8), shares) < 24.32);
});

Deno.test("the goal is uniform in the square, on the table", () => {
  const cell = (x: number) => Math.min(4, Math.floor((x + 0.15) / 0.06));
  const bins = drawn.map(({ goal: [x, y, z] }) => {
    assert(Math.max(Math.abs(x), Math.abs(y)) < 0.15 + 1e-6);
    assertAlmostEquals(z, 0, 1e-7);
    return cell(x) + 5 * cell(y);
  });
  const shares = new Array<number>(25).fill(1 / 25);
  // 99.9 % quantile of chi-square with 24 degrees of freedom.
  assert(chiSquare(histogram(bins, 25), shares) < 51.18);
});

Deno.test("cube and goal are independent", () => {
  for (const i of [0, 1]) {
    for (const j of [0, 1]) {
      const r = correlation(
        drawn.map(({ object }) => object[i]),
        drawn.map(({ goal }) => goal[j]),
      );
      assert(Math.abs(r) < 4 / Math.sqrt(COUNT), `correlation ${r}`);
    }
  }
});

Deno.test("the gripper starts at rest over the table, the cube flat on it", () => {
  for (const { seen } of drawn) {
    task.rest.gripper.forEach((x, i) => assertAlmostEquals(seen[i], x, 2e-4));
    assertAlmostEquals(seen[5], task.rest.objectHeight, 1e-6);
    for (const angle of seen.slice(11, 14)) assertAlmostEquals(angle, 0, 1e-6);
  }
});

Deno.test("goals of pick and place: half on the table, half uniform above", () => {
  using pick = pickAndPlace(mujoco, { slots: 1 });
  const heights = resets(pick).map(({ goal }) => goal[2]);
  const bins = heights.map((z) => {
    assert(z > -1e-7 && z < 0.45 + 1e-6);
    return z < 1e-6 ? 0 : 1 + Math.min(4, Math.floor(z / 0.09));
  });
  const shares = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1];
  // 99.9 % quantile of chi-square with 5 degrees of freedom.
  assert(chiSquare(histogram(bins, 6), shares) < 20.52);
});

Deno.test("the ranges are those asked for", () => {
  using narrow = push(mujoco, { slots: 1, objectRange: 0.08, goalRange: 0 });
  const cubes = resets(narrow).slice(0, 200);
  for (const { object: [x, y], goal } of cubes) {
    assert(Math.max(Math.abs(x), Math.abs(y)) < 0.08 + 1e-6);
    assert(Math.hypot(x, y) > 0.1 - 1e-6);
    goal.forEach((offset) => assertAlmostEquals(offset, 0, 1e-7));
  }
  assertEquals(narrow.live(), 0);
});
