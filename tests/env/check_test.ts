import { assert, assertEquals } from "@std/assert";
import { pipe } from "fp-ts/function";
import { actionRepeat } from "../../lib/env/action_repeat.ts";
import { actuatorDelay } from "../../lib/env/actuator_delay.ts";
import { checkEnv } from "../../lib/env/check.ts";
import { faultsOfSpec } from "../../lib/env/check_spec.ts";
import { sensorNoise } from "../../lib/env/sensor_noise.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import type { Env, EnvSpec, TimeStep } from "../../lib/types.ts";
import { toy, type ToyState } from "../toy.ts";

/** The laws that `env` is found to break. */
function broken<S>(env: Env<S>): readonly string[] {
  return checkEnv(env).filter((report) => !report.ok).map((it) => it.law);
}

/** A toy whose every time step is edited. */
function edited(
  edit: (step: TimeStep<ToyState>, t: number) => TimeStep<ToyState>,
): Env<ToyState> {
  const env = toy();
  const clock = new WeakMap<object, number>();
  const at = (step: TimeStep<ToyState>) => {
    const t = (clock.get(step.state.slot) ?? -1) + 1;
    clock.set(step.state.slot, t);
    return edit(step, t);
  };
  return {
    ...env,
    reset: (key) => {
      const step = env.reset(key);
      clock.delete(step.state.slot);
      return at(step);
    },
    step: (state, action) => at(env.step(state, action)),
  };
}

function withSpec(change: Partial<EnvSpec>): Env<ToyState> {
  const env = toy();
  return { ...env, spec: { ...env.spec, ...change } };
}

const SPEC = "The spec is consistent";
const FRESH = "An episode starts unfinished, with reward 0";
const SHAPE = "Observations have the sizes of the spec and are finite";
const BITS = "The same key and actions give the same bits";
const APART = "Live states do not disturb one another";
const HINDSIGHT = "Success and reward are what hindsight computes";
const END = "An episode ends once, by its horizon at the latest";
const CONSUMED = "A consumed state throws ReferenceError";

Deno.test("checkEnv finds nothing wrong with good environments", () => {
  const layered = pipe(
    toy({ axes: 2, wind: 1, terminates: true }),
    sensorNoise(0.1),
    actuatorDelay(2),
    timeLimit(9),
    actionRepeat(2),
  );
  assertEquals(broken(toy()), []);
  assertEquals(broken(timeLimit(5)(toy({ threshold: 0.5 }))), []);
  assertEquals(broken(layered), []);
});

Deno.test("checkEnv drops what it resets", () => {
  const env = toy();
  checkEnv(env);
  assertEquals(env.live(), 0);
});

Deno.test("checkEnv finds each kind of inconsistent spec", () => {
  const mirror = toy().spec.mirror!;
  const turned = { source: [1, 0], sign: [1, -1], offset: [0, 0] };
  const shifted = { source: [0], sign: [1], offset: [0.5] };
  const dense = {
    kind: "dense",
    threshold: 1,
    goal: 1,
    reach: { weight: 1, first: 0, second: 1, size: 1 },
    effort: { weight: 1, at: 0, size: 1 },
  } as const;
  const changes: Partial<EnvSpec>[] = [
    { visible: 0 },
    { visible: 1.5 },
    { visible: 3 },
    { reward: { ...dense, reach: { ...dense.reach, second: 2 } } },
    { reward: { ...dense, effort: { ...dense.effort, size: 3 } } },
    { dt: 0 },
    { dt: NaN },
    { horizon: 2.5 },
    { channels: ["x [m]"] },
    { reward: { kind: "sparse", threshold: -1 } },
    { mirror: { ...mirror, observation: turned } },
    { mirror: { ...mirror, goal: shifted } },
    { mirror: { ...mirror, action: turned } },
  ];
  for (const change of changes) {
    assert(broken(withSpec(change)).includes(SPEC), JSON.stringify(change));
  }
});

Deno.test("each fault of a spec is told by its field, in one order", () => {
  const { spec } = toy();
  const wrong: EnvSpec = {
    ...spec,
    goalSize: 0,
    horizon: 0,
    dt: 0,
    channels: [],
    visible: 3,
    reward: { kind: "sparse", threshold: 0 },
    mirror: { ...spec.mirror!, action: { source: [], sign: [], offset: [] } },
    goals: { low: [1], high: [0] },
  };
  assertEquals(
    faultsOfSpec(wrong).map((fault) => /^'([\w.]+)' must/.exec(fault)?.[1]),
    [
      "goalSize",
      "horizon",
      "dt",
      "channels",
      "reward.threshold",
      "visible",
      "mirror.goal",
      "mirror.action",
      "goals",
    ],
  );
  assertEquals(faultsOfSpec(spec), []);
});

Deno.test("checkEnv accepts a mirror that swaps entries and shifts them", () => {
  const swap = { source: [1, 0], sign: [-1, -1], offset: [0.3, 0.3] };
  const mirror = { ...toy().spec.mirror!, observation: swap };
  assertEquals(broken(withSpec({ mirror })), []);
});

Deno.test("checkEnv finds sizes that differ from the spec, and NaN", () => {
  const longer = withSpec({ observationSize: 3, channels: ["a", "b", "c"] });
  assert(broken(longer).includes(SHAPE));
  const poisoned = edited((step, t) => {
    if (t === 3) step.observation.observation[1] = NaN;
    return step;
  });
  assertEquals(broken(poisoned), [SHAPE]);
});

Deno.test("checkEnv finds a bad start", () => {
  const paid = edited((step, t) => t === 0 ? { ...step, reward: 1 } : step);
  assertEquals(broken(paid), [FRESH]);
  const over = edited((step, t) =>
    t === 0 ? { ...step, terminated: true } : step
  );
  assert(broken(over).includes(FRESH));
});

Deno.test("checkEnv finds hidden randomness", () => {
  let hidden = 0;
  const random = edited((step) => {
    step.observation.observation[1] += 1e-6 * hidden++;
    return step;
  });
  assert(broken(random).includes(BITS));
});

Deno.test("checkEnv finds one observation buffer lent by all states", () => {
  const shared = new Float32Array(2);
  const sharing = edited((step) => {
    shared.set(step.observation.observation);
    return {
      ...step,
      observation: { ...step.observation, observation: shared },
    };
  });
  assertEquals(broken(sharing), [APART]);
});

Deno.test("checkEnv finds rewards and successes that hindsight would not give", () => {
  const blind = edited((step) => ({ ...step, success: false }));
  const wide = {
    ...blind,
    spec: { ...blind.spec, reward: { kind: "sparse", threshold: 9 } },
  } as const;
  assertEquals(broken(wide), [HINDSIGHT]);
  const dense = edited((step, t) => ({ ...step, reward: t === 0 ? 0 : -0.1 }));
  assertEquals(broken(dense), [HINDSIGHT]);
  const bonus = edited((step, t) => ({ ...step, reward: t === 0 ? 0 : 1 }));
  assertEquals(broken(bonus), [HINDSIGHT]);
});

Deno.test("checkEnv finds wrong ends", () => {
  const both = edited((step, t) => ({
    ...step,
    terminated: t === 4,
    truncated: t === 4,
  }));
  assertEquals(broken(both), [END]);
  const early = edited((step, t) => ({ ...step, truncated: t === 4 }));
  assertEquals(broken(early), [END]);
  assertEquals(broken(withSpec({ horizon: 10 })), [END]);
});

Deno.test("checkEnv finds states that can be used twice", () => {
  const pure = toy();
  const lenient: Env<ToyState> = {
    ...pure,
    step: (state, action) =>
      pure.step({ ...state, generation: state.slot.generation }, action),
  };
  assertEquals(broken(lenient), [CONSUMED]);
});

Deno.test("checkEnv reports what an environment throws", () => {
  const failing: Env<ToyState> = {
    ...toy(),
    step: () => {
      throw new Error("no power");
    },
  };
  const report = checkEnv(failing).find((it) => it.law === BITS)!;
  assert(!report.ok && report.detail.includes("no power"));
});
