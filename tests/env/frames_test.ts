import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { pipe } from "fp-ts/function";
import { faultsOfSpec } from "../../lib/env/check_spec.ts";
import { frames } from "../../lib/env/frames.ts";
import { rewardOf } from "../../lib/env/reward.ts";
import { sensorNoise } from "../../lib/env/sensor_noise.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import type {
  DenseReward,
  Env,
  EnvSpec,
  Permutation,
} from "../../lib/types.ts";
import { envLaws } from "../laws/env.ts";
import { actionSequences, keys, trace } from "../laws/trace.ts";
import { toy } from "../toy.ts";

const task = toy({ axes: 2, wind: 1, terminates: true, threshold: 0.15 });
const plans = actionSequences(2, 12);
const count = fc.integer({ min: 1, max: 4 });

/** The same environment, whose networks see only the first entries. */
function hiding<S>(env: Env<S>, visible: number): Env<S> {
  return { ...env, spec: { ...env.spec, visible } };
}

envLaws("frames", () => frames(2)(toy({ axes: 2, wind: 1 })));
envLaws(
  "frames over hidden entries",
  () => pipe(hiding(toy({ axes: 2, wind: 1 }), 3), frames(3), timeLimit(7)),
);

Deno.test("one frame is the identity", () => {
  for (const env of [task, hiding(task, 3)]) {
    const same = frames(1)(env);
    assertEquals(same.spec, env.spec);
    fc.assert(fc.property(keys(), plans, (key, plan) => {
      assertEquals(trace(same, key, plan), trace(env, key, plan));
    }));
  }
});

Deno.test("what is shown is the last frames, the first repeated, and what is hidden now", () => {
  const visible = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(count, visible, keys(), plans, (n, width, key, plan) => {
      const env = hiding(sensorNoise(0.1)(task), width);
      const plain = trace(env, key, plan);
      trace(frames(n)(env), key, plan).forEach((row, t) => {
        const ages = Array.from({ length: n }, (_, i) => n - 1 - i);
        const seen = ages.flatMap((age) =>
          plain[Math.max(0, t - age)].observation.slice(0, width)
        );
        const hidden = plain[t].observation.slice(width);
        assertEquals(row, { ...plain[t], observation: [...seen, ...hidden] });
      });
    }),
  );
});

Deno.test("frames commute with a time limit", () => {
  fc.assert(fc.property(keys(), plans, (key, plan) => {
    const a = pipe(task, frames(2), timeLimit(5));
    const b = pipe(task, timeLimit(5), frames(2));
    assertEquals(a.spec, b.spec);
    assertEquals(trace(a, key, plan), trace(b, key, plan));
  }));
});

Deno.test("the spec stays consistent, and says what is visible", () => {
  const { spec } = frames(3)(hiding(task, 2));
  assertEquals(faultsOfSpec(spec), []);
  assertEquals([spec.observationSize, spec.visible], [8, 6]);
  assertEquals(spec.channels, [
    "x0 [m], 2 steps ago",
    "v0 [m/s], 2 steps ago",
    "previous x0 [m]",
    "previous v0 [m/s]",
    "x0 [m]",
    "v0 [m/s]",
    "x1 [m]",
    "v1 [m/s]",
  ]);
  assertEquals("visible" in frames(2)(task).spec, false);
});

function apply({ source, sign, offset }: Permutation, x: readonly number[]) {
  return source.map((from, i) => sign[i] * x[from] + offset[i]);
}

/** The toy with a mirror that trades its axes, about a plane that is not at 0. */
function swapping(source: readonly number[]): EnvSpec {
  const mirror = task.spec.mirror!;
  const observation = { source, sign: [1, 1, 1, 1], offset: [3, 0, -3, 0] };
  return { ...task.spec, mirror: { ...mirror, observation } };
}

Deno.test("a mirror reflects every frame as it reflected one", () => {
  const inside = { ...task, spec: swapping([2, 1, 0, 3]) };
  const plain = inside.spec.mirror!.observation;
  const { spec } = frames(3)(inside);
  assertEquals(faultsOfSpec(spec), []);
  const row = fc.array(fc.integer(), { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(row, row, row, (a, b, c) => {
    assertEquals(
      apply(spec.mirror!.observation, [...a, ...b, ...c]),
      [...apply(plain, a), ...apply(plain, b), ...apply(plain, c)],
    );
  }));
});

Deno.test("a mirror is dropped where seen and hidden entries trade places", () => {
  const inside = hiding({ ...task, spec: swapping([2, 1, 0, 3]) }, 2);
  assertEquals("mirror" in frames(2)(inside).spec, false);
  const apart = hiding({ ...task, spec: swapping([0, 1, 2, 3]) }, 2);
  assertEquals("mirror" in frames(2)(apart).spec, true);
});

Deno.test("a dense reward reads the present frame", () => {
  const reward: DenseReward = {
    kind: "dense",
    threshold: 0.05,
    goal: 1.25,
    reach: { weight: 0.5, first: 0, second: 2, size: 2 },
    effort: { weight: 0.1, at: 3, size: 1 },
  };
  const env = hiding({ ...task, spec: { ...task.spec, reward } }, 3);
  const framed = frames(3)(env);
  fc.assert(fc.property(keys(), plans, (key, plan) => {
    const plain = trace(env, key, plan);
    trace(framed, key, plan).forEach((row, t) => {
      const pay = (
        spec: EnvSpec,
        { observation, achieved, desired }: typeof row,
      ) =>
        rewardOf(
          spec.reward,
          Float32Array.from(achieved),
          Float32Array.from(desired),
          Float32Array.from(observation),
        );
      assertEquals(pay(framed.spec, row), pay(env.spec, plain[t]));
    });
  }));
});

Deno.test("a count that is none is refused", () => {
  for (const bad of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => frames(bad), RangeError, `${bad}`);
  }
});
