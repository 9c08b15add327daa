/**
 * Actions in a loop, the same in every runtime: bundled for those that import
 * no TypeScript.
 *
 * @module
 */

import { type EdgeController, loadController } from "../lib/edge/mod.ts";

/** Acts `count` times for `rows` robots each. */
export type Loop = (rows: number, count: number) => void;

/**
 * The loop of a policy over recorded moments.
 *
 * @param kernel Absent for the twins.
 * @param moments Rows of what is sensed and the goal wanted, 32-bit floats.
 */
export function loopOf(
  policy: Uint8Array | ArrayBuffer,
  kernel: WebAssembly.Module | undefined,
  moments: Uint8Array | ArrayBuffer,
): Loop {
  const controller = loadController(new Uint8Array(policy), kernel);
  const floats = new Float32Array(new Uint8Array(moments).buffer);
  const { observations, desired } = parted(controller, floats);
  const memory = controller.init();
  const { observationSize: no, goalSize: ng } = controller.spec;
  const total = desired.length / ng;
  return (rows, count) => {
    const memories = Array.from({ length: rows }, () => memory);
    for (let i = 0; i < count; i++) {
      const at = (i * rows) % (total - rows + 1);
      const seen = observations.subarray(at * no, (at + rows) * no);
      const goals = desired.subarray(at * ng, (at + rows) * ng);
      if (rows === 1) controller.act(memory, seen, goals);
      else controller.actMany(memories, seen, goals);
    }
  };
}

/** Observations and goals, each as rows of their own. */
function parted({ spec }: EdgeController, moments: Float32Array) {
  const { observationSize: no, goalSize: ng } = spec;
  const rows = moments.length / (no + ng);
  const observations = new Float32Array(rows * no);
  const desired = new Float32Array(rows * ng);
  for (let row = 0; row < rows; row++) {
    const moment = moments.subarray(row * (no + ng), (row + 1) * (no + ng));
    observations.set(moment.subarray(0, no), row * no);
    desired.set(moment.subarray(no), row * ng);
  }
  return { observations, desired };
}
