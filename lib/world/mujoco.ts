/**
 * MuJoCo (Todorov et al. 2012) as values: a pool of simulations behind affine
 * handles, so that stepping is a function without a copy.
 *
 * A handle is consumed by `step`, `forward` and `drop`; using it again throws.
 * `fork` is the only copy. Simulations are allocated when the world is made,
 * or those beyond `reserve` when first needed, and stay; the views into WASM memory are cached, and taken again where the
 * memory has grown since and left them empty.
 *
 * @module
 */

import type { MainModule, MjData, MjModel } from "@mujoco/mujoco";
import { refuse } from "../errors.ts";
import type { Simulator } from "../types.ts";
import {
  copyInto,
  firstBad,
  snapshotOf,
  snapshotSize,
  takeViews,
  type Views,
} from "./views.ts";

/** A loaded MuJoCo module; `tasks/` loads it. */
export type Mujoco = MainModule;

/** A state of the world: slot and generation. Valid until it is consumed. */
export interface Handle {
  /** Which simulation of the pool; buffers kept per slot go by it. */
  readonly slot: number;
  /** How often the slot's state was consumed before. */
  readonly generation: number;
}

/** A MuJoCo model with a fixed number of simulations of it. */
export interface World extends Simulator<Handle>, Disposable {
  /** The compiled model; lent, do not delete it. */
  readonly model: MjModel;
  /** A free simulation in the initial state of the model. */
  readonly start: () => Handle;
  /**
   * The numbers of a state. Lent until the state is consumed; its owner may
   * write to them.
   */
  readonly views: (state: Handle) => Views;
  /** Computes all that follows from positions, velocities and controls; consumes `state`. */
  readonly forward: (state: Handle) => Handle;
  /** Computes the places of bodies and sites and their velocities; consumes `state`. */
  readonly forwardPosition: (state: Handle) => Handle;
  /** Computes the velocities of bodies from the positions last used; consumes `state`. */
  readonly forwardVelocity: (state: Handle) => Handle;
  /** Index of a named part. @throws {RangeError} If the model has none. */
  readonly index: (kind: Part, name: string) => number;
  /** Simulations in use. */
  readonly live: () => number;
}

/** Kinds of named parts of a model. */
export type Part = "body" | "joint" | "site" | "geom" | "actuator";

/** How many simulations a world holds. */
export interface WorldOptions {
  /** Whole number from 1 to 4096; each takes its arena and some 20 KB. */
  readonly slots?: number;
  /** How many of them are made at once, from 0; the others when first needed. Default: all. */
  readonly reserve?: number;
}

interface Pool {
  readonly mujoco: Mujoco;
  readonly model: MjModel;
  readonly slots: number;
  readonly data: MjData[];
  readonly views: Views[];
  readonly generation: number[];
  readonly free: number[];
  disposed: boolean;
}

/**
 * A world of the model in `mjcf`.
 *
 * The model must disable MuJoCo's silent reset of bad states
 * (`<flag autoreset="disable"/>`), so that a state which is no longer finite
 * is found and refused instead of turning into a teleport.
 *
 * @throws {Refusal} With a `ModelError`, if MuJoCo cannot compile the model or
 * the reset is not disabled; with a `DivergedError`, from `step`.
 * @throws {ReferenceError} From every function of a state, if it was consumed.
 * @throws {RangeError} If `slots` is out of range or, later, all are in use.
 */
export function createWorld(
  mujoco: Mujoco,
  mjcf: string,
  options: WorldOptions = {},
): World {
  const { slots = 64, reserve = slots } = options;
  const pool = createPool(mujoco, mjcf, slots, reserve);
  return {
    model: pool.model,
    start: () => start(pool),
    views: (state) => viewsOf(pool, state),
    step: (state, control, substeps) => step(pool, state, control, substeps),
    forward: (state) => {
      mujoco.mj_forward(pool.model, dataOf(pool, state));
      return renew(pool, state);
    },
    forwardPosition: (state) => forwardPosition(pool, state),
    forwardVelocity: (state) => {
      mujoco.mj_comVel(pool.model, dataOf(pool, state));
      return renew(pool, state);
    },
    fork: (state) => fork(pool, state),
    drop: (state) => release(pool, state),
    save: (state) => snapshotOf(viewsOf(pool, state), dataOf(pool, state).time),
    load: (snapshot) => load(pool, snapshot),
    index: (kind, name) => indexOf(pool, kind, name),
    live: () => pool.data.length - pool.free.length,
    [Symbol.dispose]: () => dispose(pool),
  };
}

function createPool(
  mujoco: Mujoco,
  mjcf: string,
  slots: number,
  reserve: number,
): Pool {
  if (!(Number.isInteger(slots) && slots >= 1 && slots <= 4096)) {
    throw new RangeError(
      `Cannot make a world as 'slots' must be a whole number from 1 to 4096: current value is ${slots}`,
    );
  }
  const model = compile(mujoco, mjcf);
  // Every simulation comes before the first view: allocating may move memory.
  const count = Math.min(slots, reserve);
  const data = Array.from({ length: count }, () => new mujoco.MjData(model));
  return {
    mujoco,
    model,
    slots,
    data,
    views: data.map(takeViews),
    generation: data.map(() => 0),
    free: data.map((_, slot) => count - 1 - slot),
    disposed: false,
  };
}

function compile(mujoco: Mujoco, mjcf: string): MjModel {
  const model = ((): MjModel => {
    try {
      return mujoco.MjModel.from_xml_string(mjcf);
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause);
      return refuse({
        _tag: "ModelError",
        message: `Cannot compile the physics model: ${found.trim()}`,
      });
    }
  })();
  const autoreset = mujoco.mjtDisableBit.mjDSBL_AUTORESET.value;
  if ((model.opt.disableflags & autoreset) === 0) {
    model.delete();
    refuse({
      _tag: "ModelError",
      message:
        'Cannot use the physics model as bad states would be reset silently: add <flag autoreset="disable"/> to its <option>',
    });
  }
  return model;
}

function dataOf(pool: Pool, state: Handle): MjData {
  if (pool.disposed) {
    throw new ReferenceError(
      "Cannot use simulation state: its world was disposed",
    );
  }
  if (pool.generation[state.slot] !== state.generation) {
    throw new ReferenceError(
      "Cannot use simulation state: it was already consumed. Keep the state that `step` returned, or `fork` before stepping",
    );
  }
  return pool.data[state.slot];
}

function viewsOf(pool: Pool, state: Handle): Views {
  const data = dataOf(pool, state);
  const views = pool.views[state.slot];
  // Memory that grew leaves views of length 0; the world body always has 3.
  if (views.bodyPosition.length > 0) return views;
  return pool.views[state.slot] = takeViews(data);
}

function renew(pool: Pool, state: Handle): Handle {
  const generation = ++pool.generation[state.slot];
  return { slot: state.slot, generation };
}

function release(pool: Pool, state: Handle): void {
  dataOf(pool, state);
  pool.generation[state.slot]++;
  pool.free.push(state.slot);
}

function claim(pool: Pool): Handle {
  if (pool.disposed) {
    throw new ReferenceError(
      "Cannot start a simulation: its world was disposed",
    );
  }
  const slot = pool.free.pop() ?? grow(pool);
  if (slot === undefined) {
    throw new RangeError(
      `Cannot start another simulation as all ${pool.slots} are in use: drop finished states, or make the world with more 'slots'`,
    );
  }
  return { slot, generation: pool.generation[slot] };
}

/** One simulation more, if the world may have it; older views are taken again where this moved memory. */
function grow(pool: Pool): number | undefined {
  const slot = pool.data.length;
  if (slot === pool.slots) return undefined;
  const data = new pool.mujoco.MjData(pool.model);
  pool.data.push(data);
  pool.views.push(takeViews(data));
  pool.generation.push(0);
  return slot;
}

function start(pool: Pool): Handle {
  const state = claim(pool);
  pool.mujoco.mj_resetData(pool.model, pool.data[state.slot]);
  return state;
}

function fork(pool: Pool, state: Handle): Handle {
  const source = dataOf(pool, state);
  const copy = claim(pool);
  const everything = pool.mujoco.mjtState.mjSTATE_INTEGRATION.value;
  pool.mujoco.mj_copyState(
    pool.model,
    source,
    pool.data[copy.slot],
    everything,
  );
  return copy;
}

function load(pool: Pool, snapshot: Float64Array): Handle {
  const state = claim(pool);
  const views = viewsOf(pool, state);
  const size = snapshotSize(views);
  if (snapshot.length !== size) {
    release(pool, state);
    throw new RangeError(
      `Cannot load a snapshot of ${snapshot.length} numbers: this world has ${size}. Load it into the world that saved it`,
    );
  }
  pool.data[state.slot].time = copyInto(views, snapshot);
  return state;
}

function step(
  pool: Pool,
  state: Handle,
  control: ArrayLike<number>,
  substeps: number,
): Handle {
  const { mujoco, model } = pool;
  const views = viewsOf(pool, state);
  if (control.length !== views.control.length) {
    throw new RangeError(
      `Cannot step as 'control' must have ${views.control.length} entries: it has ${control.length}`,
    );
  }
  for (let i = 0; i < control.length; i++) views.control[i] = control[i];
  const data = pool.data[state.slot];
  for (let i = 0; i < substeps; i++) mujoco.mj_step(model, data);
  const quantity = firstBad(viewsOf(pool, state));
  if (quantity !== undefined) diverged(pool, state, quantity, substeps);
  return renew(pool, state);
}

function forwardPosition(pool: Pool, state: Handle): Handle {
  const { mujoco, model } = pool;
  const data = dataOf(pool, state);
  mujoco.mj_kinematics(model, data);
  mujoco.mj_comPos(model, data);
  mujoco.mj_comVel(model, data);
  return renew(pool, state);
}

/** Frees the slot first, so that a refused episode leaks nothing. */
function diverged(
  pool: Pool,
  state: Handle,
  quantity: string,
  substeps: number,
): never {
  const seconds = pool.data[state.slot].time;
  const period = substeps * pool.model.opt.timestep;
  const count = Math.round(seconds / period);
  release(pool, state);
  refuse({
    _tag: "DivergedError",
    message:
      `Cannot go on simulating: ${quantity} is no longer finite after ${count} steps of ${period} s. Check the action sent and the masses and contacts of the model`,
    quantity,
    seed: 0,
    step: count,
  });
}

function indexOf(pool: Pool, kind: Part, name: string): number {
  const { mujoco, model } = pool;
  const id = mujoco.mj_name2id(model, typeOf(mujoco, kind), name);
  if (id >= 0) return id;
  throw new RangeError(
    `Cannot find a ${kind} named '${name}' in the physics model`,
  );
}

function typeOf(mujoco: Mujoco, kind: Part): number {
  const { mjtObj } = mujoco;
  switch (kind) {
    case "body":
      return mjtObj.mjOBJ_BODY.value;
    case "joint":
      return mjtObj.mjOBJ_JOINT.value;
    case "site":
      return mjtObj.mjOBJ_SITE.value;
    case "geom":
      return mjtObj.mjOBJ_GEOM.value;
    case "actuator":
      return mjtObj.mjOBJ_ACTUATOR.value;
  }
}

function dispose(pool: Pool): void {
  if (pool.disposed) return;
  pool.disposed = true;
  for (const data of pool.data) data.delete();
  pool.model.delete();
}
