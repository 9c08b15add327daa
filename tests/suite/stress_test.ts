import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { AXES, changesOf } from "../../lib/suite/stress.ts";
import { defaultBase } from "../../lib/suite/task.ts";
import { key } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import type { Policy } from "../../lib/types.ts";
import { loadMujoco } from "../../tasks/_physics.ts";
import { openBase, openTask } from "../../tasks/_suite.ts";
import { type Actions, trace } from "../laws/trace.ts";
import { defaultsOf } from "./rollouts.ts";

const mujoco = await loadMujoco();
const KEY = key(11);
const ACTIONS: Actions = Array.from(
  { length: 12 },
  (_, t) => [0, 1, 2, 3].map((i) => 0.5 * Math.sin(t + 2 * i)),
);

function choiceOf(id: string, axis?: string, value = 0) {
  const task = TASKS[id];
  const base = defaultBase(task);
  return {
    task: id,
    env: defaultsOf(task.options),
    controller: defaultsOf(task.bases[base].options),
    base,
    ...axis === undefined ? {} : { disturbance: { axis, value } },
  };
}

/** Plays the actions in a task, disturbed or not. */
function played(id: string, actions: Actions, axis?: string, value?: number) {
  const { evaluationEnv, close } = openTask(mujoco, choiceOf(id, axis, value));
  try {
    return trace(evaluationEnv, KEY, actions);
  } finally {
    close();
  }
}

Deno.test("each axis tries the undisturbed value among others, in order", () => {
  for (const [id, axis] of Object.entries(AXES)) {
    assertEquals(id, axis.id);
    assert(axis.values.includes(axis.undisturbed), id);
    assertEquals(axis.values, axis.values.toSorted((a, b) => a - b));
    assert(axis.values.length >= 3 && new Set(axis.values).size > 2, id);
  }
});

Deno.test("at the undisturbed value of any axis an episode has the same bits", () => {
  const plain = played("slippery-push", ACTIONS);
  for (const { id, undisturbed } of Object.values(AXES)) {
    assertEquals(played("slippery-push", ACTIONS, id, undisturbed), plain, id);
  }
});

Deno.test("a biased action is the action shifted, a delayed one comes later", () => {
  const shifted = ACTIONS.map((action) =>
    action.map((a) => Math.min(1, Math.max(-1, Math.fround(a) + 0.4)))
  );
  assertEquals(
    played("push", ACTIONS, "bias", 0.4),
    played("push", shifted),
  );
  const late = [[0, 0, 0, 0], [0, 0, 0, 0], ...ACTIONS.slice(0, -2)];
  assertEquals(played("push", ACTIONS, "delay", 2), played("push", late));
});

Deno.test("noise moves what is measured of the object and nothing else", () => {
  const exact = played("push", ACTIONS);
  const noisy = played("push", ACTIONS, "noise", 0.02);
  let squares = 0;
  noisy.forEach(({ observation, ...row }, t) => {
    const { observation: truth, ...rest } = exact[t];
    assertEquals(row, rest);
    const error = observation.map((x, i) => x - truth[i]);
    for (let i = 0; i < 3; i++) {
      squares += error[3 + i] ** 2;
      assert(Math.abs(error[3 + i] - error[6 + i]) < 1e-6);
    }
    assert(error.every((e, i) => e === 0 || (i >= 3 && i < 9)), `${error}`);
  });
  const deviation = Math.sqrt(squares / (3 * noisy.length));
  assert(deviation > 0.012 && deviation < 0.028, `${deviation}`);
});

Deno.test("a larger cube lies higher; another mass or friction moves otherwise under the same push", () => {
  const heightOf = (...disturbance: [axis?: string, value?: number]) =>
    played("push", [], ...disturbance)[0].achieved[2];
  const lift = heightOf("size", 1.4) - heightOf();
  assert(Math.abs(lift - 0.4 * 0.025) < 1e-4, `${lift}`);

  const push = TASKS.push.bases.reactive.policy();
  const pushed = (...disturbance: [axis?: string, value?: number]) => {
    const choice = choiceOf("push", ...disturbance);
    const { evaluationEnv, close } = openTask(mujoco, choice);
    let end: readonly number[] = [];
    unroll(evaluationEnv, push, KEY, {
      moment: (_, { achieved }) => end = [...achieved],
      action: () => {},
      end: () => {},
    });
    close();
    return end;
  };
  const plain = pushed();
  for (const axis of ["mass", "friction"]) {
    const there = pushed(axis, AXES[axis].values[0]);
    assert(there.some((x, i) => Math.abs(x - plain[i]) > 1e-4), axis);
  }
});

Deno.test("the base aims beside its goal wherever it is asked", async () => {
  const act = (policy: Policy, x: number) =>
    policy.act(undefined, seen, Float32Array.of(x, 0.75, 0.42)).action.slice();
  const seen = played("push", [])[0].observation as unknown as Float32Array;
  const disturbed = await openBase(choiceOf("push", "quality", 0.0625));
  const plain = await openBase(choiceOf("push"));
  assertEquals(act(disturbed, 1.25), act(plain, 1.3125));
});

Deno.test("noise adds to noise that the task has, friction stays within its range", () => {
  const { options } = changesOf(TASKS["noisy-hook"], {
    axis: "noise",
    value: 0.04,
  });
  assertEquals(options?.({ noise: 0.03 }), { noise: 0.05 });
  const twice = changesOf(TASKS.push, { axis: "friction", value: 2 });
  assertEquals(twice.options?.({ friction: 1 }), { friction: 2 });
  assertThrows(
    () => twice.options?.({ friction: 4 }),
    Refusal,
    "from 0.01 to 5",
  );
});

Deno.test("an axis that a task has nothing for is refused with the reason", () => {
  const cases = [
    ["friction", "no contact"],
    ["size", "held at its height"],
    ["quality", "never changes"],
  ];
  for (const [axis, says] of cases) {
    const far = AXES[axis].values[0] || AXES[axis].values[1];
    const choice = choiceOf("pusher", axis, far);
    assertThrows(() => openTask(mujoco, choice), Refusal, says);
  }
});
