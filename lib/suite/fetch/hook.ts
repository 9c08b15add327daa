/**
 * Hook: fetch a cube that lies out of reach with an L-shaped tool; exactly
 * measured, or with noise on the tool and the cube (Silver et al. 2018, arXiv
 * 1812.06298, section 5, "NoisyHook").
 *
 * @module
 */

import type { Noisy } from "../../env/sensor_noise.ts";
import type { Mujoco } from "../../world/mujoco.ts";
import { hookNoise } from "./hook_noise.ts";
import { goalNear, goalsOnTable, hookStage, placeAfar } from "./hook_stage.ts";
import { CUBE } from "./scene.ts";
import {
  type FetchState,
  type FetchTask,
  fetchTask,
  type Simulation,
} from "./task.ts";

export { HOOK_CHANNELS, HOOK_READINGS } from "./sense.ts";

/** Control steps of an episode of a hook task in the paper: 4 s. */
export const HOOK_HORIZON = 100;

/** Greatest standard deviation of the noise. */
const LOUDEST = 1;

/** Settings of {@link hook}. */
export interface HookOptions {
  /** Episodes that may run at once, from 1 to 4096. Default 64. */
  readonly slots?: number;
}

/** Settings of {@link noisyHook}. */
export interface NoisyHookOptions extends HookOptions {
  /** Standard deviation (m or rad) of the noise, in [0, 1]. Default 0.025. */
  readonly noise?: number;
  /**
   * 1 loses two angles of the cube and a velocity as the original does: it
   * writes noisy copies of the cube's place from the grip over readings 12 to
   * 14. Default 0.
   */
  readonly overwrite?: number;
}

/** The noisy hook task. */
export type NoisyHookTask = Simulation<Noisy<FetchState>>;

/**
 * The hook task with exact measurements. The cube starts at x from 1.75 to
 * 1.9 m, the hook always at the same place; the goal lies nearer to the robot,
 * still out of the gripper's reach.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function hook(mujoco: Mujoco, options: HookOptions = {}): FetchTask {
  return hookTask(mujoco, "hook", options);
}

/**
 * The hook task with noise on place and angles of the hook and on the cube's
 * place in the plane, drawn afresh at every observation. Achieved goals are
 * exact, and with them reward, success and hindsight.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function noisyHook(
  mujoco: Mujoco,
  options: NoisyHookOptions = {},
): NoisyHookTask {
  const { noise = 0.025, overwrite = 0 } = options;
  const id = "noisy-hook";
  if (!(noise >= 0 && noise <= LOUDEST)) {
    throw new RangeError(
      `Cannot make task '${id}' as 'noise' must be from 0 to ${LOUDEST}: current value is ${noise}`,
    );
  }
  const isOverwritten = checkSwitch(id, "overwrite", overwrite);
  const exact = hookTask(mujoco, id, options);
  return hookNoise(exact, { std: noise, overwrite: isOverwritten });
}

function hookTask(
  mujoco: Mujoco,
  id: string,
  { slots = 64 }: HookOptions,
): FetchTask {
  return fetchTask(mujoco, {
    id,
    fingers: "actuated",
    stage: hookStage({ tableMass: 2000, height: 0.4, object: CUBE }),
    extraHeight: 0.2,
    friction: [undefined, undefined, undefined],
    slots,
    goals: goalsOnTable,
    sample: (key) => ({ object: placeAfar(key, 0.1), goal: goalNear(key) }),
  });
}

/**
 * Whether a switch is on.
 *
 * @throws {RangeError} If it is neither 0 nor 1.
 */
export function checkSwitch(
  task: string,
  name: string,
  value: number,
): boolean {
  if (value === 0 || value === 1) return value === 1;
  throw new RangeError(
    `Cannot make task '${task}' as '${name}' must be 0 or 1: current value is ${value}`,
  );
}
