import { assert, assertEquals } from "@std/assert";
import { constant } from "../../lib/control/controller.ts";
import type { Policy } from "../../lib/types.ts";
import { key } from "../../lib/rng/key.ts";
import { toy } from "../toy.ts";
import { watched, watchedSteps } from "../../tasks/_slow_controller.ts";

/** A policy that moves the clock on by the next of `thoughts` (s) whenever it acts. */
function thinker(id: string, thoughts: readonly number[]) {
  let milliseconds = 0;
  let acts = 0;
  const policy: Policy = {
    ...constant([0.5]),
    id,
    act: (memory, observation, desired) => {
      milliseconds += 1000 * thoughts[acts++];
      return constant([0.5]).act(memory, observation, desired);
    },
  };
  return { policy, now: () => milliseconds };
}

const seen = new Float32Array(2);

/** Plays all thoughts under a limit of 0.1 s and returns what was warned of. */
function warnings(id: string, thoughts: readonly number[]): readonly string[] {
  const said: string[] = [];
  const { policy, now } = thinker(id, thoughts);
  const { act } = watched(policy, {
    limitSeconds: 0.1,
    warn: (text) => said.push(text),
    now,
  });
  for (const _ of thoughts) {
    assertEquals(act(undefined, seen, seen).action, Float32Array.of(0.5));
  }
  return said;
}

Deno.test("a slow controller is named once, with its time and a remedy", () => {
  const said = warnings("tree-mpc", [0.05, 0.05, 0.25, 0.5]);
  assertEquals(said.length, 1);
  assert(said[0].includes("'tree-mpc' took 0.250 s"), said[0]);
  assert(said[0].includes("--set controller.expansions=N"), said[0]);
});

Deno.test("the options of one controller are not advised for another", () => {
  const [text] = warnings("my-controller", [0, 0.2]);
  assert(text.includes("'my-controller'") && !text.includes("--set"), text);
});

Deno.test("a controller in time, and a slow first action, are passed over", () => {
  assertEquals(warnings("tree-mpc", [0.1, 0.1, 0.05]), []);
  assertEquals(warnings("tree-mpc", [3, 0.1, 0.05]), []);
});

Deno.test("a controller that plans in the steps of its environment is watched there", () => {
  const said: string[] = [];
  const { policy, now } = thinker("tree-mpc(20)", [0, 0.2]);
  const env = toy();
  const slow = watchedSteps(
    {
      ...env,
      step: (state, action) => {
        policy.act(undefined, seen, seen);
        return env.step(state, action);
      },
    },
    policy.id,
    { limitSeconds: 0.1, warn: (text) => said.push(text), now },
  );
  let moment = slow.reset(key(1));
  for (let i = 0; i < 2; i++) {
    moment = slow.step(moment.state, new Float32Array(env.spec.actionSize));
  }
  slow.drop(moment.state);
  assertEquals(said.length, 1);
});
