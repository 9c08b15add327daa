/**
 * What can be wrong with an environment's spec before anything is run.
 *
 * @module
 */

import type { EnvSpec, Permutation, Reward } from "../types.ts";

/** One sentence per fault; empty for a consistent spec. */
export function faultsOfSpec(spec: EnvSpec): readonly string[] {
  return [
    ...faultsOfSizes(spec),
    ...faultsOfTime(spec),
    ...faultsOfObservation(spec),
    ...faultsOfReward(spec.reward, spec.observationSize),
    ...faultsOfMirrors(spec),
    ...faultsOfGoals(spec),
  ];
}

/** `sentences` whose condition holds. */
function where(
  ...sentences: readonly (readonly [boolean, string])[]
): readonly string[] {
  return sentences.flatMap(([holds, text]) => holds ? [text] : []);
}

/** There must be something to see, to reach and to do. */
function faultsOfSizes(spec: EnvSpec): readonly string[] {
  return (["observationSize", "goalSize", "actionSize"] as const).flatMap(
    (name) =>
      isCount(spec[name])
        ? []
        : [`'${name}' must be a whole number from 1: it is ${spec[name]}`],
  );
}

/** Episodes end or go on for ever, in steps that take time. */
function faultsOfTime({ horizon, dt }: EnvSpec): readonly string[] {
  return where(
    [
      !(isCount(horizon) || horizon === Infinity),
      `'horizon' must be a whole number from 1 or Infinity: it is ${horizon}`,
    ],
    [
      !(dt > 0 && dt < Infinity),
      `'dt' must be a positive number of seconds: it is ${dt}`,
    ],
  );
}

/** Every entry has a name, the first of them are visible, and a goal can be near. */
function faultsOfObservation(spec: EnvSpec): readonly string[] {
  const { channels, reward, observationSize } = spec;
  const { visible = observationSize } = spec;
  return where(
    [
      channels.length !== observationSize,
      `'channels' must name all ${observationSize} observation entries: it has ${channels.length}`,
    ],
    [
      !(reward.threshold > 0 && reward.threshold < Infinity),
      `'reward.threshold' must be positive: it is ${reward.threshold}`,
    ],
    [
      !isCount(visible),
      `'visible' must be a whole number from 1: it is ${visible}`,
    ],
    [
      isCount(visible) && visible > observationSize,
      `'visible' must be at most the ${observationSize} observation entries: it is ${visible}`,
    ],
  );
}

/** Each part of a mirror fits what it mirrors. */
function faultsOfMirrors(spec: EnvSpec): readonly string[] {
  const { mirror, observationSize, goalSize, actionSize } = spec;
  if (mirror === undefined) return [];
  return [
    ...faultsOfMirror(
      "mirror.observation",
      mirror.observation,
      observationSize,
    ),
    ...faultsOfMirror("mirror.goal", mirror.goal, goalSize),
    ...faultsOfMirror("mirror.action", mirror.action, actionSize),
  ];
}

/** Goals lie in a box that has an inside. */
function faultsOfGoals({ goals, goalSize }: EnvSpec): readonly string[] {
  if (goals === undefined) return [];
  const { low, high } = goals;
  if (low.length !== goalSize || high.length !== goalSize) {
    return [
      `'goals' must bound all ${goalSize} goal entries: it has ${low.length} and ${high.length}`,
    ];
  }
  return where([
    low.some((x, i) => !(x <= high[i])),
    "'goals' must have no lower bound above its upper bound",
  ]);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
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
