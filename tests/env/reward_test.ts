/** Rewards: closed forms, and one row of a batch as the row alone. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { goalDistance, rewardAt, rewardOf } from "../../lib/env/reward.ts";
import type { DenseReward, SparseReward } from "../../lib/types.ts";

const SPARSE: SparseReward = { kind: "sparse", threshold: 0.05 };
const DENSE: DenseReward = {
  kind: "dense",
  threshold: 0.05,
  goal: 1.25,
  reach: { weight: 0.5, first: 0, second: 2, size: 2 },
  effort: { weight: 0.1, at: 4, size: 2 },
};

Deno.test("a sparse reward is 0 within the threshold, the threshold included, else -1", () => {
  const at = (x: number, y: number) =>
    rewardOf(
      { ...SPARSE, threshold: 5 },
      Float32Array.of(x, y),
      Float32Array.of(1, 1),
      new Float32Array(0),
    );
  assertEquals([at(1, 1), at(4, 5), at(4, 5.001), at(-9, 1)], [0, 0, -1, -1]);
});

Deno.test("a dense reward is minus the weighted distances", () => {
  const observation = Float32Array.of(1, 2, 4, -2, 3, -1);
  const found = rewardOf(
    DENSE,
    Float32Array.of(1, 0, 2),
    Float32Array.of(0, 2, 2),
    observation,
  );
  // |1| + |-2| + 0 = 3; |1 - 4| + |2 + 2| = 7; 9 + 1 = 10.
  assertAlmostEquals(found, -1.25 * 3 - 0.5 * 7 - 0.1 * 10, 1e-12);
});

Deno.test("a row of a batch is rewarded as the row alone, whatever lies around it", () => {
  const value = fc.float({ noNaN: true, min: -4, max: 4 });
  const row = (length: number) =>
    fc.array(value, { minLength: length, maxLength: length });
  fc.assert(
    fc.property(row(18), row(9), row(9), fc.nat(2), (o, a, d, i) => {
      const [observations, achieved, desired] = [o, a, d]
        .map((each) => Float32Array.from(each));
      for (const reward of [SPARSE, DENSE]) {
        assertEquals(
          rewardAt(
            reward,
            observations,
            6 * i,
            achieved,
            3 * i,
            desired,
            3 * i,
            3,
          ),
          rewardOf(
            reward,
            achieved.slice(3 * i, 3 * i + 3),
            desired.slice(3 * i, 3 * i + 3),
            observations.slice(6 * i, 6 * i + 6),
          ),
        );
      }
    }),
  );
});

Deno.test("the distance of goals is Euclidean", () => {
  assertEquals(
    goalDistance({
      achieved: Float32Array.of(1, 2),
      desired: Float32Array.of(4, 6),
    }),
    5,
  );
});
