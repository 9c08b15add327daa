/**
 * ReactiveHook: grasp a hook, lay it behind the cube, and sweep the cube to the
 * goal (Silver et al. 2018, arXiv 1812.06298, section 5 and appendix).
 *
 * With gripper g, cube b, hook h and goal G, the first that holds:
 *
 *   |bx - Gx| + |by - Gy| <= 0.01     close, stay
 *   the hook is not held              hover, open, descend, close
 *   the hook is not behind the cube   a = (10 (t - g), close), t = (bx - 0.5, by - 0.05, 0.45)
 *   else                              a = (0.4 d, 0, close), d the direction of G - b in the plane
 *
 * The original also lifts what it has just closed on before it moves on; but
 * what is closed on counts as held, so that never happens, and the hook is
 * lifted on the way.
 *
 * @module
 */

import type { Policy, Vec } from "../types.ts";
import type { Rule } from "./controller.ts";
import {
  APPROACH_GAIN,
  CLOSE,
  graspGap,
  type GraspLayout,
  move,
  NEAR,
  reach,
  stay,
} from "./grasp.ts";

/** Where the observation holds what the controller reads: indices of first entries. */
export interface HookLayout extends GraspLayout {
  /** Place of the hook's site, three entries, m. */
  readonly hook: number;
}

/** Settings of {@link reactiveHook}. */
export interface ReactiveHookOptions {
  /**
   * Where to read, entry by entry, for example the present half of a pair of
   * frames, or an estimate beside the measurement. Default: {@link HOOK_LAYOUT}.
   */
  readonly layout?: Partial<HookLayout>;
}

/** The layout of the hook tasks' 40 readings. */
export const HOOK_LAYOUT: HookLayout = {
  grip: 0,
  object: 3,
  finger: 9,
  hook: 25,
};

/** How far (m) below the hook's site the fingers reach; the table stops them before. */
const DEPTH = 0.05;
/** Squared distance (m^2) of grip and grasp point while the hook still counts as held. */
const HELD = 1e-2;
/** Opening (m) of the right finger up to which the hook counts as held. */
const CLOSED = 0.034;
/** Distance (m), summed over x and y, of cube and goal that ends the sweep. */
const DONE = 0.01;
/** The grip's place (m) from the cube, in x and in y, with the hook behind it; and its height. */
const BEHIND_X = -0.5;
const BEHIND_Y = -0.05;
const HEIGHT = 0.45;
/** How far (m) off the hook may be and still lie behind the cube. */
const SPARE = 0.1;
/** Action with which the hook sweeps. */
const SWEEP = 0.4;

/**
 * The hook controller of the paper. It reads the entries that the layout names,
 * and the goal (m). Its action `[4]` is lent and not clipped: entries beyond 1
 * in size are common. It remembers nothing, so noise makes it waver between its
 * branches; see `filtered`.
 *
 * @throws {RangeError} If an index of the layout is not a whole number from 0.
 *
 * @example The cube already lies at the goal: hold on and stay.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { action } = reactiveHook()
 *   .act(undefined, new Float32Array(40), new Float32Array(3));
 * assertEquals(action, Float32Array.of(0, 0, 0, -1));
 * ```
 */
export function reactiveHook(options: ReactiveHookOptions = {}): Policy {
  const layout = { ...HOOK_LAYOUT, ...options.layout };
  checkLayout(layout);
  const rule = hookRule(layout);
  const action = new Float32Array(4);
  return {
    id: "reactive-hook",
    init: () => undefined,
    act: (_memory, observation, desired) => {
      rule(observation, desired, action);
      return { action, memory: undefined };
    },
  };
}

/** The controller as a rule over a layout known to be sound. */
export function hookRule(layout: HookLayout): Rule {
  // The same record with the hook as what is grasped.
  const grasp = { ...layout, object: layout.hook };
  return (observation, desired, out) =>
    sweep(observation, desired, layout, grasp, out);
}

function sweep(
  o: Vec,
  goal: Vec,
  { grip, object, finger, hook }: HookLayout,
  grasp: GraspLayout,
  out: Vec,
): void {
  const x = goal[0] - o[object];
  const y = goal[1] - o[object + 1];
  if (Math.abs(x) + Math.abs(y) <= DONE) return stay(CLOSE, out);
  const held = graspGap(o, grasp, DEPTH) < HELD &&
    o[finger] <= CLOSED;
  if (!held) return reach(o, grasp, DEPTH, NEAR, out);
  const tx = o[object] + BEHIND_X;
  const ty = o[object + 1] + BEHIND_Y;
  const behind = o[hook] < tx + SPARE && o[hook + 1] + SPARE > ty;
  if (!behind) return move(o, grip, APPROACH_GAIN, tx, ty, HEIGHT, CLOSE, out);
  const distance = Math.sqrt(x * x + y * y);
  out[0] = SWEEP * x / distance;
  out[1] = SWEEP * y / distance;
  out[2] = 0;
  out[3] = CLOSE;
}

function checkLayout(layout: HookLayout): void {
  for (const [name, index] of Object.entries(layout)) {
    if (Number.isInteger(index) && index >= 0) continue;
    throw new RangeError(
      `Cannot read the hook as 'layout.${name}' must be a whole number from 0: current value is ${index}`,
    );
  }
}
