/**
 * ComplexHook: fetch one of many objects over bumps with an L-shaped tool; an
 * episode picks one of 100 scenes (Silver et al. 2018, arXiv 1812.06298,
 * section 5, "ComplexHook").
 *
 * Each scene is a world of its own, compiled and settled when it is first
 * picked. All scenes are constants: nothing of an episode depends on those that
 * came before.
 *
 * As in the original, hook and object fall onto the table while the scene
 * settles for 0.4 s. A light object with much damping may still be falling when
 * the episode starts; it lies before the hook can reach it.
 *
 * @module
 */

import { withState } from "../../env/step.ts";
import { integer } from "../../rng/distributions.ts";
import { derive } from "../../rng/key.ts";
import type { Key, TimeStep } from "../../types.ts";
import type { Mujoco } from "../../world/mujoco.ts";
import { checkSwitch, type HookOptions } from "./hook.ts";
import { objectBody } from "./hook_objects.ts";
import { bumpShapes, hookScene, SCENES } from "./hook_scenes.ts";
import { goalNear, goalsOnTable, hookStage, placeAfar } from "./hook_stage.ts";
import { CUBE, type Stage } from "./scene.ts";
import {
  fetchSpec,
  type FetchState,
  type FetchTask,
  fetchTask,
  type Simulation,
} from "./task.ts";

/** Settings of {@link complexHook}. Switches are 0 (off) or 1 (on). */
export interface ComplexHookOptions extends HookOptions {
  /** 1 plays in the scenes that training never saw. Default 0. */
  readonly unseen?: number;
  /** The first so many scenes of the split are played, from 1 to 100. Default 100. */
  readonly scenes?: number;
  /** 0 leaves the table bare. Default 1. */
  readonly bumps?: number;
  /** 0 has a cube of 5 cm and 2 kg in each scene. Default 1. */
  readonly objects?: number;
  /**
   * 1 repeats a defect of the original: places the body's origin, which may be
   * far from the shape, where the shape belongs. Default 0.
   */
  readonly bodyOffset?: number;
}

/** The state of an episode: its scene, and the state in there. */
export interface ComplexHookState {
  /** Index of the scene. */
  readonly scene: number;
  /** The episode in the scene. */
  readonly inner: FetchState;
}

/** The complex hook task. */
export interface ComplexHookTask extends Simulation<ComplexHookState> {
  /**
   * Starts an episode in a given scene.
   *
   * @throws {RangeError} If `scene` is not among those played.
   */
  readonly resetIn: (scene: number, key: Key) => TimeStep<ComplexHookState>;
}

type Choice = Required<ComplexHookOptions>;

const ID = "complex-hook";

/**
 * The complex hook task.
 *
 * @param mujoco The loaded module.
 * @throws {RangeError} If an option is out of its range.
 */
export function complexHook(
  mujoco: Mujoco,
  options: ComplexHookOptions = {},
): ComplexHookTask {
  const choice = checkOptions(options);
  const scenes = createScenes(mujoco, choice);
  const { at, made } = scenes;
  const resetIn = (scene: number, key: Key) =>
    within(scene, at(scene).reset(key));
  return {
    spec: fetchSpec(ID, goalsOnTable()),
    resetIn,
    reset: (key) =>
      resetIn(integer(derive(key, "scene"), 0, choice.scenes), key),
    step: ({ scene, inner }, action) =>
      within(scene, at(scene).step(inner, action)),
    drop: ({ scene, inner }) => at(scene).drop(inner),
    fork: ({ scene, inner }) => ({ scene, inner: at(scene).fork(inner) }),
    save: ({ scene, inner }) =>
      Float64Array.of(scene, ...at(scene).save(inner)),
    load: (snapshot) => {
      const scene = snapshot[0];
      return { scene, inner: at(scene).load(snapshot.subarray(1)) };
    },
    live: () => made().reduce((sum, task) => sum + task.live(), 0),
    [Symbol.dispose]: () => scenes[Symbol.dispose](),
  };
}

function within(
  scene: number,
  step: TimeStep<FetchState>,
): TimeStep<ComplexHookState> {
  return withState(step, { scene, inner: step.state });
}

/** The worlds of the scenes, each made when first asked for. */
interface Scenes extends Disposable {
  readonly at: (scene: number) => FetchTask;
  readonly made: () => readonly FetchTask[];
}

function createScenes(mujoco: Mujoco, choice: Choice): Scenes {
  const tasks = new Map<number, FetchTask>();
  let disposed = false;
  return {
    at: (scene) => {
      const known = tasks.get(scene);
      if (known !== undefined) return known;
      if (disposed) {
        throw new ReferenceError(
          "Cannot set up a scene: its task was disposed",
        );
      }
      const task = sceneTask(mujoco, choice, scene);
      tasks.set(scene, task);
      return task;
    },
    made: () => [...tasks.values()],
    [Symbol.dispose]: () => {
      disposed = true;
      for (const task of tasks.values()) task[Symbol.dispose]();
    },
  };
}

function sceneTask(mujoco: Mujoco, choice: Choice, scene: number): FetchTask {
  if (Number.isInteger(scene) && scene >= choice.scenes && scene < SCENES) {
    throw new RangeError(
      `Cannot set up scene ${scene} as 'scene' must be from 0 to ${
        choice.scenes - 1
      }: make the task with more 'scenes'`,
    );
  }
  return fetchTask(mujoco, {
    id: ID,
    fingers: "actuated",
    stage: stageOf(choice, scene),
    extraHeight: 0.2,
    friction: [undefined, undefined, undefined],
    slots: choice.slots,
    // Episodes spread over many scenes, so most of a scene's slots stay idle.
    reserve: 1,
    goals: goalsOnTable,
    sample: (key) => ({ object: placeAfar(key, 0.05), goal: goalNear(key) }),
  });
}

function stageOf(choice: Choice, index: number): Stage {
  const scene = hookScene(index, choice.unseen === 1);
  const plain = { body: CUBE, assets: [] };
  const { body, assets } = choice.objects === 1
    ? objectBody(scene.object, choice.bodyOffset === 1)
    : plain;
  const bumps = choice.bumps === 1 ? bumpShapes(scene.bumps) : [];
  return hookStage({
    tableMass: 20000,
    height: 0.6,
    object: body,
    assets,
    bumps,
  });
}

function checkOptions(options: ComplexHookOptions): Choice {
  const choice: Choice = {
    unseen: 0,
    scenes: SCENES,
    bumps: 1,
    objects: 1,
    bodyOffset: 0,
    slots: 64,
    ...options,
  };
  for (const name of ["unseen", "bumps", "objects", "bodyOffset"] as const) {
    checkSwitch(ID, name, choice[name]);
  }
  checkWhole("scenes", choice.scenes, SCENES);
  checkWhole("slots", choice.slots, 4096);
  return choice;
}

function checkWhole(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(
    `Cannot make task '${ID}' as '${name}' must be a whole number from 1 to ${most}: current value is ${value}`,
  );
}
