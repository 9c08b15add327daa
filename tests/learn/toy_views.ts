/** Ways to look at the point mass: with hidden entries, with another spec, with a dense reward. */

import { rewardOf } from "../../lib/env/reward.ts";
import type {
  DenseReward,
  Env,
  EnvSpec,
  Permutation,
  TimeStep,
  Vec,
} from "../../lib/types.ts";

/** The same environment, described otherwise. */
export function described(
  change: Partial<EnvSpec>,
): <S>(env: Env<S>) => Env<S> {
  return (env) => ({ ...env, spec: { ...env.spec, ...change } });
}

/** Appends `size` hidden entries that the rest of the observation determines. */
export function hiding(
  size: number,
  entries: (seen: Vec) => readonly number[],
): <S>(env: Env<S>) => Env<S> {
  return <S>(env: Env<S>): Env<S> => {
    const { observationSize, channels, mirror, ...rest } = env.spec;
    const indices = Array.from({ length: size }, (_, i) => i);
    const shown = new Float32Array(observationSize + size);
    function show(step: TimeStep<S>): TimeStep<S> {
      const { observation, ...goals } = step.observation;
      shown.set(observation);
      shown.set(entries(observation), observationSize);
      return { ...step, observation: { ...goals, observation: shown } };
    }
    return {
      ...env,
      reset: (key) => show(env.reset(key)),
      step: (state, action) => show(env.step(state, action)),
      spec: {
        ...rest,
        observationSize: observationSize + size,
        visible: observationSize,
        channels: [...channels, ...indices.map((i) => `hidden ${i}`)],
        ...mirror
          ? {
            mirror: {
              ...mirror,
              observation: extended(mirror.observation, indices),
            },
          }
          : {},
      },
    };
  };
}

/** A mirror that leaves further entries alone. */
function extended(
  { source, sign, offset }: Permutation,
  more: readonly number[],
): Permutation {
  return {
    source: [...source, ...more.map((i) => source.length + i)],
    sign: [...sign, ...more.map(() => 1)],
    offset: [...offset, ...more.map(() => 0)],
  };
}

/** Pays a dense reward instead. */
export function densely(reward: DenseReward): <S>(env: Env<S>) => Env<S> {
  return <S>(env: Env<S>): Env<S> => ({
    ...env,
    spec: { ...env.spec, reward },
    step(state, action) {
      const step = env.step(state, action);
      const { achieved, desired, observation } = step.observation;
      const paid = rewardOf(reward, achieved, desired, observation);
      return { ...step, reward: paid };
    },
  });
}
