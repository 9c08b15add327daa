/**
 * Views of one simulation's numbers in WASM memory: taken once, then cached,
 * as each look at `data.qpos` would build a new view (160 ns).
 *
 * @module
 */

import type { MjData } from "@mujoco/mujoco";

/** The numbers of one state; SI units, matrices row-major, quaternions w x y z. */
export interface Views {
  /** Generalised positions, `[nq]`. */
  readonly position: Float64Array;
  /** Generalised velocities, `[nv]`. */
  readonly velocity: Float64Array;
  /** Activations of the actuators, `[na]`. */
  readonly activation: Float64Array;
  /** Controls, `[nu]`. */
  readonly control: Float64Array;
  /** Accelerations that the constraint solver starts from, `[nv]`. */
  readonly warmStart: Float64Array;
  /** Generalised forces applied from outside, `[nv]`. */
  readonly force: Float64Array;
  /** Wrenches applied to bodies from outside, `[bodies, 6]`. */
  readonly wrench: Float64Array;
  /** Positions of the mocap bodies, `[mocap, 3]`. */
  readonly mocapPosition: Float64Array;
  /** Orientations of the mocap bodies, `[mocap, 4]`. */
  readonly mocapOrientation: Float64Array;
  /** Positions of the bodies, `[bodies, 3]`. Derived. */
  readonly bodyPosition: Float64Array;
  /** Orientations of the bodies, `[bodies, 4]`. Derived. */
  readonly bodyOrientation: Float64Array;
  /** Angular, then linear velocities at the tree's centre of mass, `[bodies, 6]`. Derived. */
  readonly bodyVelocity: Float64Array;
  /** Centres of mass of the subtrees, `[bodies, 3]`. Derived. */
  readonly massCentre: Float64Array;
  /** Positions of the sites, `[sites, 3]`. Derived. */
  readonly sitePosition: Float64Array;
  /** Rotation matrices of the sites, `[sites, 3, 3]`. Derived. */
  readonly siteRotation: Float64Array;
}

/** Takes all views; allocate nothing in the module while they are used. */
export function takeViews(data: MjData): Views {
  return {
    position: data.qpos,
    velocity: data.qvel,
    activation: data.act,
    control: data.ctrl,
    warmStart: data.qacc_warmstart,
    force: data.qfrc_applied,
    wrench: data.xfrc_applied,
    mocapPosition: data.mocap_pos,
    mocapOrientation: data.mocap_quat,
    bodyPosition: data.xpos,
    bodyOrientation: data.xquat,
    bodyVelocity: data.cvel,
    massCentre: data.subtree_com,
    sitePosition: data.site_xpos,
    siteRotation: data.site_xmat,
  };
}

/**
 * The parts of the integration state, in the order of a snapshot. Which
 * equality constraints are on is left out: the binding cannot show it
 * (`eq_active` throws), and no task switches them.
 */
const STATE = [
  "position",
  "velocity",
  "activation",
  "control",
  "warmStart",
  "force",
  "wrench",
  "mocapPosition",
  "mocapOrientation",
] as const;

/** Numbers in a snapshot: the time (s), then the parts of the state. */
export function snapshotSize(views: Views): number {
  return STATE.reduce((sum, part) => sum + views[part].length, 1);
}

/** The integration state as a fresh vector. */
export function snapshotOf(views: Views, time: number): Float64Array {
  const snapshot = new Float64Array(snapshotSize(views));
  snapshot[0] = time;
  let at = 1;
  for (const part of STATE) {
    snapshot.set(views[part], at);
    at += views[part].length;
  }
  return snapshot;
}

/** Writes a snapshot into the views and returns its time (s). */
export function copyInto(views: Views, snapshot: Float64Array): number {
  let at = 1;
  for (const part of STATE) {
    const view = views[part];
    view.set(snapshot.subarray(at, at + view.length));
    at += view.length;
  }
  return snapshot[0];
}

/** Name of the first position or velocity that is not finite, if there is one. */
export function firstBad(views: Views): string | undefined {
  const { position, velocity } = views;
  let sum = 0;
  for (let i = 0; i < position.length; i++) sum += position[i];
  for (let i = 0; i < velocity.length; i++) sum += velocity[i];
  if (Number.isFinite(sum)) return undefined;
  return badIn("qpos", position) ?? badIn("qvel", velocity);
}

function badIn(name: string, values: Float64Array): string | undefined {
  const at = values.findIndex((x) => !Number.isFinite(x));
  return at < 0 ? undefined : `${name}[${at}]`;
}
