/**
 * Ways to make and to guard a controller, a Mealy machine
 * `(memory, observation, desired) -> (action, memory)`.
 *
 * The action is lent: it stays valid until the same controller acts again.
 *
 * @module
 */

import { Refusal, refuse } from "../errors.ts";
import type { Controller, Decision, Key, Policy, Vec } from "../types.ts";

/**
 * Writes an action `[actionSize]` into `out`, given an observation
 * `[observationSize]` and the goal wanted, `[goalSize]`.
 */
export type Rule = (observation: Vec, desired: Vec, out: Vec) => void;

/**
 * A policy from a plain function.
 *
 * The function must write every entry of `out`: entries left alone are NaN, so
 * that {@link guarded} finds them and nothing leaks from one call to the next.
 *
 * @param id Name under which errors and reports speak of it.
 * @param rule Writes the action, in [-1, 1] per entry.
 * @param actionSize Entries of an action.
 * @throws {RangeError} If the size is not a whole number from 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const pull = fromPolicy("pull", (observation, desired, out) => {
 *   out[0] = desired[0] - observation[0];
 * }, 1);
 * const seen = Float32Array.of(0.25, 0);
 * const { action } = pull.act(undefined, seen, Float32Array.of(0.75));
 * assertEquals(action, Float32Array.of(0.5));
 * ```
 */
export function fromPolicy(id: string, rule: Rule, actionSize: number): Policy {
  const action = makeAction(actionSize);
  const decision: Decision<undefined> = { action, memory: undefined };
  return {
    id,
    init: () => undefined,
    act: (_memory, observation, desired) => {
      action.fill(NaN);
      rule(observation, desired, action);
      return decision;
    },
  };
}

/**
 * A policy from a function that returns its action: the form in which people
 * bring their own controller. What it returns is copied as it is, so that
 * {@link guarded} judges it.
 *
 * @param id Name under which errors and reports speak of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const pull = fromFunction("pull", (observation, goal) => [goal[0] - observation[0]]);
 * const { action } = pull.act(undefined, Float32Array.of(0.25), Float32Array.of(0.75));
 * assertEquals(action, Float32Array.of(0.5));
 * ```
 */
export function fromFunction(
  id: string,
  decide: (observation: Vec, goal: Vec) => ArrayLike<number>,
): Policy {
  return {
    id,
    init: () => undefined,
    act: (_memory, observation, desired) => {
      const action = Float32Array.from(decide(observation, desired));
      return { action, memory: undefined };
    },
  };
}

/**
 * The policy that always plays one action.
 *
 * @param action Entries in [-1, 1]; copied.
 */
export function constant(action: ArrayLike<number>): Policy {
  const values = Float32Array.from(action);
  const id = `constant [${values.join(", ")}]`;
  return fromPolicy(id, (_observation, _desired, out) => {
    out.set(values);
  }, values.length);
}

/** The policy that plays zeros. */
export function zero(actionSize: number): Policy {
  const rule: Rule = (_observation, _desired, out) => {
    out.fill(0);
  };
  return fromPolicy("zero", rule, actionSize);
}

/**
 * Clips every entry of the action to [-1, 1]. NaN and infinities stay as they
 * are, so that {@link guarded} finds them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const eager = clipped(constant([2, -3, 0.5]));
 * const none = new Float32Array();
 * assertEquals(eager.act(undefined, none, none).action, Float32Array.of(1, -1, 0.5));
 * ```
 */
export function clipped<M>(controller: Controller<M>): Controller<M> {
  let out = new Float32Array(0);
  return {
    id: controller.id,
    init: controller.init,
    act: (memory, observation, desired) => {
      const inner = controller.act(memory, observation, desired);
      const size = inner.action.length;
      if (out.length !== size) out = new Float32Array(size);
      for (let i = 0; i < size; i++) {
        const a = inner.action[i];
        out[i] = Number.isFinite(a) ? Math.min(1, Math.max(-1, a)) : a;
      }
      return { action: out, memory: inner.memory };
    },
  };
}

/** A memory with the number of actions taken since `init`. */
export interface Guarded<M> {
  /** The memory of the controller inside. */
  readonly inner: M;
  /** Actions taken since `init`. */
  readonly step: number;
}

/**
 * Watches over a controller of unknown quality: throwing, a NaN or infinite
 * entry, or a wrong number of entries becomes a {@link Refusal} with a
 * `ControllerError` that names the controller and the step, counted from 0
 * since `init`.
 *
 * @param actionSize Entries that an action must have.
 */
export function guarded<M>(
  controller: Controller<M>,
  actionSize: number,
): Controller<Guarded<M>> {
  return {
    id: controller.id,
    init: (key: Key) => ({ inner: begin(controller, key), step: 0 }),
    act: ({ inner, step }, observation, desired) => {
      const decision = decide(
        controller,
        actionSize,
        step,
        inner,
        observation,
        desired,
      );
      return {
        action: decision.action,
        memory: { inner: decision.memory, step: step + 1 },
      };
    },
  };
}

/**
 * One guarded decision at a step that the caller counts.
 *
 * @param actionSize Entries that an action must have.
 * @param step Named in the error.
 * @throws {Refusal} With a `ControllerError`, if the controller throws or its action cannot be used.
 */
export function decide<M>(
  controller: Controller<M>,
  actionSize: number,
  step: number,
  memory: M,
  observation: Vec,
  desired: Vec,
): Decision<M> {
  let decision: Decision<M>;
  try {
    decision = controller.act(memory, observation, desired);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return blame(controller.id, step, `it threw ${reason(error)}`);
  }
  const fault = faultOf(decision, actionSize);
  return fault === undefined ? decision : blame(controller.id, step, fault);
}

function begin<M>(controller: Controller<M>, key: Key): M {
  try {
    return controller.init(key);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return blame(controller.id, 0, `its 'init' threw ${reason(error)}`);
  }
}

/** What is wrong with a decision, or `undefined`. It comes from untyped code, perhaps. */
function faultOf(
  decision: Decision<unknown> | undefined | null,
  actionSize: number,
): string | undefined {
  const action: unknown = decision?.action;
  if (!(action instanceof Float32Array)) {
    return `it must return an action of type Float32Array: received ${
      kindOf(action)
    }`;
  }
  if (action.length !== actionSize) {
    return `its action must have ${actionSize} entries: it has ${action.length}`;
  }
  for (let i = 0; i < actionSize; i++) {
    if (!Number.isFinite(action[i])) {
      return `its action must be finite: entry ${i} is ${action[i]}`;
    }
  }
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  return typeof value === "object" ? value.constructor?.name : typeof value;
}

function reason(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
}

function blame(controller: string, step: number, fault: string): never {
  return refuse({
    _tag: "ControllerError",
    message: `Cannot use controller "${controller}" at step ${step}: ${fault}`,
    controller,
    step,
  });
}

function makeAction(size: number): Vec {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new RangeError(
      `Cannot make a policy as 'actionSize' must be a whole number from 1: current value is ${size}`,
    );
  }
  return new Float32Array(size);
}
