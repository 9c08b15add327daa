/** What is known of an export before any episode is played, and the command that its refusal names. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import { openGate } from "../../../lib/rollout/gate.ts";
import { TASKS } from "../../../lib/suite/registry.ts";
import { defaultConfig, type RunConfig } from "../../../tasks/_config.ts";
import { sensesIn } from "../../../tasks/_export/artefact.ts";
import { standingOf } from "../../../tasks/_export/gating.ts";
import { unwrap } from "../../../tasks/_files.ts";
import { findTask } from "../../../tasks/_suite.ts";

function configOf(task: string, base: string): RunConfig {
  return defaultConfig(unwrap(findTask(task, base)).settings);
}

const STAY = [["slide", "aim-and-strike"], ["push", "tree-mpc"]] as const;

for (const task of Object.keys(TASKS)) {
  for (const base of Object.keys(TASKS[task].bases)) {
    const stays = STAY.some(([a, b]) => a === task && b === base);
    Deno.test(`a policy over ${base} of ${task} ${stays ? "leaves as its correction alone" : "leaves whole or as its correction"}`, () => {
      const config = configOf(task, base);
      const alone = sensesIn(config, true);
      if (!stays) return assertEquals(sensesIn(config, false), alone);
      const says = "export its correction alone with --format onnx";
      assertThrows(() => sensesIn(config, false), Refusal, says);
      assertEquals(alone, { frames: 1, filter: null });
    });
  }
}

Deno.test("the command that a refusal names can be typed as it stands", () => {
  const config = configOf("push", "reactive");
  const state = new Uint8Array();
  const candidate = { config, step: 100, state, gate: openGate() };
  const { message } = assertThrows(
    () => standingOf({ dir: "my run's", config }, candidate, false),
    Refusal,
  );
  assert(message.includes(`deno task gate 'my run'\\''s';`), message);
});
