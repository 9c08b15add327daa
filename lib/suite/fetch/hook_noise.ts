/**
 * Noisy measurements of a hook task: o~ = o + sigma z, with z standard normal,
 * drawn afresh at every observation from a key of the episode's own.
 *
 * Disturbed are place and angles of the hook and the object's place in the
 * plane; differences from the grip are taken again from what is measured.
 * Velocities, the arm's own readings and the goals stay exact (Silver et al.
 * 2018, arXiv 1812.06298, section 5).
 *
 * @module
 */

import type { Noisy } from "../../env/sensor_noise.ts";
import { withState } from "../../env/step.ts";
import { normal } from "../../rng/distributions.ts";
import { derive, foldIn } from "../../rng/key.ts";
import type { Key, Observation, TimeStep, Vec } from "../../types.ts";
import { HOOK_READINGS } from "./sense.ts";
import type { Simulation } from "./task.ts";

const { grip, object, objectFromGrip, hook, hookFromGrip } = HOOK_READINGS;

/** Readings with noise of their own: the object's x and y, the hook's place and angles. */
const DISTURBED = [
  object,
  object + 1,
  ...[0, 1, 2, 3, 4, 5].map((i) => hook + i),
];
/** Where the original writes noisy copies of the object from the grip, over two angles and a velocity. */
const OVERWRITTEN = 12;

/** How the measurements err. */
export interface HookNoise {
  /** Standard deviation (m or rad), at least 0. */
  readonly std: number;
  /** Whether readings 12 to 14 are lost as in the original. */
  readonly overwrite: boolean;
}

/**
 * A simulation of a hook task whose observations are noisy.
 *
 * The simulation inside is reset with the very key given, so that the noise
 * leaves every other random number as it was.
 */
export function hookNoise<S>(
  inside: Simulation<S>,
  noise: HookNoise,
): Simulation<Noisy<S>> {
  const size = inside.spec.observationSize;
  const show = (step: TimeStep<S>, key: Key, t: number, shown: Vec) =>
    measure(step, key, t, shown, noise);
  return {
    spec: inside.spec,
    reset: (key) => {
      const own = derive(key, "hook noise");
      return show(inside.reset(key), own, 0, new Float32Array(size));
    },
    step: ({ inner, key, t, shown }, action) =>
      show(inside.step(inner, action), key, t + 1, shown),
    drop: ({ inner }) => inside.drop(inner),
    fork: (state) => ({
      ...state,
      inner: inside.fork(state.inner),
      shown: state.shown.slice(),
    }),
    save: ({ inner, key, t }) =>
      Float64Array.of(key.hi, key.lo, t, ...inside.save(inner)),
    load: (snapshot) => {
      const [hi, lo, t] = snapshot;
      const inner = inside.load(snapshot.subarray(3));
      return { inner, key: { hi, lo }, t, shown: new Float32Array(size) };
    },
    live: inside.live,
    [Symbol.dispose]: () => inside[Symbol.dispose](),
  };
}

function measure<S>(
  step: TimeStep<S>,
  key: Key,
  t: number,
  shown: Vec,
  noise: HookNoise,
): TimeStep<Noisy<S>> {
  const { achieved, desired, observation: exact } = step.observation;
  shown.set(exact);
  disturb(shown, foldIn(key, t), noise);
  const observation: Observation = { observation: shown, achieved, desired };
  return {
    ...withState(step, { inner: step.state, key, t, shown }),
    observation,
  };
}

function disturb(o: Vec, draw: Key, { std, overwrite }: HookNoise): void {
  if (std > 0) {
    for (const i of DISTURBED) o[i] += std * normal(draw, i);
    for (let i = 0; i < 3; i++) {
      o[objectFromGrip + i] = o[object + i] - o[grip + i];
      o[hookFromGrip + i] = o[hook + i] - o[grip + i];
    }
  }
  if (!overwrite) return;
  for (let i = OVERWRITTEN; i < OVERWRITTEN + 3; i++) {
    o[i] = o[objectFromGrip + i - OVERWRITTEN] + std * normal(draw, i);
  }
}
