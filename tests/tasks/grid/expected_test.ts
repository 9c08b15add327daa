import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { configHash } from "../../../tasks/_config.ts";
import { budgetNamed, BUDGETS } from "../../../tasks/_grid/budgets.ts";
import { gridCells } from "../../../tasks/_grid/cells.ts";
import {
  expectedConfig,
  identities,
  shortName,
} from "../../../tasks/_grid/expected.ts";

Deno.test("this version knows every name in every cell of every budget", async () => {
  for (const budget of BUDGETS) {
    for (const { id, words } of gridCells(budget, { seeds: 1 })) {
      const config = await expectedConfig(words);
      assert(
        E.isRight(config),
        `${budget.id} ${id}: ${JSON.stringify(config)}`,
      );
    }
  }
});

Deno.test("the configuration is what the words say", async () => {
  const [cell] = gridCells(budgetNamed("short"), {
    tasks: ["slippery-push"],
    arms: ["paper"],
    seeds: 1,
  });
  const found = await expectedConfig(cell.words);
  assert(E.isRight(found));
  const { task, preset, seed, steps, base, evaluation } = found.right;
  const { every, episodes, finalEpisodes } = cell.schedule;
  assertEquals([task, preset, base], ["slippery-push", "paper", "reactive"]);
  assertEquals([seed, steps], [1, cell.schedule.steps]);
  assertEquals(
    [evaluation.every, evaluation.episodes, evaluation.finalEpisodes],
    [every, episodes, finalEpisodes],
  );
  const identity = await identities()(cell);
  assert(E.isRight(identity));
  assertEquals(identity.right.config, configHash(found.right));
});

Deno.test("each cell has a folder of its own, another one under other code", async () => {
  const identityOf = identities();
  const cells = gridCells(budgetNamed("smoke"), { tasks: ["slippery-push"] });
  const names = new Set<string>();
  for (const cell of cells) {
    const identity = await identityOf(cell);
    assert(E.isRight(identity));
    names.add(shortName(identity.right));
    names.add(shortName({ ...identity.right, code: "0".repeat(64) }));
  }
  assertEquals(names.size, 2 * cells.length);
});

Deno.test("an unknown name is refused as training itself would", async () => {
  for (
    const [words, says] of [
      [["slipery-push"], "'slippery-push'?"],
      [["push", "--controller", "reactve"], "'reactive'?"],
      [["push", "--preset", "papr"], "'paper'?"],
      [["push", "--set", "recipe.polyac=1"], "'recipe.polyak'?"],
    ] as const
  ) {
    const found = await expectedConfig(words);
    assert(E.isLeft(found) && found.left.message.includes(says), says);
  }
});
