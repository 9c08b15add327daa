/**
 * Exploration as a controller transform: Gaussian noise on every action, and
 * now and then a uniform action around a centre, or the action of an expert
 * (Expert Explore; Silver et al. 2018, section 5).
 *
 *   a = clip(inner + noise N(0, I))    with chance 1 - random
 *     = clip(c + reach U(-1, 1))       with chance random (1 - share)
 *     = clip(expert)                   with chance random share
 *
 * A random action may be held for several steps: what an actor learns errs the
 * same way for a while too, and single steps of chance cancel out.
 *
 * @module
 */

import { normal, uniform } from "../rng/distributions.ts";
import { foldIn, split } from "../rng/key.ts";
import type { Controller, Key, Policy, Vec } from "../types.ts";
import { authorities, type Authority, checkEntries, clip } from "./residual.ts";

/** How a controller explores. */
export interface ExploreOptions {
  /** Standard deviation of the noise, in action units. */
  readonly noise: number;
  /** Chance per step of a uniform action, or of the expert's. */
  readonly random: number;
  /** Half width of the uniform action around `centre`, of all entries or of each. @default 1 */
  readonly reach?: Authority;
  /** Steps for which chance, once drawn, is held. @default 1 */
  readonly held?: number;
  /** Centre of uniform actions; zero where absent. */
  readonly centre?: Policy;
  /** Entries of an action that are never explored. @default none */
  readonly untouched?: readonly number[];
  /** Who plays instead of chance, and in what share of such steps. */
  readonly expert?: { readonly policy: Policy; readonly share: number };
}

/**
 * The number of the draw that chooses between chance and the expert, behind all
 * entries of an action.
 */
const CHOICE = 0x10000;

/** What an exploring controller remembers. */
export interface ExploreMemory<M> {
  /** Memory of the controller inside. */
  readonly inner: M;
  /** The exploration's own stream. */
  readonly key: Key;
  /** Actions taken so far. */
  readonly t: number;
}

/**
 * Makes a controller explore.
 *
 * @throws {RangeError} At the first action, if there is a reach per entry, and not
 * for as many entries as it has.
 */
export function explore(
  options: ExploreOptions,
): <M>(inner: Controller<M>) => Controller<ExploreMemory<M>> {
  const { noise, random, reach = 1, held = 1, untouched = [] } = options;
  return <M>(inner: Controller<M>): Controller<ExploreMemory<M>> => {
    let action: Vec = new Float32Array(0);
    return {
      id: `explore(${inner.id})`,
      init(key) {
        const [a, b] = split(key, 2);
        return { inner: inner.init(a), key: b, t: 0 };
      },
      act(memory, observation, desired) {
        const decision = inner.act(memory.inner, observation, desired);
        const size = decision.action.length;
        if (action.length !== size) {
          checkEntries(reach, size);
          action = new Float32Array(size);
        }
        const key = foldIn(memory.key, memory.t);
        const chance = foldIn(memory.key, Math.floor(memory.t / held));
        if (uniform(chance, 0) < random) {
          leaveToChance(options, chance, observation, desired, action);
        } else {
          for (let i = 0; i < size; i++) {
            action[i] = clip(decision.action[i] + noise * normal(key, i));
          }
        }
        for (const i of untouched) action[i] = clip(decision.action[i]);
        return {
          action,
          memory: { inner: decision.memory, key: memory.key, t: memory.t + 1 },
        };
      },
    };
  };
}

/** Writes the expert's action, or a uniform one. */
function leaveToChance(
  { reach = 1, centre, expert }: ExploreOptions,
  key: Key,
  observation: Vec,
  desired: Vec,
  action: Vec,
): void {
  if (expert && uniform(key, CHOICE) < expert.share) {
    const taught = expert.policy.act(undefined, observation, desired);
    for (let i = 0; i < action.length; i++) action[i] = clip(taught.action[i]);
    return;
  }
  const around = centre?.act(undefined, observation, desired).action;
  const far = authorities(reach);
  for (let i = 0; i < action.length; i++) {
    const c = around ? clip(around[i]) : 0;
    const most = far[i % far.length];
    action[i] = clip(c + most * (2 * uniform(key, 1 + i) - 1));
  }
}
