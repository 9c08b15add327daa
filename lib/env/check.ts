/**
 * The laws of an environment as a report for the person who wrote it.
 *
 * Each law is tried on one or two short episodes of random actions; what is
 * reported broken is broken, what is reported kept was kept there.
 *
 * @module
 */

import { uniform } from "../rng/distributions.ts";
import { derive, foldIn, key as makeKey } from "../rng/key.ts";
import type { Env, Key, TimeStep, Vec } from "../types.ts";
import { faultsOfSpec } from "./check_spec.ts";
import { goalDistance, rewardOf } from "./reward.ts";
import { isLast } from "./step.ts";

/** What became of one law. */
export interface LawReport {
  /** The law in one sentence. */
  readonly law: string;
  /** Whether it was kept in every trial. */
  readonly ok: boolean;
  /** What was found where the law is broken, else empty. */
  readonly detail: string;
}

/** How {@link checkEnv} tries an environment. */
export interface CheckOptions {
  /** Seed of starts and actions. @default 0 */
  readonly seed?: number;
  /** Most steps per episode. @default 20 */
  readonly steps?: number;
}

interface Trial<S> {
  readonly env: Env<S>;
  readonly key: Key;
  readonly steps: number;
}

/** A law: the first fault found, or `undefined`. */
type Law = <S>(trial: Trial<S>) => string | undefined;

const LAWS: readonly (readonly [string, Law])[] = [
  ["The spec is consistent", ({ env }) => faultsOfSpec(env.spec)[0]],
  ["An episode starts unfinished, with reward 0", startsFresh],
  ["Observations have the sizes of the spec and are finite", fitsSpec],
  ["The same key and actions give the same bits", repeats],
  ["Live states do not disturb one another", isolates],
  ["Success and reward are what hindsight computes", agreesWithHindsight],
  ["An episode ends once, by its horizon at the latest", ends],
  ["A consumed state throws ReferenceError", consumes],
];

/**
 * Tries the laws on `env`, one report per law.
 *
 * An environment that throws breaks the law under trial; it may then keep
 * states that are never dropped.
 *
 * @example
 * ```ts ignore
 * for (const { law, ok, detail } of checkEnv(pipe(myTask(), timeLimit(50)))) {
 *   console.log(ok ? "kept  " : "BROKEN", law, detail);
 * }
 * ```
 */
export function checkEnv<S>(
  env: Env<S>,
  options: CheckOptions = {},
): readonly LawReport[] {
  const { seed = 0, steps = 20 } = options;
  const trial = { env, key: makeKey(seed), steps };
  return LAWS.map(([law, find]) => {
    const detail = attempt(() => find(trial)) ?? "";
    return { law, ok: detail === "", detail };
  });
}

function attempt(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    return `it threw ${error}`;
  }
}

function startsFresh<S>({ env, key }: Trial<S>): string | undefined {
  const { state, reward, terminated, truncated } = env.reset(key);
  env.drop(state);
  if (terminated || truncated) return "the first time step is already the last";
  if (reward !== 0) return `the first reward is ${reward}`;
}

function fitsSpec<S>({ env, key, steps }: Trial<S>): string | undefined {
  const { observationSize, goalSize } = env.spec;
  let fault: string | undefined;
  play(env, key, steps, ({ observation }, t) => {
    fault ??= faultOfVector(
      "observation",
      observation.observation,
      observationSize,
      t,
    ) ??
      faultOfVector("achieved", observation.achieved, goalSize, t) ??
      faultOfVector("desired", observation.desired, goalSize, t);
  });
  return fault;
}

function repeats<S>({ env, key, steps }: Trial<S>): string | undefined {
  const first = record(env, key, steps);
  const second = record(env, key, steps);
  const t = first.findIndex((row, i) => !same(row, second[i] ?? []));
  if (t >= 0) return `two runs from one key differ at step ${t}`;
  if (first.length !== second.length) {
    return `two runs from one key have ${first.length - 1} and ${
      second.length - 1
    } steps`;
  }
}

function isolates<S>({ env, key, steps }: Trial<S>): string | undefined {
  const alone = record(env, key, steps);
  const other = derive(key, "another episode");
  let fault: string | undefined;
  play(env, key, steps, (step, t) => {
    const before = rowOf(step);
    play(env, foldIn(other, t), 2, () => {});
    if (!same(rowOf(step), before)) {
      fault ??=
        `the observation of step ${t} changed while another state was stepped`;
    } else if (!same(before, alone[t])) {
      fault ??= `step ${t} differs when another episode runs in between`;
    }
  });
  return fault;
}

function agreesWithHindsight<S>(
  { env, key, steps }: Trial<S>,
): string | undefined {
  const rule = env.spec.reward;
  const { threshold } = rule;
  let fault: string | undefined;
  play(env, key, steps, ({ observation, success, reward }, t) => {
    const distance = goalDistance(observation);
    // Within rounding of the threshold either answer is right.
    const clear = Math.abs(distance - threshold) > 1e-6;
    const found = `at step ${t} the goal is ${distance} away`;
    if (clear && success !== distance < threshold) {
      fault ??= `${found}, threshold ${threshold}, but success is ${success}`;
    }
    if (t === 0) return;
    const { achieved, desired } = observation;
    const due = rewardOf(rule, achieved, desired, observation.observation);
    // `actionRepeat` sums rewards, so what is paid may be less, never more.
    if (reward > (clear ? due : 0) + 1e-6) {
      fault ??= `${found}, hindsight pays ${due}, but the reward is ${reward}`;
    }
  });
  return fault;
}

function ends<S>({ env, key, steps }: Trial<S>): string | undefined {
  const { horizon } = env.spec;
  // Long horizons are not worth the wait; one step more than `steps` at most.
  const limit = Math.min(horizon, Math.max(steps, 200));
  let fault: string | undefined;
  let length = 0;
  let ended = false;
  play(env, key, limit, (step, t) => {
    length = t;
    ended = isLast(step);
    if (step.terminated && step.truncated) {
      fault ??= `step ${t} is both terminated and truncated`;
    }
    if (step.truncated && t < horizon) {
      fault ??= `step ${t} is truncated before the horizon of ${horizon}`;
    }
  });
  if (length === horizon && !ended) {
    fault ??= `the episode goes on after the horizon of ${horizon} steps`;
  }
  return fault;
}

function consumes<S>({ env, key }: Trial<S>): string | undefined {
  const action = new Float32Array(env.spec.actionSize);
  const first = env.reset(key).state;
  const second = env.step(first, action).state;
  const stepped = refusal(() => env.step(first, action));
  if (stepped) return `stepping a stepped state ${stepped}`;
  env.drop(second);
  const dropped = refusal(() => env.step(second, action));
  if (dropped) return `stepping a dropped state ${dropped}`;
}

/** How `use` fails to throw a `ReferenceError`, or `undefined`. */
function refusal(use: () => unknown): string | undefined {
  try {
    use();
  } catch (error) {
    return error instanceof ReferenceError ? undefined : `threw ${error}`;
  }
  return "did not throw";
}

/** Runs an episode of random actions from `key`, at most `steps` steps. */
function play<S>(
  env: Env<S>,
  key: Key,
  steps: number,
  visit: (step: TimeStep<S>, t: number) => void,
): void {
  const draw = derive(key, "actions");
  const action = new Float32Array(env.spec.actionSize);
  let step = env.reset(key);
  visit(step, 0);
  for (let t = 1; t <= steps && !isLast(step); t++) {
    const at = foldIn(draw, t);
    for (let i = 0; i < action.length; i++) action[i] = 2 * uniform(at, i) - 1;
    step = env.step(step.state, action);
    visit(step, t);
  }
  env.drop(step.state);
}

function record<S>(env: Env<S>, key: Key, steps: number): readonly number[][] {
  const rows: number[][] = [];
  play(env, key, steps, (step) => rows.push(rowOf(step)));
  return rows;
}

/** Everything that a time step shows, copied. */
function rowOf<S>(step: TimeStep<S>): number[] {
  const { observation, achieved, desired } = step.observation;
  const flags = [step.success, step.terminated, step.truncated].map(Number);
  return [step.reward, ...flags, ...observation, ...achieved, ...desired];
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
}

function faultOfVector(
  name: string,
  vector: Vec,
  size: number,
  t: number,
): string | undefined {
  if (vector.length !== size) {
    return `'${name}' has ${vector.length} entries at step ${t}, the spec says ${size}`;
  }
  const i = vector.findIndex((x) => !Number.isFinite(x));
  if (i >= 0) return `'${name}' entry ${i} is ${vector[i]} at step ${t}`;
}
