/**
 * A controller that runs beside the environment: its action is appended to the
 * observation in further channels,
 *
 *   o' = (o, a),   (a, m') = advise(s, o, m)
 *
 * so that learners read a stored action where they would have to ask a
 * controller again that remembers, or that is dear. Hindsight then takes the
 * action advised at the time, whatever the goal. The channels are hidden from
 * networks unless `shown`: who cannot work out what will be advised can hardly
 * correct it, as under a search that looks into the simulation.
 *
 * @module
 */

import type { Advisor } from "../control/advisor.ts";
import { decide, fromPolicy } from "../control/controller.ts";
import { derive } from "../rng/key.ts";
import type {
  Env,
  EnvSpec,
  Key,
  Mirror,
  Observation,
  Permutation,
  Policy,
  TimeStep,
  Vec,
} from "../types.ts";

/** A state with the memory of the advisor and the buffer that is lent. */
export interface Advised<S, M> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** What the advisor goes on from. */
  readonly memory: M;
  /** Steps taken since the reset, to name in an error of the advisor. */
  readonly t: number;
  /** The observation shown, `[observationSize]`; passes from state to state. */
  readonly shown: Vec;
}

/** How advice is given. */
export interface AdvisedOptions {
  /** Whether networks see it. Default false. */
  readonly shown?: boolean;
}

/** The first channel of the advice. */
const FIRST = "advice.0";

/**
 * Appends the advised action, as it is and not clipped, at every moment; also
 * at the last, whose value a learner bootstraps from. `metrics.modelSteps`
 * counts the control steps that were simulated for it.
 *
 * The inner environment is reset with the very key that this one is given; the
 * advisor's key is `derive(key, "advisor")`, so that it disturbs no other
 * random number.
 *
 * An advisor that looks at states must stand right on the environment whose
 * states it knows: other transforms come after it. Its action reaches them as
 * part of the observation.
 *
 * @throws {RangeError} Once applied, if the environment is advised already, or
 * hides channels and the advice is to be shown.
 * @throws {Refusal} With a `ControllerError`, later, if the advisor throws or
 * its action cannot be used.
 *
 * @example
 * ```ts ignore
 * const task = push(mujoco, { slots: 1 + spareSlots() });
 * const env = pipe(task, advised(treeMpc(task)), timeLimit(50));
 * unroll(env, adviceOf(env.spec), key);
 * ```
 */
export function advised<S, M>(
  advisor: Advisor<S, M>,
  { shown: visible = false }: AdvisedOptions = {},
): <T extends S>(env: Env<T>) => Env<Advised<T, M>> {
  return <T extends S>(env: Env<T>): Env<Advised<T, M>> => {
    const { observationSize } = env.spec;
    return {
      spec: extended(env.spec, visible),
      reset: (key: Key) => {
        const memory = advisor.init(derive(key, "advisor"));
        const shown = new Float32Array(observationSize + env.spec.actionSize);
        return show(advisor, env.reset(key), memory, 0, shown);
      },
      step: ({ inner, memory, t, shown }, action) =>
        show(advisor, env.step(inner, action), memory, t + 1, shown),
      drop: ({ inner }) => env.drop(inner),
    };
  };
}

function show<S, M>(
  advisor: Advisor<S, M>,
  moment: TimeStep<S>,
  before: M,
  t: number,
  shown: Vec,
): TimeStep<Advised<S, M>> {
  const { state, metrics } = moment;
  const { observation: seen, achieved, desired } = moment.observation;
  const size = shown.length - seen.length;
  const asked = ask(advisor, moment, before, t, size);
  shown.set(seen);
  shown.set(asked.action, seen.length);
  const observation: Observation = { observation: shown, achieved, desired };
  const modelSteps = (metrics.modelSteps ?? 0) + asked.modelSteps;
  return {
    ...moment,
    state: { inner: state, memory: asked.memory, t, shown },
    observation,
    metrics: { ...metrics, modelSteps },
  };
}

/** Asks as a controller is asked, so that faults are found and named alike. */
function ask<S, M>(
  advisor: Advisor<S, M>,
  { state, observation }: TimeStep<S>,
  before: M,
  t: number,
  size: number,
) {
  let modelSteps = 0;
  const controller = {
    ...advisor,
    act: (memory: M) => {
      const advice = advisor.advise(state, observation, memory);
      modelSteps = advice.modelSteps;
      return advice;
    },
  };
  const { observation: seen, desired } = observation;
  const decision = decide(controller, size, t, before, seen, desired);
  return { action: decision.action, memory: decision.memory, modelSteps };
}

function extended(spec: EnvSpec, shown: boolean): EnvSpec {
  const { observationSize, actionSize, channels, mirror } = spec;
  if (channels.includes(FIRST)) {
    throw new RangeError(
      `Cannot advise in '${spec.id}' as its observation has advice already: use one advisor`,
    );
  }
  if (shown && spec.visible !== undefined) {
    throw new RangeError(
      `Cannot show advice in '${spec.id}' as hidden channels come before it: leave 'shown' out`,
    );
  }
  const names = Array.from({ length: actionSize }, (_, i) => `advice.${i}`);
  return {
    ...spec,
    observationSize: observationSize + actionSize,
    channels: [...channels, ...names],
    ...shown ? {} : { visible: spec.visible ?? observationSize },
    ...mirror && { mirror: extendedMirror(mirror) },
  };
}

/** The advice turns over as actions do. */
function extendedMirror({ observation, action, goal }: Mirror): Mirror {
  const first = observation.source.length;
  const both: Permutation = {
    source: [...observation.source, ...action.source.map((i) => first + i)],
    sign: [...observation.sign, ...action.sign],
    offset: [...observation.offset, ...action.offset],
  };
  return { observation: both, action, goal };
}

/**
 * The policy that plays the advice of an advised environment, found by the
 * names of its channels.
 *
 * @param id Name under which errors and reports speak of it.
 * @throws {RangeError} If the environment is not advised.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const spec = { channels: ["x [m]", "advice.0"], actionSize: 1 };
 * const seen = Float32Array.of(0.25, 0.5);
 * const { action } = adviceOf(spec).act(undefined, seen, new Float32Array());
 * assertEquals(action, Float32Array.of(0.5));
 * ```
 */
export function adviceOf(
  spec: Pick<EnvSpec, "channels" | "actionSize">,
  id = "advice",
): Policy {
  const first = spec.channels.indexOf(FIRST);
  if (first < 0) {
    throw new RangeError(
      "Cannot play advice as no channel of the observation is named 'advice.0': make the environment with `advised`",
    );
  }
  return adviceAt(first, spec.actionSize, id);
}

/**
 * The policy that plays `size` entries of the observation from `first` on:
 * {@link adviceOf} for those who know the place but not the spec.
 *
 * @throws {RangeError} If the size is not a whole number from 1.
 */
export function adviceAt(first: number, size: number, id = "advice"): Policy {
  return fromPolicy(id, (observation, _desired, out) => {
    for (let i = 0; i < size; i++) out[i] = observation[first + i];
  }, size);
}
