/**
 * An artefact at work: the policy of `lib/learn/policy.ts` over tensors that
 * were read from a file, one robot or many at once.
 *
 * @module
 */

import { learntPlayer, type Player } from "../learn/policy.ts";
import type { Controller, Policy, Vec } from "../types.ts";
import type { Artefact } from "./artefact.ts";
import { take } from "./inputs.ts";
import { actingKernels } from "./kernels.ts";
import { layOut, sizesOf, storeIn } from "./networks.ts";
import { refuseAct } from "./refuse.ts";
import { sightOf } from "./senses.ts";

/** Actions of many robots, and what to act from next time. */
export interface Decisions {
  /** `[B, actionSize]`; lent until the controller acts again. */
  readonly actions: Vec;
  /** What each robot hands over with what it senses next. */
  readonly memories: readonly Float64Array[];
}

/**
 * A controller without a simulator; its memory is an array of numbers that the
 * caller keeps. Whatever comes in is copied, so that any list of numbers does.
 */
export interface Acts extends Controller<Float64Array> {
  /** The memory at the start of an episode. */
  readonly init: () => Float64Array;
  /**
   * Acts for one robot.
   *
   * @throws {RangeError} If a length does not fit, or an entry is not finite.
   */
  readonly act: Controller<Float64Array>["act"];
  /**
   * Acts for up to as many robots at once as the controller was made for:
   * observations `[B, no]` and goals `[B, ng]`, row by row.
   *
   * @throws {RangeError} If there are none or too many, a length does not fit,
   * or an entry is not finite.
   */
  readonly actMany: (
    memories: readonly Float64Array[],
    observations: Vec,
    desired: Vec,
  ) => Decisions;
}

/** The policy of an artefact for up to `rows` robots at once. */
export function controllerOf(
  artefact: Artefact,
  base: Policy,
  module: WebAssembly.Module | undefined,
  rows: number,
): Acts {
  const { manifest } = artefact;
  const { observationSize: width, goalSize: goal } = sizesOf(manifest);
  const no = manifest.channels.length;
  const { see, memorySize } = sightOf(manifest.senses, no);
  const player = playerOf(artefact, base, module, rows);
  const start = new Float64Array(memorySize);
  const before = start.slice();
  const sensed = new Float32Array(no);
  const wanted = new Float32Array(goal);
  // What is neither sensed nor estimated stays 0: networks do not see it.
  const seen = new Float32Array(width);

  function actMany(
    memories: readonly Float64Array[],
    observations: Vec,
    desired: Vec,
  ): Decisions {
    const count = memories?.length;
    if (!(count >= 1 && count <= rows)) {
      refuseAct(`there must be 1 to ${rows} robots, and not ${count}`);
    }
    const next: Float64Array[] = [];
    for (let row = 0; row < count; row++) {
      take("observation", observations, count * no, sensed, row * no);
      take("desired", desired, count * goal, wanted, row * goal);
      take("memory", memories[row], memorySize, before);
      next.push(see(before, sensed, seen));
      player.see(seen, wanted, row, count);
    }
    const actions = player.play(count);
    take("action", actions, actions.length, actions);
    return { actions, memories: next };
  }

  return {
    id: `residual(${base.id})`,
    init: () => start,
    act(memory, observation, desired) {
      const { actions, memories } = actMany([memory], observation, desired);
      return { action: actions, memory: memories[0] };
    },
    actMany,
  };
}

/** The policy over what is seen. */
function playerOf(
  artefact: Artefact,
  base: Policy,
  module: WebAssembly.Module | undefined,
  rows: number,
): Player {
  const dry = storeIn();
  layOut(artefact, rows, dry);
  const kernels = actingKernels(module, dry.used());
  const laid = layOut(artefact, rows, storeIn(kernels.memory.buffer));
  return learntPlayer({ ...laid, kernels, base }, laid.memory);
}
