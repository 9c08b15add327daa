/** The budgets `solve` and `ablation`: their cells are what the data say, and the paper's grid has none of them. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import { Refusal } from "../../../lib/errors.ts";
import { checkRecipe } from "../../../lib/learn/check_recipe.ts";
import { ABLATION, UNCHANGED } from "../../../tasks/_grid/ablation.ts";
import {
  ALL_ARMS,
  ALL_TASKS,
  armNamed,
  ARMS,
  GRID_TASKS,
  gridTask,
} from "../../../tasks/_grid/arms.ts";
import { budgetNamed } from "../../../tasks/_grid/budgets.ts";
import { type Cell, gridCells } from "../../../tasks/_grid/cells.ts";
import { CHANGES } from "../../../tasks/_grid/changes.ts";
import { expectedConfig } from "../../../tasks/_grid/expected.ts";
import { SOLVE, SOLVE_ROWS } from "../../../tasks/_grid/solve.ts";

const PAPER = ["smoke", "short", "long", "paper"].map(budgetNamed);

function idsOf(cells: readonly Cell[]): readonly string[] {
  return [...new Set(cells.map(({ task, arm }) => `${task.id}/${arm.id}`))]
    .sort();
}

Deno.test("names of tasks and arms are unique", () => {
  for (const entries of [ALL_TASKS, ALL_ARMS]) {
    assertEquals(new Set(entries.map(({ id }) => id)).size, entries.length);
  }
});

Deno.test("the paper's budgets have the paper's tasks and arms, whatever else there is", () => {
  for (const budget of PAPER) {
    for (const { task, arm } of gridCells(budget, {})) {
      assert(GRID_TASKS.includes(task) && ARMS.includes(arm));
    }
    const strangers = [
      [() => gridCells(budget, { tasks: ["slide"] }), "task 'slide'"],
      [() => gridCells(budget, { arms: ["no-selection"] }), "'no-selection'"],
      [() => gridCells(budget, { arms: ["default-tight"] }), "'default-tight'"],
    ] as const;
    for (const [use, says] of strangers) assertThrows(use, Refusal, says);
  }
});

Deno.test("solve has the cells of its table, each as long and as closely watched as it says", () => {
  const cells = gridCells(SOLVE, {});
  assertEquals(
    idsOf(cells),
    SOLVE_ROWS.map(({ task, arm }) => `${task}/${arm}`).sort(),
  );
  for (const { task, arm, seeds, steps, every } of SOLVE_ROWS) {
    const own = cells.filter((cell) =>
      cell.task.id === task && cell.arm.id === arm
    );
    assertEquals(
      own.map(({ seed }) => seed),
      Array.from({ length: seeds }, (_, i) => i + 1),
    );
    for (const { words } of own) {
      const text = words.join(" ");
      for (
        const says of [
          `--steps ${steps} `,
          `evaluation.every=${every} `,
          "evaluation.episodes=100 ",
          `evaluation.finalEpisodes=${task === "push" ? 100 : 400} `,
        ]
      ) assert(text.includes(says), `${says}in ${text}`);
    }
  }
});

Deno.test("slide is struck at, and pick-and-place held over both of its controllers", () => {
  const controllers = (task: string) =>
    new Set(
      gridCells(SOLVE, { tasks: [task] })
        .map(({ words }) => words[words.indexOf("--controller") + 1]),
    );
  assertEquals([...controllers("slide")], ["aim-and-strike"]);
  assertEquals([...controllers("pick-and-place")], ["miscalibrated", "tight"]);
});

Deno.test("more seeds than a budget has are not made up; fewer are taken", () => {
  const seedsOf = (asked: number, task: string) =>
    gridCells(SOLVE, { tasks: [task], arms: ["default"], seeds: asked }).length;
  assertEquals([4, 10, 99].map((n) => seedsOf(n, "slippery-push")), [
    4,
    10,
    10,
  ]);
  assertEquals([2, 99].map((n) => seedsOf(n, "slide")), [2, 3]);
  const most = gridCells(ABLATION, { arms: [UNCHANGED], seeds: 99 });
  assertEquals(most.length, 5 + 3);
});

Deno.test("ablation has the default and every change, and differs from it in that alone", () => {
  for (const task of ["slippery-push", "pick-and-place"]) {
    const cells = gridCells(ABLATION, { tasks: [task], seeds: 1 });
    const [first, ...others] = cells.map(({ words }) => words);
    const possible = CHANGES.filter((change) =>
      change.tasks?.includes(task) ?? true
    );
    assertEquals(others.length, possible.length);
    for (const [i, words] of others.entries()) {
      const settings = possible[i].settings.flatMap((s) => ["--set", s]);
      assertEquals(words, [...first, ...settings]);
    }
  }
  // It is learnt with changes of its own, which some of these would undo.
  assertThrows(() => gridCells(ABLATION, { tasks: ["noisy-hook"] }), Refusal);
  assertThrows(() => gridCells(ABLATION, { arms: ["td3"] }), Refusal);
});

Deno.test("every change makes another configuration, by which can be learnt", async () => {
  const configOf = async (arm: string, task: string) => {
    const [{ words }] = gridCells(ABLATION, { tasks: [task], arms: [arm] });
    const config = await expectedConfig(words);
    assert(E.isRight(config), arm);
    checkRecipe(config.right.recipe);
    return JSON.stringify(config.right);
  };
  for (const { id, tasks = ABLATION.tasks } of CHANGES) {
    for (const task of tasks) {
      const own = await configOf(id, task);
      assert(own !== await configOf(UNCHANGED, task), `${id} on ${task}`);
    }
  }
  const settings = CHANGES.map(({ settings }) => settings.join(" "));
  assertEquals(new Set(settings).size, CHANGES.length);
});

Deno.test("a pair that the budget lacks is refused, and where to look is said", () => {
  const use = () => gridCells(SOLVE, { tasks: ["push"], arms: ["paper"] });
  assertThrows(use, Refusal, "budget 'solve' has no such cell");
  const schedule = () => SOLVE.schedule(armNamed("paper"), gridTask("push"));
  assertThrows(schedule, Refusal, "Allowed: slippery-push/default");
});
