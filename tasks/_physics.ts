/**
 * Loads MuJoCo: the one place that reads its WebAssembly file. Needs only read
 * permission.
 *
 * @module
 */

import load from "@mujoco/mujoco";
import type { Mujoco } from "../lib/world/mujoco.ts";

let loading: Promise<Mujoco> | undefined;

/** The single-threaded MuJoCo module of this thread; loaded once. */
export function loadMujoco(): Promise<Mujoco> {
  return loading ??= load();
}
