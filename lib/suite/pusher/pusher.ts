/**
 * The pusher: an arm driven by torques pushes a puck to a fixed goal; the
 * reward is dense (Chua et al. 2018; "MBRLPusher" of Silver et al. 2018,
 * arXiv 1812.06298, section 5).
 *
 *   r = -1.25 |object - goal|_1 - 0.5 |object - tips|_1 - 0.1 |a|_2^2
 *
 * @module
 */

import { goalDistance, rewardOf } from "../../env/reward.ts";
import { restart, transition } from "../../env/step.ts";
import { normal, uniform } from "../../rng/distributions.ts";
import { derive } from "../../rng/key.ts";
import type {
  DenseReward,
  Env,
  EnvSpec,
  Key,
  Observation,
  TimeStep,
  Vec,
} from "../../types.ts";
import type { Handle, Mujoco, World } from "../../world/mujoco.ts";
import { JOINTS, PUCK, pusherWorld, SUBSTEPS, TIMESTEP } from "./scene.ts";

/** Control steps of an episode in the paper: 6 s. */
export const HORIZON = 150;
/** Seconds per control step. */
export const DT = SUBSTEPS * TIMESTEP;
/** Where the puck is wanted (m): a disc on the table, 4.8 cm below the puck's centre. */
export const GOAL = [PUCK[0], PUCK[1], -0.323] as const;

/** Where readings start in the observation. */
export const AT = {
  angles: 0,
  velocities: JOINTS,
  tips: 2 * JOINTS,
  object: 2 * JOINTS + 3,
  /** The action last played; hidden from networks. */
  played: 2 * JOINTS + 6,
} as const;

/** What networks see: all but the action last played. */
export const VISIBLE = AT.played;

/** The reward, as hindsight computes it again. */
export const REWARD: DenseReward = {
  kind: "dense",
  threshold: 0.05,
  goal: 1.25,
  reach: { weight: 0.5, first: AT.tips, second: AT.object, size: 3 },
  effort: { weight: 0.1, at: AT.played, size: JOINTS },
};

/** The joints, from the shoulder on. */
export const JOINT_NAMES: readonly string[] = [
  "shoulder pan",
  "shoulder lift",
  "upper arm roll",
  "elbow flex",
  "forearm roll",
  "wrist flex",
  "wrist roll",
];

/** Name and unit of each reading, in order. */
export const CHANNELS: readonly string[] = [
  ...JOINT_NAMES.map((name) => `${name} [rad]`),
  ...JOINT_NAMES.map((name) => `${name} velocity [rad/s]`),
  ...["x", "y", "z"].map((axis) => `tips.${axis} [m]`),
  ...["x", "y", "z"].map((axis) => `object.${axis} [m]`),
  ...JOINT_NAMES.map((name) => `${name} torque played [N m]`),
];

/** Settings of the task. */
export interface PusherOptions {
  /** Standard deviation (m) of the puck's start, in [0, 0.1]. Default 0.025. */
  readonly objectDeviation?: number;
  /** Episodes that may run at once, from 1 to 4096. Default 64. */
  readonly slots?: number;
}

/** The state of an episode. */
export interface PusherState {
  /** The physics. */
  readonly world: Handle;
}

/** The task, an environment with its world. Dispose it when done. */
export interface PusherTask extends Env<PusherState>, Disposable {
  /** A second state that goes on as `state` would; its observation is that of `state`. */
  readonly fork: (state: PusherState) => PusherState;
  /** All that the next steps depend on, as a fresh vector. */
  readonly save: (state: PusherState) => Float64Array;
  /** The state of a snapshot made by `save`; it must be stepped before it is seen. */
  readonly load: (snapshot: Float64Array) => PusherState;
  /** States in use. */
  readonly live: () => number;
}

const SPEC: EnvSpec = {
  id: "pusher",
  observationSize: CHANNELS.length,
  visible: VISIBLE,
  goalSize: 3,
  actionSize: JOINTS,
  horizon: Infinity,
  dt: DT,
  channels: CHANNELS,
  reward: REWARD,
};

/** Where the puck starts on average: slides along y and x (m). */
const START = [-0.25, 0.15] as const;
/** Greatest joint velocity (rad/s) at the start. */
const STIR = 0.005;
/** Torque (N m) of an action of 1. */
const TORQUE = 1;

/**
 * The pusher, without a time limit.
 *
 * Actions are torques (N m), half of what the motors could give. The arm starts
 * straight, each joint turning at U(-0.005, 0.005) rad/s; the puck starts at
 * (0.60, -0.30) plus N(0, 0.025^2) each. As in the original, places of tips and
 * puck are those before the last physics step of 10 ms.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 * @throws {Refusal} With a `ModelError`, if the scene does not compile.
 */
export function pusher(
  mujoco: Mujoco,
  options: PusherOptions = {},
): PusherTask {
  const { objectDeviation = 0.025, slots = 64 } = options;
  if (!(objectDeviation >= 0 && objectDeviation <= 0.1)) {
    throw new RangeError(
      `Cannot make task 'pusher' as 'objectDeviation' must be from 0 to 0.1 m: current value is ${objectDeviation}`,
    );
  }
  const world = pusherWorld(mujoco, slots);
  const room = {
    world,
    tips: 3 * world.index("body", "tips"),
    object: 3 * world.index("body", "object"),
    seen: Array.from({ length: slots }, createObservation),
    torques: new Float64Array(JOINTS),
  };
  return {
    spec: SPEC,
    reset: (key) => reset(room, key, objectDeviation),
    step: (state, action) => step(room, state, action),
    drop: (state) => world.drop(state.world),
    fork: (state) => fork(room, state),
    save: (state) => world.save(state.world),
    load: (snapshot) => ({ world: world.load(snapshot) }),
    live: world.live,
    [Symbol.dispose]: () => world[Symbol.dispose](),
  };
}

/** The world and what is kept per simulation. */
interface Room {
  readonly world: World;
  /** Where the body's place starts among all places. */
  readonly tips: number;
  readonly object: number;
  readonly seen: readonly Observation[];
  readonly torques: Float64Array;
}

function createObservation(): Observation {
  return {
    observation: new Float32Array(CHANNELS.length),
    achieved: new Float32Array(3),
    desired: Float32Array.from(GOAL),
  };
}

function reset(
  room: Room,
  key: Key,
  deviation: number,
): TimeStep<PusherState> {
  const { world, seen } = room;
  const fresh = world.start();
  const { position, velocity } = world.views(fresh);
  const [stir, place] = [derive(key, "velocity"), derive(key, "object")];
  for (let i = 0; i < JOINTS; i++) {
    velocity[i] = (2 * uniform(stir, i) - 1) * STIR;
  }
  START.forEach((centre, i) => {
    position[JOINTS + i] = centre + deviation * normal(place, i);
  });
  const state = world.forward(fresh);
  const out = seen[state.slot];
  out.observation.fill(0, AT.played);
  sense(room, state, out);
  const distance = goalDistance(out);
  return restart({ world: state }, out, {
    success: distance < REWARD.threshold,
    metrics: { distance },
  });
}

function step(
  room: Room,
  state: PusherState,
  action: Vec,
): TimeStep<PusherState> {
  const { world, seen, torques } = room;
  for (let i = 0; i < JOINTS; i++) {
    torques[i] = TORQUE * Math.min(1, Math.max(-1, action[i]));
  }
  const next = world.step(state.world, torques, SUBSTEPS);
  const out = seen[next.slot];
  out.observation.set(torques, AT.played);
  sense(room, next, out);
  const distance = goalDistance(out);
  const { observation, achieved, desired } = out;
  return transition({ world: next }, out, {
    reward: rewardOf(REWARD, achieved, desired, observation),
    success: distance < REWARD.threshold,
    metrics: { distance },
  });
}

/** Writes all readings but the action played, and the achieved goal. */
function sense(room: Room, state: Handle, out: Observation): void {
  const { observation: o, achieved } = out;
  const { position, velocity, bodyPosition } = room.world.views(state);
  for (let i = 0; i < JOINTS; i++) {
    o[AT.angles + i] = position[i];
    o[AT.velocities + i] = velocity[i];
  }
  for (let i = 0; i < 3; i++) {
    o[AT.tips + i] = bodyPosition[room.tips + i];
    o[AT.object + i] = achieved[i] = bodyPosition[room.object + i];
  }
}

function fork({ world, seen }: Room, state: PusherState): PusherState {
  const copy = world.fork(state.world);
  const [from, to] = [seen[state.world.slot], seen[copy.slot]];
  to.observation.set(from.observation);
  to.achieved.set(from.achieved);
  return { world: copy };
}
