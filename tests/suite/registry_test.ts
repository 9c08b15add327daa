import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import { taskNamed, TASKS } from "../../lib/suite/registry.ts";
import { loadMujoco } from "../../tasks/_physics.ts";

const mujoco = await loadMujoco();

Deno.test("every task is what its entry says, and its controller can act in it", () => {
  for (const [id, task] of Object.entries(TASKS)) {
    using env = task.make(mujoco, { slots: 1 });
    assertEquals([id, env.spec.id], [task.id, task.id]);
    assertEquals(taskNamed(id), task);
    const { state, observation } = env.reset(key(1));
    const policy = task.controller();
    const { action } = policy.act(
      policy.init(key(1)),
      observation.observation,
      observation.desired,
    );
    assertEquals(action.length, env.spec.actionSize);
    env.drop(state);
    assertEquals(env.live(), 0);
  }
});

Deno.test("an unknown task is refused with the nearest name", () => {
  const { error } = assertThrows(() => taskNamed("slipery-push"), Refusal);
  assertEquals(error._tag, "ConfigError");
  assert(error.message.includes("'slippery-push'"), error.message);
  assertThrows(() => taskNamed("toString"), Refusal, "push");
});
