/** The setting of safe exploration: where it may stand, and what it leaves alone. */

import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import {
  configHash,
  defaultConfig,
  printConfig,
  resolveConfig,
} from "../../tasks/_config.ts";
import { regret, share } from "../../tasks/_conclusion.ts";
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
    assert(says.includes("Leave --safe-exploration out, or take"), says);
  }
  const dense = refused("pusher", "safeExploration=0.1");
  assert(dense.includes("'pusher' is judged by returns"), dense);
  assert(dense.includes("Leave --safe-exploration out, or train"), dense);
  for (const wrong of ["0", "1", "-0.1", "NaN", "true", "1e-320", "0.0009"]) {
    const says = refused("push", `safeExploration=${wrong}`);
    assert(says.includes("a number from 0.001 to 0.999"), says);
  }
});

/** What is said where base and candidate played and succeeded so often. */
function said(
  [played, solved]: readonly [number, number],
  [explored, found]: readonly [number, number],
): string {
  return regret(0.2, 0.05, {
    base: { episodes: played, successes: solved },
    candidate: { episodes: explored, successes: found },
  });
}

Deno.test("what learning has cost is said as a regret, a lead or neither, and of a candidate that played", () => {
  const cost = said([10, 5], [10, 2]);
  assert(cost.includes("had about 10 and at most "), cost);
  assert(cost.includes(": a regret to base of 3. At every moment"), cost);
  const lead = said([10, 5], [10, 9]);
  assert(lead.includes(": ahead of the base by 4. At every moment"), lead);
  for (const even of [said([10, 5], [10, 5]), said([8, 3], [1, 0])]) {
    assert(even.includes(": as many as the base. At every moment"), even);
  }
  const idle = said([10, 5], [0, 0]);
  assert(idle.startsWith("While learning 5 of 10 episodes succeeded"), idle);
  assert(idle.includes("the base played all of them"), idle);
  assert(!idle.includes("as many as"), idle);
  assertEquals(said([0, 0], [0, 0]), "No episode was played while learning.");
});

Deno.test("a share that is neither 0 nor 1 is never said to be", () => {
  assertEquals([0, 1, 0.5].map(share), ["0.0 %", "100.0 %", "50.0 %"]);
  for (const rate of [1e-9, 1e-4, 0.00049, 0.0006, 0.9994, 0.9996, 1 - 1e-9]) {
    assert(!["0.0 %", "100.0 %"].includes(share(rate)), share(rate));
  }
});
