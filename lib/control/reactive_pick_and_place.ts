/**
 * ReactivePickAndPlace: grasp the cube, then carry it to the goal (Silver et
 * al. 2018, arXiv 1812.06298, section 5 and appendix).
 *
 * With gripper g, cube b, goal G and the grasp point b - (0, 0, 0.02): hover
 * over it, open, descend, close; then, with the cube between the fingers,
 *
 *   a = (K (G + (e, e, 0.03) - g), close)   until |b - G|^2 < done
 *
 * @module
 */

import type { Policy, Vec } from "../types.ts";
import type { Rule } from "./controller.ts";
import {
  CLOSE,
  graspGap,
  type GraspLayout,
  move,
  NEAR,
  reach,
  SLACK,
  stay,
} from "./grasp.ts";

/** Settings of {@link reactivePickAndPlace}. */
export interface PickAndPlaceControllerOptions {
  /**
   * Error e (m) of the target of the carry in x and in y, from -0.2 to 0.2: a
   * camera that is not calibrated. Default 0.03.
   */
  readonly offset?: number;
  /**
   * Squared distance (m^2) in the plane that counts as over the cube, above 0
   * and at most 0.01. Default 1e-3.
   */
  readonly tolerance?: number;
  /** Gain K of the carry, above 0 and at most 1000; 10 asks for half the way. Default 10. */
  readonly gain?: number;
  /** Squared distance (m^2) of cube and goal at which the carry ends, from 0 to 0.01. Default 1e-3. */
  readonly done?: number;
}

/** The controller as meant: solves nearly every episode. */
export const CALIBRATED: Required<PickAndPlaceControllerOptions> = {
  offset: 0,
  tolerance: 1e-3,
  gain: 10,
  done: 1e-3,
};

/** Carries to a place 3 cm off in x and in y; the default. */
export const MISCALIBRATED: Required<PickAndPlaceControllerOptions> = {
  ...CALIBRATED,
  offset: 0.03,
};

/**
 * Descends only within 0.11 mm of the cube's axis, and carries with the gain
 * with which the paper's controller oscillates. The paper's 0.22 mm fails less
 * often on today's engine than it did then.
 */
export const TIGHT: Required<PickAndPlaceControllerOptions> = {
  offset: 0,
  tolerance: 1.2e-8,
  gain: 50,
  done: 1e-6,
};

/** How far (m) below the cube's centre the fingers grasp. */
const DEPTH = 0.02;
/** How far (m) over the goal's grasp point the grip carries. */
const LIFT = 0.05;
/** Opening (m) of the right finger with the cube between the fingers. */
const GRASPED = 0.024;
const LAYOUT: GraspLayout = { grip: 0, object: 3, finger: 9 };

/**
 * The pick-and-place controller of the paper. It reads entries 0 to 5 (gripper,
 * then cube, m) and 9 (right finger, m) of the observation and the goal (m).
 * Its action `[4]` is lent and not clipped: entries beyond 1 in size are common.
 *
 * @throws {RangeError} If an option is out of its range.
 *
 * @example A cube that is not grasped yet, at a distance: go and hover over it.
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const observation = new Float32Array(25);
 * observation.set([1.3, 0.7, 0.5, 1.4, 0.7, 0.42]);
 * const { action } = reactivePickAndPlace()
 *   .act(undefined, observation, Float32Array.of(1.3, 0.8, 0.42));
 * assertAlmostEquals(action[0], 10 * 0.1, 1e-5);
 * assertAlmostEquals(action[2], 10 * (0.42 - 0.02 + 0.1 - 0.5), 1e-5);
 * ```
 */
export function reactivePickAndPlace(
  options: PickAndPlaceControllerOptions = {},
): Policy {
  const settings: Required<PickAndPlaceControllerOptions> = {
    ...MISCALIBRATED,
    ...options,
  };
  checkSettings(settings);
  const action = new Float32Array(4);
  const rule = pickAndPlaceRule(settings);
  return {
    id: nameOf(settings),
    init: () => undefined,
    act: (_memory, observation, desired) => {
      rule(observation, desired, action);
      return { action, memory: undefined };
    },
  };
}

/** The controller as a rule over settings known to be in range. */
export function pickAndPlaceRule(
  settings: Required<PickAndPlaceControllerOptions>,
): Rule {
  return (observation, desired, out) =>
    pickAndPlace(observation, desired, settings, out);
}

function pickAndPlace(
  o: Vec,
  goal: Vec,
  settings: Required<PickAndPlaceControllerOptions>,
  out: Vec,
): void {
  const grasped = graspGap(o, LAYOUT, DEPTH) < NEAR &&
    Math.abs(o[LAYOUT.finger] - GRASPED) < SLACK;
  if (!grasped) return reach(o, LAYOUT, DEPTH, settings.tolerance, out);
  if (gapToGoal(o, goal) < settings.done) return stay(CLOSE, out);
  const { gain, offset } = settings;
  const x = goal[0] + offset;
  const y = goal[1] + offset;
  move(o, LAYOUT.grip, gain, x, y, goal[2] - DEPTH + LIFT, CLOSE, out);
}

/** Squared distance (m^2) of cube and goal. */
function gapToGoal(o: Vec, goal: Vec): number {
  const x = o[3] - goal[0];
  const y = o[4] - goal[1];
  const z = o[5] - goal[2];
  return x * x + y * y + z * z;
}

/** Names what differs from the default, so that reports can tell variants apart. */
function nameOf(settings: Required<PickAndPlaceControllerOptions>): string {
  const names = Object.keys(
    MISCALIBRATED,
  ) as (keyof PickAndPlaceControllerOptions)[];
  const differing = names
    .filter((name) => settings[name] !== MISCALIBRATED[name])
    .map((name) => `${name} ${settings[name]}`);
  const id = "reactive-pick-and-place";
  return differing.length === 0 ? id : `${id}(${differing.join(", ")})`;
}

function checkSettings(
  { offset, tolerance, gain, done }: Required<PickAndPlaceControllerOptions>,
): void {
  check(
    "offset",
    offset,
    offset >= -0.2 && offset <= 0.2,
    "from -0.2 to 0.2 m",
  );
  const near = tolerance > 0 && tolerance <= 0.01;
  check("tolerance", tolerance, near, "above 0 and at most 0.01 m^2");
  check("gain", gain, gain > 0 && gain <= 1000, "above 0 and at most 1000");
  check("done", done, done >= 0 && done <= 0.01, "from 0 to 0.01 m^2");
}

function check(
  name: string,
  value: number,
  ok: boolean,
  allowed: string,
): void {
  if (ok) return;
  throw new RangeError(
    `Cannot pick and place as '${name}' must be ${allowed}: current value is ${value}`,
  );
}
