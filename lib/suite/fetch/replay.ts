/**
 * Replays a recorded episode and measures how far it strays: the proof that
 * the physics and the readings are those of the original environments.
 *
 * @module
 */

import type { Observation, TimeStep } from "../../types.ts";
import type { FetchState, FetchTask, Start } from "./task.ts";

/** An episode of `T` steps as it was recorded. */
export interface Rollout {
  /** Where it began. */
  readonly start: Start;
  /** What was seen at the start, `[25]`. */
  readonly first: readonly number[];
  /** Actions sent, `[T, 4]`. */
  readonly actions: readonly (readonly number[])[];
  /** Readings after each step, `[T, 25]`. */
  readonly observations: readonly (readonly number[])[];
  /** Places of the cube after each step, `[T, 3]` (m). */
  readonly achieved: readonly (readonly number[])[];
  /** Reward of each step, `[T]`. */
  readonly rewards: readonly number[];
  /** Whether the cube was at the goal after each step, `[T]`. */
  readonly success: readonly boolean[];
}

/** How far a replay strayed from the record. */
export interface Deviation {
  /** Greatest error of a coordinate of the cube (m). */
  readonly object: number;
  /** Greatest error of a coordinate of the gripper (m). */
  readonly gripper: number;
  /** Greatest error of any reading, in the reading's unit. */
  readonly observation: number;
  /** Index of that reading. */
  readonly worstReading: number;
  /** Steps whose reward differs. */
  readonly rewards: number;
  /** Steps whose success differs. */
  readonly successes: number;
  /** Steps replayed. */
  readonly steps: number;
}

/** The deviation of nothing. */
export const NO_DEVIATION: Deviation = {
  object: 0,
  gripper: 0,
  observation: 0,
  worstReading: 0,
  rewards: 0,
  successes: 0,
  steps: 0,
};

/**
 * Plays the recorded actions from the recorded start.
 *
 * @throws {Refusal} With a `DivergedError`, if the physics does.
 */
export function replay(task: FetchTask, rollout: Rollout): Deviation {
  const action = new Float32Array(task.spec.actionSize);
  let moment = task.begin(rollout.start);
  let deviation = seenAgainst(moment.observation, rollout.first);
  rollout.actions.forEach((sent, t) => {
    action.set(sent);
    moment = task.step(moment.state, action);
    deviation = worse(deviation, stepAgainst(moment, rollout, t));
  });
  task.drop(moment.state);
  return deviation;
}

/** The greater of all errors, the sum of all counts. */
export function worse(a: Deviation, b: Deviation): Deviation {
  const worst = larger(b.observation, a.observation) ? b : a;
  return {
    object: largest(a.object, b.object),
    gripper: largest(a.gripper, b.gripper),
    observation: worst.observation,
    worstReading: worst.worstReading,
    rewards: a.rewards + b.rewards,
    successes: a.successes + b.successes,
    steps: a.steps + b.steps,
  };
}

function stepAgainst(
  moment: TimeStep<FetchState>,
  rollout: Rollout,
  t: number,
): Deviation {
  const { observation, reward, success } = moment;
  const seen = seenAgainst(observation, rollout.observations[t]);
  const object = rollout.achieved[t]
    .map((value, i) => Math.abs(observation.achieved[i] - value))
    .reduce(largest);
  return {
    ...seen,
    object: largest(seen.object, object),
    rewards: reward === rollout.rewards[t] ? 0 : 1,
    successes: success === rollout.success[t] ? 0 : 1,
    steps: 1,
  };
}

function seenAgainst(
  { observation }: Observation,
  record: readonly number[],
): Deviation {
  const errors = record.map((value, i) => Math.abs(observation[i] - value));
  const worst = errors.reduce(largest);
  return {
    ...NO_DEVIATION,
    gripper: errors.slice(0, 3).reduce(largest),
    object: errors.slice(3, 6).reduce(largest),
    observation: worst,
    worstReading: errors.findIndex((error) => Object.is(error, worst)),
  };
}

function largest(a: number, b: number): number {
  return larger(a, b) ? a : b;
}

/** NaN is larger than everything: an error that cannot be measured is the worst. */
function larger(a: number, b: number): boolean {
  return Number.isNaN(a) || a > b;
}
