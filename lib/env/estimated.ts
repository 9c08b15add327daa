/**
 * An estimate beside the measurement: a filter runs with the environment, and
 * what it finds stands in hidden entries at the end of the observation, three
 * per thing (m). Networks do not see it; a policy without memory can read it,
 * and hindsight can ask that policy again, as the estimate knows no goal.
 *
 * `lib/control/estimate.ts` has the equations of the filter.
 *
 * @module
 */

import {
  type Estimate,
  type Filter,
  hookFilter,
  initEstimate,
  nextEstimate,
} from "../control/estimate.ts";
import type {
  Env,
  EnvSpec,
  Key,
  Mirror,
  Permutation,
  TimeStep,
  Vec,
} from "../types.ts";
import { withState } from "./step.ts";

/** A state with what is known of the things. */
export interface Estimated<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** What is known. */
  readonly estimate: Estimate;
  /** The observation shown, `[observationSize]`; passes from state to state. */
  readonly shown: Vec;
}

/**
 * Appends the estimated places of a filter's things as hidden entries.
 *
 * A mirror is kept where it maps each thing to one of the things.
 *
 * @param filter What is noisy and what is not; that of the hook tasks unless given.
 * @throws {RangeError} Once applied, if the observation lacks an entry that the filter reads.
 *
 * @example
 * ```ts ignore
 * const env = pipe(noisyHook(mujoco), estimated(), timeLimit(100));
 * const at = env.spec.observationSize - 6; // the cube, then the hook
 * const policy = reactiveHook({ layout: { object: at, hook: at + 3 } });
 * ```
 */
export function estimated(
  filter: Filter = hookFilter(),
): <S>(env: Env<S>) => Env<Estimated<S>> {
  return <S>(env: Env<S>): Env<Estimated<S>> => {
    const spec = specOf(env.spec, filter);
    const at = env.spec.observationSize;
    return {
      spec,
      reset: (key: Key) => {
        const first = env.reset(key);
        const estimate = initEstimate(filter, first.observation.observation);
        const shown = new Float32Array(spec.observationSize);
        return show(first, estimate, shown, at);
      },
      step: ({ inner, estimate, shown }: Estimated<S>, action: Vec) => {
        const step = env.step(inner, action);
        const { observation } = step.observation;
        const next = nextEstimate(filter, estimate, observation);
        return show(step, next, shown, at);
      },
      drop: ({ inner }: Estimated<S>) => env.drop(inner),
    };
  };
}

function show<S>(
  step: TimeStep<S>,
  estimate: Estimate,
  shown: Vec,
  at: number,
): TimeStep<Estimated<S>> {
  const { achieved, desired, observation } = step.observation;
  shown.set(observation);
  estimate.things.forEach(({ place }, j) => shown.set(place, at + 3 * j));
  return {
    ...withState(step, { inner: step.state, estimate, shown }),
    observation: { observation: shown, achieved, desired },
  };
}

function specOf(spec: EnvSpec, filter: Filter): EnvSpec {
  const { mirror, ...rest } = spec;
  const size = spec.observationSize;
  checkReach(filter, size);
  const sources = filter.things.flatMap(({ place }) =>
    [0, 1, 2].map((i) => place + i)
  );
  const extended = mirror && extend(mirror, sources, size);
  return {
    ...rest,
    observationSize: size + sources.length,
    visible: spec.visible ?? size,
    channels: [
      ...spec.channels,
      ...sources.map((i) => `estimated ${spec.channels[i]}`),
    ],
    ...(extended === undefined ? {} : { mirror: extended }),
  };
}

/**
 * The mirror of measured and estimated entries alike, or none where an
 * estimated entry mirrors to one that is not; `sources` are the measured
 * entries, in the order of the estimated ones from `size` on.
 */
function extend(
  mirror: Mirror,
  sources: readonly number[],
  size: number,
): Mirror | undefined {
  const { source, sign, offset } = mirror.observation;
  const images = sources.map((i) => sources.indexOf(source[i]));
  if (images.includes(-1)) return undefined;
  const observation: Permutation = {
    source: [...source, ...images.map((j) => size + j)],
    sign: [...sign, ...sources.map((i) => sign[i])],
    offset: [...offset, ...sources.map((i) => offset[i])],
  };
  return { ...mirror, observation };
}

function checkReach(
  { grip, gripVelocity, things }: Filter,
  size: number,
): void {
  const starts = [
    grip,
    gripVelocity,
    ...things.flatMap(({ place, velocity, spin }) => [place, velocity, spin]),
  ];
  for (const at of starts) {
    if (Number.isInteger(at) && at >= 0 && at + 3 <= size) continue;
    throw new RangeError(
      `Cannot estimate as the filter reads three entries from ${at} and the observation has ${size}: give the filter of this task`,
    );
  }
}
