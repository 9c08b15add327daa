/** The setting of safe exploration: where it may stand, and what it leaves alone. */

import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  configHash,
  defaultConfig,
  printConfig,
  resolveConfig,
} from "../../tasks/_config.ts";
import { unwrap } from "../../tasks/_files.ts";
import { findTask } from "../../tasks/_suite.ts";

function settingsOf(task: string) {
  return unwrap(findTask(task)).settings;
}

function refused(task: string, ...assignments: readonly string[]): string {
  const result = resolveConfig(settingsOf(task), assignments);
  if (E.isRight(result)) throw new Error(`Accepted: ${assignments.join(" ")}`);
  return result.left.message;
}

Deno.test("safe exploration is off unless set, and then no part of a configuration or its hash", () => {
  const push = settingsOf("push");
  const plain = unwrap(resolveConfig(push, []));
  assert(!printConfig(plain).includes("safe"));
  assertEquals(configHash(plain), configHash(defaultConfig(push)));
  const safe = unwrap(resolveConfig(push, ["safeExploration=0.1"]));
  assertEquals(safe, { ...plain, safeExploration: 0.1 });
});

Deno.test("it needs a base to fall back on, successes to count and a share between 0 and 1", () => {
  for (const preset of ["td3", "ddpg", "expert-explore"]) {
    const says = refused("push", `preset=${preset}`, "safeExploration=0.1");
    assert(says.includes("from scratch"), says);
  }
  const dense = refused("pusher", "safeExploration=0.1");
  assert(dense.includes("'pusher' is judged by returns"), dense);
  for (const wrong of ["0", "1", "-0.1", "NaN", "true"]) {
    const says = refused("push", `safeExploration=${wrong}`);
    assert(says.includes("a number between 0 and 1, both excluded"), says);
  }
});
