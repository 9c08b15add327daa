/**
 * AimAndStrike: go behind a puck on the line from the goal, then strike it so
 * fast that Coulomb's friction stops it at the goal.
 *
 * With puck b, its velocity w, gripper g, goal G, d = |G - b| in the plane and
 * the unit vector u of (G - b), the first that holds:
 *
 *   d < 0.03 m                            stay
 *   behind the puck, on the line, low     a = (v / c) u while w . u < v, else stay
 *   the puck moves                        stay
 *   else                                  rise, go to b - 0.1 u, go down
 *
 * v = strength sqrt(2 mu g d) is the speed from which friction mu brakes to a
 * stand within d, and c the speed of a puck that was struck by an action of 1.
 * The action depends on nothing but what is seen now, so a puck that came to
 * rest short of the goal is struck again if the arm still reaches it.
 *
 * Neither is a strike so simple nor a goal always in range: the fingers are a
 * square, which deflects what it does not hit head on, MuJoCo's friction is a
 * pyramid, which brakes the larger of two velocities first, and an action of 1
 * is hardly fast enough for the farthest goals.
 *
 * @module
 */

import type { Policy, Vec } from "../types.ts";
import { fromPolicy, type Rule } from "./controller.ts";
import { APPROACH_GAIN, HOLD, move, stay } from "./grasp.ts";

/** Settings of {@link aimAndStrike}. */
export interface AimAndStrikeOptions {
  /** Factor on the speed of the strike, above 0 and at most 2. Default 1. */
  readonly strength?: number;
}

/** Friction of puck and table, as FetchSlide sets it. */
const FRICTION = 0.1;
/** Gravity (m/s^2). */
const GRAVITY = 9.81;
/** Seconds per control step: velocities are read as displacements per step. */
const PERIOD = 0.04;
/**
 * Speed (m/s) of a puck that was struck by an action of 1. Measured: 1.04 on
 * average over 80 strikes in all directions from 8 cm behind, standard deviation
 * 0.05. From {@link BACK} it leaves some 5 % faster, and glides too far: what a
 * person would tune next is left to learning.
 */
const LAUNCH = 1.04;
/** Distance (m) of puck and goal that counts as there. */
const DONE = 0.03;
/** Speed (m/s) of a puck that counts as at rest. */
const REST = 0.03;
/**
 * How far (m) behind the puck's centre the gripper comes down. It is fastest
 * (0.94 m/s) two steps after it sets off and then settles at 0.83: from here it
 * meets the puck in time for goals beyond 0.6 m, and from 0.14 m too late.
 */
const BACK = 0.1;
/** Distance (m) from that place that counts as there. */
const THERE = 0.015;
/** Height (m) of the approach over the puck's centre. */
const HOVER = 0.06;
/** Height (m) over the puck's centre from which fingers pass over the puck. */
const CLEAR = 0.035;
/** Height (m) over the puck's centre up to which fingers strike it. */
const LOW = 0.012;
/** Distances (m) along the line, from centre to centre, that a strike may start or go on at. */
const NEAREST = 0.02;
const FARTHEST = 0.18;
/** Distance (m) from the line that still counts as on it. */
const ASIDE = 0.012;

/**
 * The controller of FetchSlide. It reads entries 0 to 5 of the observation
 * (gripper, then puck, m), 14 and 15 (the puck's velocity from the gripper's,
 * m/step), 20 and 21 (the gripper's, m/step) and the goal (m). Its action `[4]`
 * is lent and not clipped: entries beyond 1 in size are common.
 *
 * @throws {RangeError} If `strength` is not above 0 and at most 2.
 *
 * @example The puck already lies at the goal: stay.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const observation = new Float32Array(25);
 * const { action } = aimAndStrike().act(undefined, observation, new Float32Array(3));
 * assertEquals(action, new Float32Array(4));
 * ```
 */
export function aimAndStrike(options: AimAndStrikeOptions = {}): Policy {
  const { strength = 1 } = options;
  if (!(strength > 0 && strength <= 2)) {
    throw new RangeError(
      `Cannot strike as 'strength' must be above 0 and at most 2: current value is ${strength}`,
    );
  }
  const id = strength === 1 ? "aim-and-strike" : `aim-and-strike(${strength})`;
  return fromPolicy(id, strikeRule(strength), 4);
}

/** The controller as a rule over a `strength` known to be in range. */
export function strikeRule(strength: number): Rule {
  return (observation, desired, out) =>
    aimOrStrike(observation, desired, strength, out);
}

function aimOrStrike(o: Vec, goal: Vec, strength: number, out: Vec): void {
  const bx = goal[0] - o[3];
  const by = goal[1] - o[4];
  const distance = Math.sqrt(bx * bx + by * by);
  if (distance < DONE) return stay(HOLD, out);
  const ux = bx / distance;
  const uy = by / distance;
  const vx = (o[14] + o[20]) / PERIOD;
  const vy = (o[15] + o[21]) / PERIOD;
  if (behind(o, ux, uy)) {
    const speed = strength * Math.sqrt(2 * FRICTION * GRAVITY * distance);
    if (vx * ux + vy * uy >= speed) return stay(HOLD, out);
    return strike(o, speed * ux, speed * uy, out);
  }
  if (vx * vx + vy * vy > REST * REST) return stay(HOLD, out);
  aim(o, o[3] - BACK * ux, o[4] - BACK * uy, out);
}

/** Whether the gripper is low behind the puck, seen along the unit vector (ux, uy). */
function behind(o: Vec, ux: number, uy: number): boolean {
  const x = o[3] - o[0];
  const y = o[4] - o[1];
  const along = x * ux + y * uy;
  const aside = ux * y - uy * x;
  return o[2] - o[5] < LOW && along > NEAREST && along < FARTHEST &&
    Math.abs(aside) < ASIDE;
}

/** Writes the action that sends a puck off with (vx, vy), m/s. */
function strike(o: Vec, vx: number, vy: number, out: Vec): void {
  out[0] = vx / LAUNCH;
  out[1] = vy / LAUNCH;
  out[2] = APPROACH_GAIN * (o[5] - o[2]);
  out[3] = HOLD;
}

/** Writes the way to (x, y), m, behind the puck: up, over it, down. */
function aim(o: Vec, x: number, y: number, out: Vec): void {
  const dx = x - o[0];
  const dy = y - o[1];
  const there = dx * dx + dy * dy < THERE * THERE;
  const z = o[5] + (there ? 0 : HOVER);
  move(o, 0, APPROACH_GAIN, x, y, z, HOLD, out);
  if (there || o[2] - o[5] > CLEAR) return;
  out[0] = 0;
  out[1] = 0;
}
