import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { flow, identity, pipe } from "fp-ts/function";
import { actionBias } from "../../lib/env/action_bias.ts";
import { actionRepeat } from "../../lib/env/action_repeat.ts";
import { actuatorDelay } from "../../lib/env/actuator_delay.ts";
import { sensorNoise } from "../../lib/env/sensor_noise.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import { key as makeKey } from "../../lib/rng/key.ts";
import type { Env } from "../../lib/types.ts";
import { type Actions, actionSequences, keys, trace } from "../laws/trace.ts";
import { toy } from "../toy.ts";

// Two axes, random wind and a goal that ends the episode: every channel that a
// transform could disturb is in use.
const task = toy({ axes: 2, wind: 1, terminates: true, threshold: 0.15 });
const plans = actionSequences(2, 16);
const count = (max: number) => fc.integer({ min: 1, max });

/** Environments are equal where every episode is, to the bit, and so are their specs. */
function assertSame<A, B>(a: Env<A>, b: Env<B>): void {
  const { dt, ...spec } = a.spec;
  const { dt: otherDt, ...otherSpec } = b.spec;
  assertEquals(spec, otherSpec);
  assertAlmostEquals(dt, otherDt, 1e-12);
  fc.assert(
    fc.property(keys(), plans, (key, plan) => {
      assertEquals(trace(a, key, plan), trace(b, key, plan));
    }),
    { numRuns: 20 },
  );
}

type Transform = (env: Env<unknown>) => Env<unknown>;

/** Any transform, its type of state forgotten. */
function transforms(): fc.Arbitrary<Transform> {
  // The laws only ever hand a transform the states that it made itself.
  const forget = (transform: unknown) => transform as Transform;
  return fc.oneof(
    count(9).map((n) => forget(timeLimit(n))),
    fc.double({ min: -1, max: 1, noNaN: true }).map((bias) =>
      forget(actionBias(bias))
    ),
    count(3).map((n) => forget(actionRepeat(n))),
    count(3).map((n) => forget(actuatorDelay(n))),
    fc.double({ min: 0, max: 1, noNaN: true }).map((std) =>
      forget(sensorNoise(std))
    ),
  );
}

Deno.test("transforms are a monoid: identity and associativity", () => {
  const triples = fc.tuple(transforms(), transforms(), transforms());
  fc.assert(
    fc.property(triples, ([a, b, c]) => {
      const env = task as unknown as Env<unknown>;
      assertSame(flow(identity<Env<unknown>>, a)(env), flow(a, identity)(env));
      assertSame(flow(flow(a, b), c)(env), flow(a, flow(b, c))(env));
    }),
    { numRuns: 15 },
  );
});

Deno.test("timeLimit(a) after timeLimit(b) is timeLimit(min(a, b))", () => {
  fc.assert(
    fc.property(count(12), count(12), (a, b) => {
      const twice = pipe(task, timeLimit(b), timeLimit(a));
      assertSame(twice, timeLimit(Math.min(a, b))(task));
    }),
    { numRuns: 15 },
  );
});

Deno.test("timeLimit truncates at its limit, and nothing may follow", () => {
  const env = timeLimit(3)(toy());
  const rows = trace(env, makeKey(1), Array(9).fill([0]));
  assertEquals(rows.map((row) => row.truncated), [false, false, false, true]);
  const action = new Float32Array(1);
  let { state } = env.reset(makeKey(1));
  for (let t = 0; t < 3; t++) state = env.step(state, action).state;
  assertThrows(() => env.step(state, action), RangeError, "limit of 3 steps");
  env.drop(state);
});

Deno.test("a task that ends at its limit is terminated, not truncated", () => {
  const once = toy({ terminates: true, threshold: 10 });
  const [, last] = trace(timeLimit(1)(once), makeKey(1), [[0]]);
  assert(last.terminated && !last.truncated);
});

Deno.test("timeLimit(Infinity), actionBias(0), actionRepeat(1), sensorNoise(0) and actuatorDelay(0) are identities", () => {
  assertSame(actionBias(0)(task), task);
  assertSame(timeLimit(Infinity)(task), task);
  assertSame(actionRepeat(1)(task), task);
  assertSame(sensorNoise(0)(task), task);
  assertSame(sensorNoise(0.5, { channels: [] })(task), task);
  assertSame(actuatorDelay(0)(task), task);
});

Deno.test("observation transforms commute with timeLimit and actuatorDelay", () => {
  const noise = sensorNoise(0.1);
  assertSame(
    pipe(task, noise, timeLimit(5)),
    pipe(task, timeLimit(5), noise),
  );
  assertSame(
    pipe(task, noise, actuatorDelay(2)),
    pipe(task, actuatorDelay(2), noise),
  );
});

Deno.test("delays add and repeats multiply", () => {
  fc.assert(
    fc.property(count(3), count(3), (a, b) => {
      const delayed = pipe(task, actuatorDelay(a), actuatorDelay(b));
      assertSame(delayed, actuatorDelay(a + b)(task));
      const repeated = pipe(
        task,
        timeLimit(7),
        actionRepeat(a),
        actionRepeat(b),
      );
      assertSame(repeated, pipe(task, timeLimit(7), actionRepeat(a * b)));
    }),
    { numRuns: 9 },
  );
});

Deno.test("actuatorDelay(n) plays n zeros, then the actions", () => {
  const lead = fc.integer({ min: 0, max: 4 });
  fc.assert(fc.property(lead, keys(), plans, (n, key, plan) => {
    const late: Actions = [...Array(n).fill([0, 0]), ...plan];
    const expected = trace(task, key, late.slice(0, plan.length));
    assertEquals(trace(actuatorDelay(n)(task), key, plan), expected);
  }));
});

Deno.test("actionBias(b) plays every action b further, within the box", () => {
  const biases = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(fc.property(biases, keys(), plans, (bias, key, plan) => {
    const shifted = plan.map((action) =>
      action.map((a) => Math.min(1, Math.max(-1, Math.fround(a) + bias)))
    );
    const expected = trace(task, key, shifted);
    assertEquals(trace(actionBias(bias)(task), key, plan), expected);
  }));
});

Deno.test("actionRepeat(n) plays each action n times and sums the rewards", () => {
  fc.assert(fc.property(count(4), keys(), plans, (n, key, plan) => {
    const each = plan.flatMap((action) => Array(n).fill(action));
    const fine = trace(task, key, each);
    const coarse = trace(actionRepeat(n)(task), key, plan);
    coarse.forEach((row, t) => {
      const last = Math.min(t * n, fine.length - 1);
      const part = fine.slice(Math.max(0, (t - 1) * n + 1), last + 1);
      const reward = part.reduce((sum, moment) => sum + moment.reward, 0);
      assertEquals(row, { ...fine[last], reward });
    });
  }));
});

Deno.test("actionRepeat adapts the spec", () => {
  const { spec } = pipe(toy(), timeLimit(50), actionRepeat(4));
  assertEquals(spec.horizon, 13);
  assertAlmostEquals(spec.dt, 0.4);
});

Deno.test("noise leaves goals, rewards and all other randomness as they were", () => {
  fc.assert(fc.property(keys(), plans, (key, plan) => {
    const exact = trace(task, key, plan);
    const noisy = trace(sensorNoise(0.3)(task), key, plan);
    assertEquals(
      noisy.map((row, t) => ({ ...row, observation: exact[t].observation })),
      exact,
    );
  }));
});

Deno.test("adding noise, inside or outside, never changes another layer's noise", () => {
  const one = sensorNoise(0.3, { channels: [1] });
  const other = sensorNoise(0.7, { channels: [0, 2], stream: "other" });
  const channel = <S>(env: Env<S>, plan: Actions) =>
    trace(env, makeKey(5), plan).map((row) => row.observation[1]);
  fc.assert(fc.property(plans, (plan) => {
    const alone = channel(one(task), plan);
    assertEquals(channel(pipe(task, one, other), plan), alone);
    assertEquals(channel(pipe(task, other, one), plan), alone);
  }));
});

Deno.test("channels of one inner list err alike, as the first of them does alone", () => {
  const plan: Actions = Array(6).fill([0.5, -0.5]);
  const errors = (channels: readonly (number | readonly number[])[]) => {
    const noisy = sensorNoise(0.25, { channels })(task);
    const exact = trace(task, makeKey(2), plan);
    return trace(noisy, makeKey(2), plan).map((row, t) =>
      row.observation.map((x, i) => x - exact[t].observation[i])
    );
  };
  const [apart, alike] = [errors([1]), errors([[1, 3]])];
  alike.forEach(([, one, , three], t) => {
    assertEquals(one, apart[t][1]);
    assertAlmostEquals(three, one, 1e-6);
  });
});

Deno.test("sensor noise is normal with the given deviation, fresh at each step and channel", () => {
  const std = 0.25;
  const env = toy({ axes: 2 });
  const still: Actions = Array(2000).fill([0, 0]);
  const exact = trace(env, makeKey(3), still);
  const noisy = trace(sensorNoise(std)(env), makeKey(3), still);
  const series = exact[0].observation.map((_, i) =>
    noisy.map((row, t) => (row.observation[i] - exact[t].observation[i]) / std)
  );
  const n = exact.length;
  const dot = (a: number[], b: number[]) =>
    a.reduce((sum, x, i) => sum + x * b[i], 0) / n;
  const ones = Array(n).fill(1);
  for (const [i, z] of series.entries()) {
    // Five standard errors; the draws are fixed, so this cannot flicker.
    assertAlmostEquals(dot(z, ones), 0, 5 / Math.sqrt(n));
    assertAlmostEquals(dot(z, z), 1, 5 * Math.sqrt(2 / n));
    assertAlmostEquals(dot(z.slice(1), z.slice(0, -1)), 0, 5 / Math.sqrt(n));
    for (const other of series.slice(i + 1)) {
      assertAlmostEquals(dot(z, other), 0, 5 / Math.sqrt(n));
    }
  }
});

Deno.test("transforms refuse bad options, naming the value", () => {
  for (const bad of [0, -1, 1.5, NaN]) {
    assertThrows(() => timeLimit(bad), RangeError, `${bad}`);
    assertThrows(() => actionRepeat(bad), RangeError, `${bad}`);
  }
  for (const bad of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => actuatorDelay(bad), RangeError, `${bad}`);
  }
  for (const bad of [NaN, Infinity]) {
    assertThrows(() => actionBias(bad), RangeError, `${bad}`);
  }
  for (const bad of [-0.1, NaN, Infinity]) {
    assertThrows(() => sensorNoise(bad), RangeError, `${bad}`);
  }
  for (const bad of [-1, 4, 0.5, NaN]) {
    const noise = sensorNoise(1, { channels: [bad] });
    assertThrows(() => noise(task), RangeError, "from 0 to 3");
  }
});
