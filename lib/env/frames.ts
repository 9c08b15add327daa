/**
 * A short memory in the observation: what networks see becomes
 *
 *   [o_(t-n+1) | ... | o_(t-1) | o_t | hidden]
 *
 * with the first frame repeated where the episode is younger than that (Silver
 * et al. 2018, appendix: two frames on the hook task). Hidden entries are those
 * of the present moment.
 *
 * @module
 */

import type {
  DenseReward,
  Env,
  EnvSpec,
  Key,
  Mirror,
  Permutation,
  Reward,
  TimeStep,
  Vec,
} from "../types.ts";
import { withState } from "./step.ts";

/** A state with the frames shown. */
export interface Framed<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** The frames, then what is hidden, `[observationSize]`; passes from state to state. */
  readonly shown: Vec;
}

/**
 * Shows the last `count` frames, the oldest first.
 *
 * An entry that stood at index i, seen or hidden, stands at i plus
 * `(count - 1) * visible` afterwards; controllers that read by index are to be
 * told so. A mirror is kept where the visible entries mirror one another.
 *
 * @param count Whole number of frames; 1 is the identity.
 * @throws {RangeError} If `count` is not a whole number from 1.
 *
 * @example
 * ```ts ignore
 * // The paper's two frames, with an estimate hidden behind them.
 * const env = pipe(hook(mujoco), estimated(), frames(2), timeLimit(100));
 * ```
 */
export function frames(count: number): <S>(env: Env<S>) => Env<Framed<S>> {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(
      `Cannot show frames as 'count' must be a whole number from 1: current value is ${count}`,
    );
  }
  return <S>(env: Env<S>): Env<Framed<S>> => {
    const spec = specOf(env.spec, count);
    const width = env.spec.visible ?? env.spec.observationSize;
    const present = (count - 1) * width;
    return {
      spec,
      reset: (key: Key) => {
        const shown = new Float32Array(spec.observationSize);
        const first = env.reset(key);
        const seen = first.observation.observation.subarray(0, width);
        for (let at = 0; at < present; at += width) shown.set(seen, at);
        return show(first, shown, present);
      },
      step: ({ inner, shown }: Framed<S>, action: Vec) => {
        const step = env.step(inner, action);
        // After the inner step, so that a consumed state throws before it can
        // touch a buffer that its successor owns now.
        shown.copyWithin(0, width, present + width);
        return show(step, shown, present);
      },
      drop: ({ inner }: Framed<S>) => env.drop(inner),
    };
  };
}

function show<S>(
  step: TimeStep<S>,
  shown: Vec,
  present: number,
): TimeStep<Framed<S>> {
  const { achieved, desired, observation } = step.observation;
  shown.set(observation, present);
  return {
    ...withState(step, { inner: step.state, shown }),
    observation: { observation: shown, achieved, desired },
  };
}

function specOf(spec: EnvSpec, count: number): EnvSpec {
  const { mirror, ...rest } = spec;
  const width = spec.visible ?? spec.observationSize;
  const present = (count - 1) * width;
  const seen = spec.channels.slice(0, width);
  const earlier = Array.from({ length: count - 1 }, (_, i) => count - 1 - i);
  const channels = [
    ...earlier.flatMap((age) => seen.map((name) => aged(name, age))),
    ...spec.channels,
  ];
  const extended = mirror && extend(mirror, width, count);
  return {
    ...rest,
    observationSize: spec.observationSize + present,
    channels,
    ...(spec.visible === undefined ? {} : { visible: width * count }),
    reward: shifted(spec.reward, present),
    ...(extended === undefined ? {} : { mirror: extended }),
  };
}

function aged(name: string, age: number): string {
  return age === 1 ? `previous ${name}` : `${name}, ${age} steps ago`;
}

/** The reward that reads its entries in the present frame. */
function shifted(reward: Reward, by: number): Reward {
  if (reward.kind === "sparse") return reward;
  const { reach, effort } = reward;
  const moved: DenseReward = {
    ...reward,
    reach: { ...reach, first: reach.first + by, second: reach.second + by },
    effort: { ...effort, at: effort.at + by },
  };
  return moved;
}

/** The mirror of every frame, or none where seen and hidden entries trade places. */
function extend(
  mirror: Mirror,
  width: number,
  count: number,
): Mirror | undefined {
  const { source, sign, offset } = mirror.observation;
  const mixed = source.some((from, to) => (from < width) !== (to < width));
  if (mixed) return undefined;
  const frame: Permutation = {
    source: source.slice(0, width),
    sign: sign.slice(0, width),
    offset: offset.slice(0, width),
  };
  const starts = Array.from({ length: count - 1 }, (_, i) => i * width);
  const observation: Permutation = {
    source: [
      ...starts.flatMap((at) => frame.source.map((from) => at + from)),
      ...source.map((from) => (count - 1) * width + from),
    ],
    sign: [...starts.flatMap(() => frame.sign), ...sign],
    offset: [...starts.flatMap(() => frame.offset), ...offset],
  };
  return { ...mirror, observation };
}
