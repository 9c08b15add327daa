/**
 * Episodes as plain numbers, for comparing environments to the bit.
 *
 * @module
 */

import fc from "fast-check";
import { isLast } from "../../lib/env/step.ts";
import type { Env, Key, TimeStep } from "../../lib/types.ts";

/** One moment, copied out of its lent buffers. */
export interface Row {
  readonly observation: readonly number[];
  readonly achieved: readonly number[];
  readonly desired: readonly number[];
  readonly reward: number;
  readonly success: boolean;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/** Actions of an episode, `[T][actionSize]`. */
export type Actions = readonly (readonly number[])[];

/** Copies a time step. */
export function rowOf<S>(step: TimeStep<S>): Row {
  const { observation, achieved, desired } = step.observation;
  return {
    observation: [...observation],
    achieved: [...achieved],
    desired: [...desired],
    reward: step.reward,
    success: step.success,
    terminated: step.terminated,
    truncated: step.truncated,
  };
}

/** Plays the actions from `key` until they or the episode end, then drops the state. */
export function trace<S>(
  env: Env<S>,
  key: Key,
  actions: Actions,
): readonly Row[] {
  const buffer = new Float32Array(env.spec.actionSize);
  let step = env.reset(key);
  const rows = [rowOf(step)];
  for (const action of actions) {
    if (isLast(step)) break;
    buffer.set(action);
    step = env.step(step.state, buffer);
    // An environment that kept the lent action instead of copying it sees NaN.
    buffer.fill(NaN);
    rows.push(rowOf(step));
  }
  env.drop(step.state);
  return rows;
}

/** Arbitrary keys. */
export function keys(): fc.Arbitrary<Key> {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  return fc.record({ hi: word, lo: word });
}

/** Arbitrary action sequences in the box [-1, 1], `[0..longest][size]`. */
export function actionSequences(
  size: number,
  longest = 12,
): fc.Arbitrary<Actions> {
  const entry = fc.float({ min: -1, max: 1, noNaN: true });
  const action = fc.array(entry, { minLength: size, maxLength: size });
  return fc.array(action, { maxLength: longest });
}
