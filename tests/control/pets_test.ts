/** PETS on a system that it has learnt, and what it remembers. */

import { assert, assertEquals } from "@std/assert";
import { createMemory, instantiate } from "../../kernels/mod.ts";
import { petsOptions } from "../../lib/control/cem.ts";
import { fitModel } from "../../lib/control/fit_model.ts";
import { pets, petsAdvisor, type PetsParts } from "../../lib/control/pets.ts";
import type { StageCost } from "../../lib/control/particles.ts";
import { key } from "../../lib/rng/key.ts";
import type { Vec } from "../../lib/types.ts";
import { loadModule } from "../kernels/harness.ts";
import { GAIN, makeLearner, STEPS, watch } from "./toy_model.ts";

const plain = await loadModule("kernels.wasm");

const OPTIONS = {
  ...petsOptions({ low: [-1], high: [1] }),
  horizon: 4,
  population: 40,
  elites: 8,
  iterations: 3,
  particles: 2,
};

/** The squared distance from the goal. */
function towards(desired: Vec): StageCost {
  return (states, _actions, rows, costs) => {
    for (let r = 0; r < rows; r++) costs[r] += (states[r] - desired[0]) ** 2;
  };
}

/** Everything that plans, with a model fitted to the toy. */
function fitted(): PetsParts {
  const kernels = instantiate(plain, createMemory(1 << 18, false));
  const { learner, ensemble, room } = makeLearner(kernels);
  watch(learner, STEPS);
  fitModel(learner, key(1), STEPS, 0);
  return { kernels, ensemble, room, options: OPTIONS, cost: towards };
}

Deno.test("after learning a linear system, plans bring it to any goal and keep it there", () => {
  const controller = pets(fitted());
  for (const [from, to] of [[-0.8, 0.5], [0.7, -0.6], [0.1, 0.1]]) {
    let memory = controller.init(key(2));
    const state = Float32Array.of(from);
    const goal = Float32Array.of(to);
    const least = Math.ceil(Math.abs(to - from) / GAIN);
    for (let t = 0; t < least + 5; t++) {
      const decision = controller.act(memory, state, goal);
      assert(Math.abs(decision.action[0]) <= 1);
      state[0] += GAIN * decision.action[0];
      memory = decision.memory;
      if (t > least) assert(Math.abs(state[0] - to) < 0.06, `${state[0]}`);
    }
  }
});

Deno.test("a decision is a function of memory, observation and goal", () => {
  const parts = fitted();
  const [one, other] = [pets(parts), pets(parts)];
  const [seen, goal] = [Float32Array.of(0.2), Float32Array.of(0.9)];
  const first = one.act(one.init(key(3)), seen, goal);
  const action = [...first.action];
  one.act(first.memory, seen, goal);
  assertEquals([...one.act(one.init(key(3)), seen, goal).action], action);
  assertEquals([...other.act(other.init(key(3)), seen, goal).action], action);
  assert(one.act(one.init(key(4)), seen, goal).action[0] !== action[0]);
});

Deno.test("the next search starts from the rest of the plan, with zeros behind it", () => {
  const controller = pets(fitted());
  const start = controller.init(key(5));
  assertEquals([...start.mean], [0, 0, 0, 0]);
  const { memory } = controller.act(
    start,
    Float32Array.of(-1),
    Float32Array.of(1),
  );
  assertEquals(memory.mean.length, OPTIONS.horizon);
  assertEquals(memory.mean[OPTIONS.horizon - 1], 0);
  // Far from the goal, everything but the end of the plan is full ahead.
  assert(memory.mean[0] > 0.5);
  assertEquals(memory.step, 1);
});

Deno.test("as an advisor it plays the same, and counts every step of every particle", () => {
  const parts = { ...fitted(), options: { ...OPTIONS, tolerance: 0 } };
  const [controller, advisor] = [pets(parts), petsAdvisor(parts)];
  const observation = Float32Array.of(0.2);
  const desired = Float32Array.of(0.4);
  const moment = { observation, achieved: observation, desired };
  const advice = advisor.advise(undefined, moment, advisor.init(key(6)));
  assertEquals(advice.modelSteps, 40 * 3 * 4 * 2 * 2);
  const action = [...advice.action];
  const { action: played } = controller.act(
    controller.init(key(6)),
    observation,
    desired,
  );
  assertEquals([...played], action);
});
