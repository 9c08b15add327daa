/**
 * The controllers of the noisy hook task, which read two frames and, where they
 * filter, the estimate behind them.
 *
 * @module
 */

import {
  HOOK_LAYOUT,
  type HookLayout,
  reactiveHook,
} from "../control/reactive_hook.ts";
import type { Policy } from "../types.ts";

/** Readings of one frame. */
export const FRAME_SIZE = 40;

/** Frames that the noisy task shows. */
export const NOISY_FRAMES = 2;

/** Where the present frame begins. */
const PRESENT = (NOISY_FRAMES - 1) * FRAME_SIZE;

/** The layout of the present frame, behind the one before. */
export const PRESENT_LAYOUT: HookLayout = {
  grip: PRESENT + HOOK_LAYOUT.grip,
  object: PRESENT + HOOK_LAYOUT.object,
  finger: PRESENT + HOOK_LAYOUT.finger,
  hook: PRESENT + HOOK_LAYOUT.hook,
};

/** The same with the estimates, which stand behind the frames: the cube, then the hook. */
export const ESTIMATED_LAYOUT: HookLayout = {
  ...PRESENT_LAYOUT,
  object: NOISY_FRAMES * FRAME_SIZE,
  hook: NOISY_FRAMES * FRAME_SIZE + 3,
};

/** The paper's controller, which believes each noisy frame. */
export function rawHook(): Policy {
  return reactiveHook({ layout: PRESENT_LAYOUT });
}

/** The same controller fed by a filter. */
export function filteredHook(): Policy {
  return reactiveHook({ layout: ESTIMATED_LAYOUT });
}
