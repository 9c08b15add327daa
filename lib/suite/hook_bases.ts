/**
 * The controllers of the noisy hook task, which read two frames and, where they
 * filter, the estimate behind them.
 *
 * @module
 */

import { HOOK_LAYOUT, reactiveHook } from "../control/reactive_hook.ts";
import type { Policy } from "../types.ts";

/** Readings of one frame. */
export const FRAME_SIZE = 40;

/** Frames that the noisy task shows. */
export const NOISY_FRAMES = 2;

/** Where the present frame begins. */
const PRESENT = (NOISY_FRAMES - 1) * FRAME_SIZE;

const PRESENT_LAYOUT = {
  grip: PRESENT + HOOK_LAYOUT.grip,
  object: PRESENT + HOOK_LAYOUT.object,
  finger: PRESENT + HOOK_LAYOUT.finger,
  hook: PRESENT + HOOK_LAYOUT.hook,
};

/** The paper's controller, which believes each noisy frame. */
export function rawHook(): Policy {
  return reactiveHook({ layout: PRESENT_LAYOUT });
}

/**
 * The same controller fed by a filter. The estimates stand behind the frames:
 * the cube, then the hook.
 */
export function filteredHook(): Policy {
  const first = NOISY_FRAMES * FRAME_SIZE;
  const layout = { ...PRESENT_LAYOUT, object: first, hook: first + 3 };
  return reactiveHook({ layout });
}
