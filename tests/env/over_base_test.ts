/** A base inside the environment: the residual decision process of the paper. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fromPolicy } from "../../lib/control/controller.ts";
import { isLast } from "../../lib/env/step.ts";
import type { Authority } from "../../lib/control/residual.ts";
import { overBase } from "../../lib/env/over_base.ts";
import { Refusal } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import type { Env, Key, Policy } from "../../lib/types.ts";
import {
  actionSequences,
  keys,
  type Row,
  rowOf,
  trace,
} from "../laws/trace.ts";
import { toy } from "../toy.ts";

const task = toy({ axes: 2, wind: 1, terminates: true, threshold: 0.15 });

/** Pulls towards the goal with more force than there is: its actions leave the box. */
const strong: Policy = fromPolicy("strong", (observation, desired, out) => {
  for (let i = 0; i < 2; i++) {
    out[i] = 6 * (desired[i] - observation[2 * i]) - observation[2 * i + 1];
  }
}, 2);

/** clip(clip?(b) + authority u), written down once more; rounded only where it is stored. */
function composed(
  base: number,
  residual: number,
  { authority, clipBase }: Options,
  i: number,
): number {
  const clip = (x: number) => Math.min(1, Math.max(-1, x));
  const start = clipBase ? clip(base) : base;
  const most = typeof authority === "number" ? authority : authority[i];
  return Math.fround(clip(start + most * residual));
}

interface Options {
  readonly authority: Authority;
  readonly clipBase: boolean;
}

const options: fc.Arbitrary<Options> = fc.record({
  authority: fc.constantFrom<Authority>(0, 0.25, 0.5, 1, 2, [0.25, 2]),
  clipBase: fc.boolean(),
});

/** Plays `act` on the plain environment for as many steps as there are residuals. */
function played<S>(
  env: Env<S>,
  key: Key,
  residuals: readonly (readonly number[])[],
  act: (base: number, residual: number, i: number) => number,
): readonly Row[] {
  let step = env.reset(key);
  const rows = [rowOf(step)];
  for (const residual of residuals) {
    if (isLast(step)) break;
    const { observation, desired } = step.observation;
    const base = strong.act(undefined, observation, desired).action;
    const action = Float32Array.from(base, (b, i) => act(b, residual[i], i));
    step = env.step(step.state, action);
    rows.push(rowOf(step));
  }
  env.drop(step.state);
  return rows;
}

Deno.test("under a residual of zero the episode is that of the base, to the bit", () => {
  const lengths = fc.integer({ min: 0, max: 20 });
  fc.assert(fc.property(keys(), lengths, options, (key, length, options) => {
    const still = Array.from({ length }, () => [0, 0]);
    assertEquals(
      trace(overBase(strong, options)(task), key, still),
      // The task clips what it is given.
      played(task, key, still, (base) => base),
    );
  }));
  assertEquals(task.live(), 0);
});

Deno.test("the task sees the base plus the authority's share of the residual, within the box", () => {
  const plans = actionSequences(2, 16);
  fc.assert(fc.property(keys(), plans, options, (key, residuals, options) => {
    assertEquals(
      trace(overBase(strong, options)(task), key, residuals),
      played(task, key, residuals, (b, u, i) => composed(b, u, options, i)),
    );
  }));
  assertEquals(task.live(), 0);
});

Deno.test("an authority that does not fit the task is refused before a step", () => {
  const cases: readonly (readonly [Authority, string])[] = [
    [[], "one number or 2"],
    [[0.3, 0.3, 2], "one number or 2"],
    [[0.3, NaN], "between 0 and 2"],
    [3, "between 0 and 2"],
  ];
  for (const [authority, why] of cases) {
    const use = () => overBase(strong, { authority, clipBase: true })(task);
    assertThrows(use, RangeError, `'authority' must be ${why}`);
  }
});

Deno.test("a base that gives NaN is refused by name and step", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 9 }), (bad) => {
    let asked = 0;
    const fragile = fromPolicy("fragile", (_observation, _desired, out) => {
      out.fill(asked++ === bad ? NaN : 0);
    }, 2);
    const env = overBase(fragile, { authority: 1, clipBase: true })(
      toy({ axes: 2 }),
    );
    const residuals = Array.from({ length: bad + 1 }, () => [0.5, -0.5]);
    const { error } = assertThrows(
      () => trace(env, key(1), residuals),
      Refusal,
      "fragile",
    );
    assert(error._tag === "ControllerError");
    assertEquals([error.controller, error.step], ["fragile", bad]);
  }));
});
