/**
 * What can be wrong with an environment's spec before anything is run.
 *
 * @module
 */

import type { EnvSpec, Permutation, Reward } from "../types.ts";

/** One sentence per fault; empty for a consistent spec. */
export function faultsOfSpec(spec: EnvSpec): readonly string[] {
  const faults: string[] = [];
  for (const name of ["observationSize", "goalSize", "actionSize"] as const) {
    if (!(Number.isInteger(spec[name]) && spec[name] >= 1)) {
      faults.push(
        `'${name}' must be a whole number from 1: it is ${spec[name]}`,
      );
    }
  }
  const { horizon, dt, channels, reward, mirror, observationSize } = spec;
  if (!(horizon >= 1 && (Number.isInteger(horizon) || horizon === Infinity))) {
    faults.push(
      `'horizon' must be a whole number from 1 or Infinity: it is ${horizon}`,
    );
  }
  if (!(dt > 0 && dt < Infinity)) {
    faults.push(`'dt' must be a positive number of seconds: it is ${dt}`);
  }
  if (channels.length !== observationSize) {
    faults.push(
      `'channels' must name all ${observationSize} observation entries: it has ${channels.length}`,
    );
  }
  if (!(reward.threshold > 0 && reward.threshold < Infinity)) {
    faults.push(
      `'reward.threshold' must be positive: it is ${reward.threshold}`,
    );
  }
  const { visible = observationSize } = spec;
  if (!(Number.isInteger(visible) && visible >= 1)) {
    faults.push(`'visible' must be a whole number from 1: it is ${visible}`);
  } else if (visible > observationSize) {
    faults.push(
      `'visible' must be at most the ${observationSize} observation entries: it is ${visible}`,
    );
  }
  faults.push(...faultsOfReward(reward, observationSize));
  if (mirror !== undefined) {
    faults.push(
      ...faultsOfMirror(
        "mirror.observation",
        mirror.observation,
        observationSize,
      ),
      ...faultsOfMirror("mirror.goal", mirror.goal, spec.goalSize),
      ...faultsOfMirror("mirror.action", mirror.action, spec.actionSize),
    );
  }
  const { goals, goalSize } = spec;
  if (goals !== undefined) {
    const { low, high } = goals;
    if (low.length !== goalSize || high.length !== goalSize) {
      faults.push(
        `'goals' must bound all ${goalSize} goal entries: it has ${low.length} and ${high.length}`,
      );
    } else if (low.some((x, i) => !(x <= high[i]))) {
      faults.push("'goals' must have no lower bound above its upper bound");
    }
  }
  return faults;
}

/** A dense reward must read entries that are there. */
function faultsOfReward(reward: Reward, size: number): readonly string[] {
  if (reward.kind === "sparse") return [];
  const { reach, effort } = reward;
  const stretches = [
    ["reward.reach.first", reach.first, reach.size],
    ["reward.reach.second", reach.second, reach.size],
    ["reward.effort.at", effort.at, effort.size],
  ] as const;
  return stretches.flatMap(([name, at, count]) =>
    at >= 0 && at + count <= size ? [] : [
      `'${name}' must leave its ${count} entries within the ${size} of the observation: it is ${at}`,
    ]
  );
}

/** A mirror must be its own inverse: y = sign x[source] + offset, twice, is x. */
function faultsOfMirror(
  name: string,
  { source, sign, offset }: Permutation,
  size: number,
): readonly string[] {
  if ([source, sign, offset].some((part) => part.length !== size)) {
    return [
      `'${name}' must have ${size} entries: it has ${source.length}, ${sign.length} and ${offset.length}`,
    ];
  }
  const faults: string[] = [];
  for (let i = 0; i < size; i++) {
    const j = source[i];
    const returns = source[j] === i && sign[i] * sign[j] === 1 &&
      Math.abs(sign[i] * offset[j] + offset[i]) <= 1e-12;
    if (!returns) faults.push(`'${name}' applied twice changes entry ${i}`);
  }
  return faults;
}
