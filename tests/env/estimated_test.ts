import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { pipe } from "fp-ts/function";
import {
  type Filter,
  initEstimate,
  nextEstimate,
} from "../../lib/control/estimate.ts";
import { filtered } from "../../lib/control/filtered.ts";
import { HOOK_LAYOUT, reactiveHook } from "../../lib/control/reactive_hook.ts";
import { faultsOfSpec } from "../../lib/env/check_spec.ts";
import { estimated } from "../../lib/env/estimated.ts";
import { frames } from "../../lib/env/frames.ts";
import { isLast } from "../../lib/env/step.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import { key } from "../../lib/rng/key.ts";
import { noisyHook } from "../../lib/suite/fetch/hook.ts";
import type { Controller, Env } from "../../lib/types.ts";
import { loadMujoco } from "../../tasks/_physics.ts";
import { envLaws } from "../laws/env.ts";
import { actionSequences, keys, trace } from "../laws/trace.ts";
import { toy } from "../toy.ts";

/** Reads a toy of six axes, whose entries are place and velocity in turn, as if they were a hook's. */
const filter: Filter = {
  grip: 0,
  gripVelocity: 3,
  things: [{
    place: 6,
    fromGrip: 0,
    velocity: 1,
    spin: 8,
    noise: [0.1, 0.2, 0],
    drift: 0.3,
    carried: true,
    blind: [1],
  }, {
    place: 3,
    fromGrip: 0,
    velocity: 9,
    spin: 2,
    noise: [0.1, 0.1, 0.1],
    drift: 0.1,
    carried: false,
    blind: [],
  }],
};
const task = toy({ axes: 6, wind: 1 });
const plans = actionSequences(6, 8);

envLaws("estimated", () => estimated(filter)(toy({ axes: 6, wind: 1 })));

Deno.test("the estimate of the filter stands behind what was shown before", () => {
  const env = estimated(filter)(task);
  fc.assert(fc.property(keys(), plans, (at, plan) => {
    const plain = trace(task, at, plan);
    let estimate = initEstimate(
      filter,
      Float32Array.from(plain[0].observation),
    );
    trace(env, at, plan).forEach((row, t) => {
      const seen = Float32Array.from(plain[t].observation);
      if (t > 0) estimate = nextEstimate(filter, estimate, seen);
      const places = estimate.things.flatMap(({ place }) => [...place]);
      const observation = [...seen, ...Float32Array.from(places)];
      assertEquals(row, { ...plain[t], observation });
    });
  }));
});

Deno.test("the spec stays consistent, and the estimate is hidden", () => {
  const { spec } = estimated(filter)(task);
  assertEquals(faultsOfSpec(spec), []);
  assertEquals([spec.observationSize, spec.visible], [18, 12]);
  assertEquals(spec.channels.slice(12), [
    "estimated x3 [m]",
    "estimated v3 [m/s]",
    "estimated x4 [m]",
    "estimated v1 [m/s]",
    "estimated x2 [m]",
    "estimated v2 [m/s]",
  ]);
  assertEquals(spec.mirror?.observation.sign, Array(18).fill(-1));
  const narrow = { ...task, spec: { ...task.spec, visible: 5 } };
  assertEquals(estimated(filter)(narrow).spec.visible, 5);
});

Deno.test("a mirror maps estimates as it maps what they estimate, or is dropped", () => {
  const with_ = (source: readonly number[]) => {
    const mirror = task.spec.mirror!;
    const observation = {
      source,
      sign: Array(12).fill(1),
      offset: Array(12).fill(0),
    };
    return {
      ...task,
      spec: { ...task.spec, mirror: { ...mirror, observation } },
    };
  };
  const swapped = with_([0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11]);
  const { spec } = estimated(filter)(swapped);
  assertEquals(faultsOfSpec(spec), []);
  assertEquals(spec.mirror?.observation.source.slice(12), [
    15,
    16,
    17,
    12,
    13,
    14,
  ]);
  const lost = with_([6, 1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 11]);
  assertEquals("mirror" in estimated(filter)(lost).spec, false);
});

Deno.test("a filter of another task is refused", () => {
  assertThrows(
    () => estimated()(task),
    RangeError,
    "from 20 and the observation has 12",
  );
});

const mujoco = await loadMujoco();

/** Every action of an episode, and its end. */
function episode<S, M>(env: Env<S>, controller: Controller<M>, seed: number) {
  const actions: number[][] = [];
  let memory = controller.init(key(seed));
  let moment = env.reset(key(seed));
  while (!isLast(moment)) {
    const { observation, desired } = moment.observation;
    const decision = controller.act(memory, observation, desired);
    memory = decision.memory;
    actions.push([...decision.action]);
    moment = env.step(moment.state, decision.action);
  }
  const achieved = [...moment.observation.achieved];
  env.drop(moment.state);
  return { actions, achieved };
}

Deno.test("a policy that reads the estimate plays as one that is filtered, to the bit", () => {
  const from = (start: number, object: number) => ({
    grip: start + HOOK_LAYOUT.grip,
    finger: start + HOOK_LAYOUT.finger,
    object,
    hook: object + 3,
  });
  for (const overwrite of [0, 1]) {
    using noisy = noisyHook(mujoco, { slots: 1, overwrite });
    const plain = timeLimit(60)(noisy);
    const wanted = episode(plain, filtered()(reactiveHook()), 5);
    assert(wanted.actions.some(([x]) => x !== 0));
    const one = reactiveHook({ layout: from(0, 40) });
    assertEquals(episode(estimated()(plain), one, 5), wanted);
    const two = reactiveHook({ layout: from(40, 80) });
    assertEquals(episode(pipe(plain, estimated(), frames(2)), two, 5), wanted);
  }
});
