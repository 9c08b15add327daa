import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import { taskNamed, TASKS } from "../../lib/suite/registry.ts";
import { loadMujoco } from "../../tasks/_physics.ts";
import { defaultsOf } from "./rollouts.ts";

const mujoco = await loadMujoco();

Deno.test("every task is what its entry says, and each of its controllers can act in it", () => {
  for (const [id, task] of Object.entries(TASKS)) {
    assertEquals([id, taskNamed(id)], [task.id, task]);
    assert(Object.hasOwn(task.bases, task.paper.base), id);
    for (const [name, base] of Object.entries(task.bases)) {
      const options = defaultsOf(base.options);
      const plain = { ...defaultsOf(task.options), slots: 2 };
      using env = base.make
        ? base.make(mujoco, plain, options)
        : task.make(mujoco, plain);
      const { spec } = env;
      const { observationSize, goalSize, actionSize } = task.sizes;
      assertEquals(spec.id, id);
      assertEquals(spec.visible ?? spec.observationSize, observationSize, name);
      assertEquals([spec.goalSize, spec.actionSize], [goalSize, actionSize]);
      const { state, observation } = env.reset(key(1));
      const { action } = base.policy(options).act(
        undefined,
        observation.observation,
        observation.desired,
      );
      assertEquals(action.length, spec.actionSize);
      env.drop(state);
      assertEquals(env.live(), 0, `${id}, ${name}`);
    }
  }
});

Deno.test("an unknown task is refused with the nearest name", () => {
  const { error } = assertThrows(() => taskNamed("slipery-push"), Refusal);
  assertEquals(error._tag, "ConfigError");
  assert(error.message.includes("'slippery-push'"), error.message);
  assertThrows(() => taskNamed("toString"), Refusal, "push");
});
