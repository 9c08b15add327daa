/** Who plays which steps of an episode that the base begins. */

import { assert, assertEquals } from "@std/assert";
import { constant } from "../../lib/control/controller.ts";
import { explore } from "../../lib/control/explore.ts";
import { prefixed } from "../../lib/control/prefixed.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import type { Controller } from "../../lib/types.ts";

const beginner = constant([1]);
const inner = explore({ noise: 0.1, random: 0 })(
  constant([-0.5]),
);
const nothing = new Float32Array(1);

/** The actions of ten steps. */
function played<M>(controller: Controller<M>, episode: number): number[] {
  let memory = controller.init(foldIn(key(5), episode));
  return Array.from({ length: 10 }, () => {
    const decision = controller.act(memory, nothing, nothing);
    memory = decision.memory;
    return decision.action[0];
  });
}

/** How many steps the beginner played. */
function lengthOf(actions: readonly number[]): number {
  const taken = actions.findIndex((action) => action !== 1);
  return taken < 0 ? actions.length : taken;
}

const episodes = Array.from({ length: 400 }, (_, i) => i);

Deno.test("a prefix is the beginner's alone, the rest is the one inside from its first moment on", () => {
  const always = prefixed({ share: 1, longest: 7, by: beginner })(inner);
  const never = prefixed({ share: 0, longest: 7, by: beginner })(inner);
  for (const episode of episodes) {
    const actions = played(always, episode);
    const prefix = lengthOf(actions);
    assert(prefix >= 1 && prefix <= 7);
    const alone = played(never, episode);
    assertEquals(lengthOf(alone), 0);
    assertEquals(actions.slice(prefix), alone.slice(0, 10 - prefix));
  }
});

Deno.test("prefixes are as frequent as asked for, and each length is as likely", () => {
  const some = prefixed({ share: 0.5, longest: 4, by: beginner })(inner);
  const counts = [0, 0, 0, 0, 0];
  for (const episode of episodes) counts[lengthOf(played(some, episode))]++;
  // Four standard deviations of a binomial of 400.
  assert(Math.abs(counts[0] - 200) < 40, `${counts}`);
  for (const count of counts.slice(1)) {
    assert(Math.abs(count - 50) < 27, `${counts}`);
  }
});

Deno.test("an episode too short for a prefix has none", () => {
  const none = prefixed({ share: 1, longest: 0, by: beginner })(inner);
  assertEquals(none.init(key(1)).left, 0);
});
