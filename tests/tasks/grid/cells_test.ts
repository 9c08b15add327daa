import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import {
  armNamed,
  ARMS,
  GRID_TASKS,
  gridTask,
  takesPart,
} from "../../../tasks/_grid/arms.ts";
import { budgetNamed, BUDGETS } from "../../../tasks/_grid/budgets.ts";
import { gridCells } from "../../../tasks/_grid/cells.ts";
import { estimateSeconds } from "../../../tasks/_grid/estimate.ts";

const short = budgetNamed("short");

function words(task: string, arm: string): string {
  const [cell] = gridCells(short, { tasks: [task], arms: [arm], seeds: 1 });
  return cell.words.join(" ");
}

Deno.test("every task meets every arm of the paper, with three seeds", () => {
  const cells = gridCells(short, {});
  const arms = ["default", "paper", "td3", "ddpg", "expert-explore"];
  for (const { id } of GRID_TASKS) {
    for (const arm of arms) {
      const found = cells.filter((cell) =>
        cell.task.id === id && cell.arm.id === arm
      );
      assertEquals(found.map(({ seed }) => seed), [1, 2, 3]);
    }
  }
  const names = cells.map(({ id }) => id);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("a controller alone runs once: its fresh episodes are the same for every seed", () => {
  for (const budget of BUDGETS) {
    const cells = gridCells(budget, {});
    for (const { arm, seed, schedule } of cells) {
      if (arm.kind !== "controller") continue;
      assertEquals([seed, schedule.steps], [budget.firstSeed, 0]);
    }
  }
});

Deno.test("arms over a controller name it; arms from scratch never search", () => {
  const slow = "--controller tree-mpc";
  for (const arm of ["default", "paper", "expert-explore", "controller"]) {
    assert(words("push", arm).includes(slow));
  }
  for (const arm of ["td3", "ddpg", "controller-reactive"]) {
    assert(words("push", arm).includes("--controller reactive"));
  }
  assert(words("noisy-hook", "default-filtered").includes("filtered"));
  assert(words("noisy-hook", "paper-concat").includes("frames=concat"));
});

Deno.test("seeds come first, so that an interrupted grid has something of each arm", () => {
  const seeds = gridCells(short, { tasks: ["slippery-push"] })
    .map(({ seed }) => seed);
  assertEquals(seeds, seeds.toSorted((a, b) => a - b));
});

Deno.test("unknown names are refused with the nearest", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => gridCells(short, { tasks: ["slipery-push"] }), "'slippery-push'?"],
    [() => gridCells(short, { arms: ["dpg"] }), "'ddpg'?"],
    [() => budgetNamed("shrt"), "'short'?"],
    [() => gridTask("x"), "Allowed: push, slippery-push"],
    [
      () => gridCells(short, { tasks: ["push"], arms: ["paper-concat"] }),
      "it takes part in noisy-hook only",
    ],
    [
      () => gridCells(short, { tasks: ["pusher"], arms: ["pets"] }),
      "record it with 'deno task pets",
    ],
  ];
  for (const [use, says] of cases) assertThrows(use, Refusal, says);
});

Deno.test("arms that are of some tasks only take part there", () => {
  const pets = armNamed("pets");
  assert(takesPart(pets, gridTask("pusher")));
  assert(!takesPart(pets, gridTask("push")));
  for (const { tasks = [] } of ARMS) tasks.forEach(gridTask);
});

Deno.test("an estimate is what other seeds took, once there are any", () => {
  const [cell] = gridCells(short, { tasks: ["push"], arms: ["td3"], seeds: 1 });
  const row = { task: "push", arm: "td3", seed: 9, kind: "final" } as const;
  const took = { ...row, step: 100_000, training: 500_000, judging: 0 };
  const guess = estimateSeconds(cell, []);
  assert(guess > 0 && guess < 10_000);
  assert(estimateSeconds(cell, [took]) > 500_000);
  const elsewhere = [{ ...took, task: "pusher" }, { ...took, step: 1000 }];
  assertEquals(estimateSeconds(cell, elsewhere), guess);
});
