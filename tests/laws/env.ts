/**
 * The laws of an environment as a property suite: `envLaws(name, make)`
 * registers one test per law.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isLast } from "../../lib/env/step.ts";
import { derive } from "../../lib/rng/key.ts";
import type { Env, Key } from "../../lib/types.ts";
import { type Actions, actionSequences, keys, rowOf, trace } from "./trace.ts";

/** How thoroughly a law is tried. */
export interface SuiteOptions {
  /** Random cases per law. @default 50 */
  readonly runs?: number;
  /** Most steps per case. @default 12 */
  readonly steps?: number;
}

/** Registers the laws for environments that `make` makes. */
export function envLaws<S>(
  name: string,
  make: () => Env<S>,
  options: SuiteOptions = {},
): void {
  const { runs = 50, steps = 12 } = options;

  function law(
    title: string,
    holds: (env: Env<S>, key: Key, actions: Actions) => void,
  ): void {
    Deno.test(`${name}: ${title}`, () => {
      const env = make();
      const actions = actionSequences(env.spec.actionSize, steps);
      const property = fc.property(
        keys(),
        actions,
        (key, plan) => holds(env, key, plan),
      );
      fc.assert(property, { numRuns: runs });
    });
  }

  law("reset and step are functions of their inputs", (env, key, actions) => {
    assertEquals(trace(env, key, actions), trace(env, key, actions));
    assertEquals(trace(env, key, actions), trace(make(), key, actions));
  });

  law("observations are as the spec says, and finite", (env, key, actions) => {
    for (const row of trace(env, key, actions)) {
      assertEquals(row.observation.length, env.spec.observationSize);
      assertEquals(row.achieved.length, env.spec.goalSize);
      assertEquals(row.desired.length, env.spec.goalSize);
      const all = [...row.observation, ...row.achieved, ...row.desired];
      assert(all.every(Number.isFinite), `found ${all}`);
    }
  });

  law("an episode ends once, and in time", (env, key, actions) => {
    trace(env, key, actions).forEach((row, t) => {
      assert(!(row.terminated && row.truncated));
      assert(!row.truncated || t >= env.spec.horizon);
      assert(row.terminated || row.truncated || t < env.spec.horizon);
    });
  });

  law("success is what hindsight would judge", (env, key, actions) => {
    for (const { achieved, desired, success } of trace(env, key, actions)) {
      const gap = Math.hypot(...achieved.map((x, i) => x - desired[i]));
      const margin = gap - env.spec.reward.threshold;
      if (Math.abs(margin) > 1e-6) assertEquals(success, margin < 0);
    }
  });

  law("live states do not disturb one another", (env, key, actions) => {
    const alone = trace(env, key, actions);
    const other = derive(key, "other");
    const buffer = new Float32Array(env.spec.actionSize);
    let step = env.reset(key);
    for (let t = 0;; t++) {
      trace(env, other, actions.slice(0, 3));
      assertEquals(rowOf(step), alone[t]);
      if (isLast(step) || t === actions.length) break;
      buffer.set(actions[t]);
      step = env.step(step.state, buffer);
    }
    env.drop(step.state);
  });

  law("a consumed state throws and harms nothing", (env, key, actions) => {
    const alone = trace(env, key, actions);
    const buffer = new Float32Array(env.spec.actionSize);
    let step = env.reset(key);
    for (let t = 1; t < alone.length; t++) {
      const old = step.state;
      buffer.set(actions[t - 1]);
      step = env.step(old, buffer);
      buffer.fill(0.5);
      assertThrows(() => env.step(old, buffer), ReferenceError, "consumed");
      assertThrows(() => env.drop(old), ReferenceError, "consumed");
      assertEquals(rowOf(step), alone[t]);
    }
    env.drop(step.state);
    assertThrows(() => env.drop(step.state), ReferenceError, "consumed");
  });
}
