/**
 * What the Fetch tasks share: settling, reset, step and reward.
 *
 * The scene settles once, when the task is made, with default friction; every
 * episode starts from that snapshot with the cube moved (Plappert et al. 2018,
 * arXiv 1802.09464, section 1.2).
 *
 * @module
 */

import { goalDistance } from "../../env/reward.ts";
import { restart, transition } from "../../env/step.ts";
import type {
  Box,
  Env,
  EnvSpec,
  Key,
  Observation,
  TimeStep,
  Vec,
} from "../../types.ts";
import type { Handle, Mujoco } from "../../world/mujoco.ts";
import { actuate, type Arm, createArm, followGripper } from "./gripper.ts";
import { mirrorAbout } from "./mirror.ts";
import { CUBE_STAGE, fetchWorld, type Fingers, type Stage } from "./scene.ts";
import {
  CHANNELS,
  createObservation,
  DT,
  HOOK_CHANNELS,
  sense,
} from "./sense.ts";
import { settle } from "./settle.ts";

/** A point in the world (m). */
export type Point = readonly [number, number, number];

/** The state of an episode. */
export interface FetchState {
  /** The physics. */
  readonly world: Handle;
  /** Where the cube is wanted. */
  readonly goal: Point;
}

/** The pose at rest that every episode starts from. */
export interface Rest {
  /** Grip site (m). */
  readonly gripper: Point;
  /** Height of the cube's centre over the floor (m). */
  readonly objectHeight: number;
  /** Generalised positions, `[22]`: the arm's 15, the cube's 7, then a hook's 7. */
  readonly position: Float64Array;
  /** Generalised velocities, `[21]`: the arm's 15, the cube's 6, then a hook's 6. */
  readonly velocity: Float64Array;
}

/** A moment to start an episode from. */
export interface Start {
  /** Generalised positions, `[22]`. */
  readonly position: ArrayLike<number>;
  /** Generalised velocities, `[21]`. */
  readonly velocity: ArrayLike<number>;
  /** Where the cube is wanted. */
  readonly goal: Point;
  /** Place of the mocap body; the origin, as in the original, unless given. */
  readonly mocapPosition?: ArrayLike<number>;
  /** Orientation of the mocap body; no rotation unless given. */
  readonly mocapOrientation?: ArrayLike<number>;
}

/** An environment whose states can be copied and kept. Dispose it when done. */
export interface Simulation<S> extends Env<S>, Disposable {
  /** A second state that goes on as `state` would; its observation is that of `state`. */
  readonly fork: (state: S) => S;
  /** All that the next steps depend on, as a fresh vector. */
  readonly save: (state: S) => Float64Array;
  /** The state of a snapshot made by `save`; it must be stepped before it is seen. */
  readonly load: (snapshot: Float64Array) => S;
  /** States in use. */
  readonly live: () => number;
}

/** A Fetch task: an environment with its world. */
export interface FetchTask extends Simulation<FetchState> {
  /** The pose that episodes start from. */
  readonly rest: Rest;
  /** Begins an episode at a given moment. */
  readonly begin: (start: Start) => TimeStep<FetchState>;
}

/** Sliding, torsional and rolling friction; `undefined` keeps each shape's own. */
export type Friction = readonly [
  number | undefined,
  number | undefined,
  number | undefined,
];

/** What makes a Fetch task out of the shared parts. */
export interface Scenario {
  /** Name as typed on the command line. */
  readonly id: string;
  /** How the fingers are held. */
  readonly fingers: Fingers;
  /** What stands before the robot. Default: the cube of the push tasks. */
  readonly stage?: Stage;
  /** Height (m) that the gripper is raised over its push height at the start. */
  readonly extraHeight: number;
  /** Friction written to every shape once settled. */
  readonly friction: Friction;
  /** Simultaneous episodes. */
  readonly slots: number;
  /** Simulations made at once, the others when first needed. Default: all. */
  readonly reserve?: number;
  /** Goals that may be asked for, around the gripper at rest. */
  readonly goals: (rest: Rest) => Box;
  /** The cube's place `[2]` (m) and the goal, drawn from a key. */
  readonly sample: (key: Key, rest: Rest) => Layout;
}

/** Where an episode has its cube and its goal. */
export interface Layout {
  /** The cube's place on the table (m). */
  readonly object: readonly [number, number];
  /** Where the cube is wanted. */
  readonly goal: Point;
}

/** Distance (m) that still counts as the goal. */
export const THRESHOLD = 0.05;

/**
 * The task of a scenario, settled and ready.
 *
 * @throws {Refusal} With a `ModelError`, if the scene does not compile.
 */
export function fetchTask(mujoco: Mujoco, scenario: Scenario): FetchTask {
  const { fingers, slots, stage = CUBE_STAGE } = scenario;
  const { reserve = slots } = scenario;
  const world = fetchWorld(mujoco, fingers, slots, { stage, reserve });
  const hooked = Object.hasOwn(stage.poses, "hook");
  const arm = createArm(world, fingers, hooked);
  const rest = settle(arm, scenario.extraHeight, stage.poses);
  rub(arm, scenario.friction);
  const plane = hooked ? undefined : rest.gripper[1];
  const spec = fetchSpec(scenario.id, scenario.goals(rest), plane);
  const size = spec.observationSize;
  const seen = Array.from({ length: slots }, () => createObservation(size));
  const begin = (start: Start) => beginAt(arm, seen, start);
  return {
    spec,
    rest,
    begin,
    reset: (key) => begin(startOf(arm, rest, scenario.sample(key, rest))),
    step: (state, action) => step(arm, seen, state, action),
    drop: (state) => world.drop(state.world),
    fork: (state) => fork(arm, seen, state),
    save: (state) => Float64Array.of(...state.goal, ...world.save(state.world)),
    load: (snapshot) => load(arm, snapshot),
    live: world.live,
    [Symbol.dispose]: () => world[Symbol.dispose](),
  };
}

/**
 * What is constant about a Fetch task.
 *
 * @param plane Place y (m) of the plane of symmetry; a scene with a hook has none.
 */
export function fetchSpec(id: string, goals: Box, plane?: number): EnvSpec {
  const channels = plane === undefined ? HOOK_CHANNELS : CHANNELS;
  return {
    id,
    observationSize: channels.length,
    goalSize: 3,
    actionSize: 4,
    horizon: Infinity,
    dt: DT,
    channels,
    reward: { kind: "sparse", threshold: THRESHOLD },
    goals,
    ...plane === undefined ? {} : { mirror: mirrorAbout(plane) },
  };
}

/** Writes the friction to every shape. MuJoCo takes the larger of two in contact. */
function rub(arm: Arm, friction: Friction): void {
  const all: Float64Array = arm.world.model.geom_friction;
  for (let i = 0; i < all.length; i++) all[i] = friction[i % 3] ?? all[i];
}

function startOf(arm: Arm, rest: Rest, { object, goal }: Layout): Start {
  const position = rest.position.slice();
  position[arm.objectPosition] = object[0];
  position[arm.objectPosition + 1] = object[1];
  return { position, velocity: rest.velocity, goal };
}

function beginAt(
  arm: Arm,
  seen: readonly Observation[],
  start: Start,
): TimeStep<FetchState> {
  const { world } = arm;
  const fresh = world.start();
  const views = world.views(fresh);
  views.position.set(start.position);
  views.velocity.set(start.velocity);
  views.mocapPosition.set(start.mocapPosition ?? [0, 0, 0]);
  views.mocapOrientation.set(start.mocapOrientation ?? [1, 0, 0, 0]);
  const state = followGripper(arm, world.forward(fresh));
  const out = seen[state.slot];
  sense(arm, state, out);
  out.desired.set(start.goal);
  const distance = goalDistance(out);
  return restart({ world: state, goal: start.goal }, out, {
    success: distance < THRESHOLD,
    metrics: { distance },
  });
}

function step(
  arm: Arm,
  seen: readonly Observation[],
  { world: handle, goal }: FetchState,
  action: Vec,
): TimeStep<FetchState> {
  const world = actuate(arm, handle, action);
  const out = seen[world.slot];
  sense(arm, world, out);
  out.desired.set(goal);
  const distance = goalDistance(out);
  return transition({ world, goal }, out, {
    reward: distance > THRESHOLD ? -1 : 0,
    success: distance < THRESHOLD,
    metrics: { distance },
  });
}

function fork(
  arm: Arm,
  seen: readonly Observation[],
  { world: source, goal }: FetchState,
): FetchState {
  const world = arm.world.fork(source);
  const from = seen[source.slot];
  const to = seen[world.slot];
  to.observation.set(from.observation);
  to.achieved.set(from.achieved);
  to.desired.set(from.desired);
  return { world, goal };
}

function load(arm: Arm, snapshot: Float64Array): FetchState {
  const [x, y, z] = snapshot;
  return { world: arm.world.load(snapshot.subarray(3)), goal: [x, y, z] };
}
