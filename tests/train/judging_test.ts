/** What a run tells of how it does: by success or by return, and beside what. */

import { assert, assertEquals } from "@std/assert";
import { td3Recipe } from "../../lib/learn/ready_recipes.ts";
import type { Recipe } from "../../lib/learn/recipe.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import { comparePair } from "../../lib/train/judging.ts";
import type { DenseReward, Reward } from "../../lib/types.ts";
import type { ToyView } from "../learn/toy_training.ts";
import { densely } from "../learn/toy_views.ts";
import { toyPolicy } from "../toy.ts";
import { biased, run } from "./toy_run.ts";

const dense: DenseReward = {
  kind: "dense",
  threshold: 0.05,
  // Returns of the size of sparse ones, as the penalty on the correction is.
  goal: 20,
  reach: { weight: 0, first: 0, second: 0, size: 1 },
  effort: { weight: 0.01, at: 1, size: 1 },
};

Deno.test("over a dense reward returns are judged: a correction of the biased spring passes the gate by them", async () => {
  const { progress, rows } = await run(
    { steps: 1500 },
    biased(),
    densely(dense),
  );
  const evaluations = rows.filter((row) => row?.kind === "evaluation");
  const own = evaluations[0]!.return;
  evaluations.forEach((row) => {
    assertEquals(row!.baseReturn, own);
  });
  const { gate, serving, returns } = progress.at(-1)!.counters;
  assert(serving.served?.gate.passed, JSON.stringify(gate));
  assert(returns!.policy > returns!.base, JSON.stringify(returns));
});

Deno.test("who does better: by return where rewards are dense, else by success", () => {
  const outcome = (success: boolean, value: number): Outcome => ({
    success,
    return: value,
    length: 1,
    modelSteps: 0,
  });
  const [good, bad] = [outcome(true, -9), outcome(false, -1)];
  const sparse = { kind: "sparse", threshold: 0.05 } as const;
  const tell = (reward: Reward, a: Outcome, b: Outcome) => {
    const { first, second } = comparePair({ reward }, a, b);
    return Number(first) - Number(second);
  };
  assertEquals(tell(sparse, good, bad), 1);
  assertEquals(tell(sparse, bad, good), -1);
  assertEquals(tell(sparse, good, good), 0);
  assertEquals(tell(dense, good, bad), -1);
  assertEquals(tell(dense, bad, good), 1);
  assertEquals(tell(dense, bad, { ...bad, success: true }), 0);
});

Deno.test("from scratch the controller is evaluated once, beside the policy", async () => {
  const scratch: Recipe = {
    ...td3Recipe(),
    hidden: [16],
    batch: 32,
    warmup: 80,
  };
  const spring = toyPolicy(4, 2);
  const brief = { recipe: scratch, steps: 400, gatePairs: 0 };
  const { rows } = await run(brief, spring);
  const evaluations = rows.filter((row) => row?.kind === "evaluation");
  const { rows: residual } = await run({ steps: 0 }, spring);
  evaluations.forEach((row) => {
    assertEquals(row!.base, residual[0]!.base);
    assert(row!.success !== undefined);
  });
  // No force at all against a good spring.
  assert(evaluations[0]!.success as number < (evaluations[0]!.base as number));
});

Deno.test("rows tell the steps that the controller simulated in training so far, if any", async () => {
  const counted: ToyView = (env) => ({
    ...env,
    step(state, action) {
      const step = env.step(state, action);
      return { ...step, metrics: { ...step.metrics, modelSteps: 3 } };
    },
  });
  const short = { steps: 480, evaluateEvery: 200, gatePairs: 0 };
  const { rows, progress } = await run(short, biased(), counted);
  for (const row of rows) {
    const expected = row?.kind === "play" ||
        (row?.kind === "evaluation" && row.step > 0)
      ? 3 * row.step
      : undefined;
    assertEquals(row?.modelSteps, expected);
  }
  const { counters } = progress.at(-1)!;
  assertEquals(counters.modelSteps, 3 * counters.steps);
  const plain = await run(short);
  plain.rows.forEach((row) => assertEquals(row?.modelSteps, undefined));
});
