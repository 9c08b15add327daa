/**
 * Sensors that err: o~_i = o_i + sigma_i z_i with z standard normal, drawn
 * afresh at each step. Only the observation is disturbed; the goals stay exact,
 * and with them reward, success and hindsight.
 *
 * @module
 */

import { normal } from "../rng/distributions.ts";
import { derive, foldIn } from "../rng/key.ts";
import type { Env, Key, Observation, TimeStep, Vec } from "../types.ts";
import { withState } from "./step.ts";

/** Where and from which stream {@link sensorNoise} is added. */
export interface SensorNoiseOptions {
  /**
   * Indices of the observation entries that err. Those of one inner list err
   * alike, as readings that come from one measurement do.
   *
   * @default all of them, each by itself
   */
  readonly channels?: readonly (number | readonly number[])[];
  /**
   * Name of the random stream. Two layers of one stream draw the same normals
   * on a channel that both disturb; name them apart to make them independent.
   *
   * @default "sensor-noise"
   */
  readonly stream?: string;
}

/** A state with the key of its own noise and the buffer that is lent. */
export interface Noisy<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** The key of this layer's noise, one per episode. */
  readonly key: Key;
  /** Steps taken since the reset. */
  readonly t: number;
  /** The observation shown, `[observationSize]`; passes from state to state. */
  readonly shown: Vec;
}

/**
 * Adds normal noise to the observation.
 *
 * The inner environment is reset with the very key that this one is given and
 * the noise has a key of its own, so that adding, removing or changing it
 * leaves every other random number as it was.
 *
 * @param std Standard deviation in the units of the channel, at least 0; 0 is the identity.
 * @throws {RangeError} If `std` is negative or not finite, or, once applied, if a
 * channel is not an index of the observation.
 *
 * @example
 * ```ts ignore
 * // 5 mm on the measured position of the object, which is entries 3 to 5.
 * const env = pipe(push(world), sensorNoise(0.005, { channels: [3, 4, 5] }));
 * ```
 */
export function sensorNoise(
  std: number,
  options: SensorNoiseOptions = {},
): <S>(env: Env<S>) => Env<Noisy<S>> {
  if (!(std >= 0 && std < Infinity)) {
    throw new RangeError(
      `Cannot add sensor noise as 'std' must be finite and at least 0: current value is ${std}`,
    );
  }
  const { stream = "sensor-noise" } = options;
  return <S>(env: Env<S>): Env<Noisy<S>> => {
    const channels = checkChannels(options.channels, env.spec.observationSize);
    const disturbed = std === 0 ? [] : channels;
    return {
      spec: env.spec,
      reset: (key: Key) => {
        const shown = new Float32Array(env.spec.observationSize);
        const own = derive(key, stream);
        return disturb(env.reset(key), own, 0, shown, std, disturbed);
      },
      step: ({ inner, key, t, shown }: Noisy<S>, action: Vec) =>
        disturb(env.step(inner, action), key, t + 1, shown, std, disturbed),
      drop: ({ inner }: Noisy<S>) => env.drop(inner),
    };
  };
}

function disturb<S>(
  step: TimeStep<S>,
  key: Key,
  t: number,
  shown: Vec,
  std: number,
  channels: readonly (readonly number[])[],
): TimeStep<Noisy<S>> {
  const { achieved, desired, observation: exact } = step.observation;
  shown.set(exact);
  const draw = foldIn(key, t);
  for (const alike of channels) {
    const error = std * normal(draw, alike[0]);
    for (const i of alike) shown[i] = exact[i] + error;
  }
  const observation: Observation = { observation: shown, achieved, desired };
  return {
    ...withState(step, { inner: step.state, key, t, shown }),
    observation,
  };
}

/** The entries that err, those that err alike together. */
function checkChannels(
  channels: SensorNoiseOptions["channels"],
  size: number,
): readonly (readonly number[])[] {
  if (channels === undefined) {
    return Array.from({ length: size }, (_, i) => [i]);
  }
  const groups = channels.map((entry) =>
    typeof entry === "number" ? [entry] : entry
  ).filter((alike) => alike.length > 0);
  for (const i of groups.flat()) {
    if (!(Number.isInteger(i) && i >= 0 && i < size)) {
      throw new RangeError(
        `Cannot add sensor noise as 'channels' must be whole numbers from 0 to ${
          size - 1
        }: one of them is ${i}`,
      );
    }
  }
  return groups;
}
