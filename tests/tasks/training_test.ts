/** Around a training run: what is said before it, and the wall-clock that it goes on from. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { pairsNeeded } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import { idleGate, idleTrust } from "../../tasks/_config_faults.ts";
import { defaultConfig } from "../../tasks/_config.ts";
import { unwrap } from "../../tasks/_files.ts";
import { findTask } from "../../tasks/_suite.ts";
import { differs } from "../../tasks/_judge.ts";
import { secondsBefore } from "../../tasks/_training.ts";
import { startCounters } from "../../lib/train/schedule.ts";
import { inFolderSync } from "../folder.ts";

const config = defaultConfig(unwrap(findTask("push")).settings);
const { evaluation } = config;

function said(gatePairs: number, delta = 0.05): string | undefined {
  return idleGate({ evaluation: { ...evaluation, gatePairs, delta } });
}

Deno.test("a gate that no policy could pass at its first look is told before a run, with the pairs that it needs", () => {
  for (const delta of [0.05, 0.5, 0.0001]) {
    const needed = pairsNeeded(levelOfLook(delta, 1));
    assertEquals(said(needed, delta), undefined);
    const short = said(needed - 1, delta) ?? "";
    assert(short.includes(`${needed} pairs are needed`), short);
    assert(short.includes(`delta ${delta}; the base will be served`), short);
  }
  assert(said(0)?.startsWith("The gate is off"), said(0));
  assertEquals(idleGate({ evaluation }), undefined);
});

Deno.test("a correction that nothing could show to be better is told before a run", () => {
  const recipe = { ...config.recipe, trust: 20 };
  const judged = (episodes: number) => ({
    ...config,
    recipe,
    evaluation: { ...evaluation, episodes },
  });
  const short = idleTrust(judged(1));
  assert(short?.includes("with evaluation.episodes=1"), short);
  assertEquals(idleTrust(judged(2)), undefined);
  assertEquals(idleTrust({ ...judged(1), steps: 0 }), undefined);
  assertEquals(
    idleTrust({ ...config, evaluation: judged(1).evaluation }),
    undefined,
  );
});

Deno.test("a policy is played beside its base only where it may differ from it", () => {
  const { trust } = startCounters();
  const gained = { ...trust, gained: true };
  const cautious = { recipe: { ...config.recipe, trust: 20 } };
  assertEquals(differs(config, { updates: 0, trust }), false);
  assertEquals(differs(config, { updates: 1, trust }), true);
  assertEquals(differs(cautious, { updates: 1, trust }), false);
  assertEquals(differs(cautious, { updates: 1, trust: gained }), true);
  const scratch = { recipe: { ...config.recipe, over: "zero" as const } };
  assertEquals(differs(scratch, { updates: 0, trust }), true);
});

Deno.test("the wall-clock of earlier sessions is the sum of their stages, whatever else stands in the log", () => {
  inFolderSync((dir) => {
    const rows = ['{"seconds":1.5}', '{"seconds":2}'];
    const strange = ["x", "null", "7", '{"seconds":"y"}', '{"seconds":1e999}'];
    for (const lines of [rows, [...strange, ...rows, '{"seconds":-1}']]) {
      const text = lines.map((line) => `${line}\n`).join("");
      Deno.writeTextFileSync(join(dir, "timing.jsonl"), text + '{"sec');
      assertEquals(secondsBefore({ dir }), 3.5);
    }
  });
});
