/**
 * What a policy answers to recorded moments, as digests: equal digests are
 * equal bits. Bundled and run in every runtime.
 *
 * @module
 */

import { type EdgeController, loadController } from "../../lib/edge/mod.ts";
import { sha256 } from "../../lib/edge/sha256.ts";

/** SHA-256 of what came out. */
export interface Digest {
  /** Actions, one robot at a time. */
  readonly actions: string;
  /** Actions of the same moments, many robots at a time. */
  readonly many: string;
  /** All memories on the way. */
  readonly memories: string;
}

/** Robots at a time, in turn. */
const CROWDS = [1, 2, 7, 64, 256];

/**
 * The digests of a policy, by kernels or by their twins.
 *
 * @param policy Of `policy.safetensors`.
 * @param moments Rows of what is sensed and the goal wanted, 32-bit floats.
 */
export function digest(
  policy: Uint8Array | ArrayBuffer,
  kernel: WebAssembly.Module | undefined,
  moments: Uint8Array | ArrayBuffer,
): Digest {
  const controller = loadController(new Uint8Array(policy), kernel);
  const floats = new Float32Array(new Uint8Array(moments).buffer);
  const { actions, memories } = alone(controller, floats);
  return {
    actions: hash(actions),
    many: hash(together(controller, floats, memories)),
    memories: sha256(
      new Uint8Array(
        Float64Array.from(memories.flatMap((memory) => [...memory])).buffer,
      ),
    ),
  };
}

function hash(values: Float32Array): string {
  const { buffer, byteOffset, byteLength } = values;
  return sha256(new Uint8Array(buffer, byteOffset, byteLength));
}

/** The actions of one robot, and the memory before each; an episode ends at its horizon. */
function alone({ init, act, spec }: EdgeController, moments: Float32Array) {
  const { observationSize, goalSize, actionSize, horizon } = spec;
  const width = observationSize + goalSize;
  const rows = moments.length / width;
  const actions = new Float32Array(rows * actionSize);
  const memories: Float64Array[] = [];
  let memory = init();
  for (let row = 0; row < rows; row++) {
    // An episode has one moment more than steps.
    if (row % (horizon + 1) === 0) memory = init();
    memories.push(memory.slice());
    const moment = moments.subarray(row * width, (row + 1) * width);
    const seen = moment.subarray(0, observationSize);
    const decision = act(memory, seen, moment.subarray(observationSize));
    actions.set(decision.action, row * actionSize);
    memory = decision.memory;
  }
  return { actions, memories };
}

/** The same actions, each row as a robot of its own. */
function together(
  { actMany, spec }: EdgeController,
  moments: Float32Array,
  memories: readonly Float64Array[],
): Float32Array {
  const { observationSize, goalSize, actionSize } = spec;
  const width = observationSize + goalSize;
  const rows = memories.length;
  const actions = new Float32Array(rows * actionSize);
  let row = 0;
  for (let turn = 0; row < rows; turn++) {
    const count = Math.min(CROWDS[turn % CROWDS.length], rows - row);
    const observations = new Float32Array(count * observationSize);
    const desired = new Float32Array(count * goalSize);
    for (let i = 0; i < count; i++) {
      const at = (row + i) * width;
      const moment = moments.subarray(at, at + width);
      observations.set(
        moment.subarray(0, observationSize),
        i * observationSize,
      );
      desired.set(moment.subarray(observationSize), i * goalSize);
    }
    const kept = memories.slice(row, row + count);
    actions.set(actMany(kept, observations, desired).actions, row * actionSize);
    row += count;
  }
  return actions;
}
