/**
 * Actions in a loop, the same in every runtime: bundled for those that import
 * no TypeScript.
 *
 * @module
 */

import { loadController } from "../lib/edge/mod.ts";

/** Acts `count` times for `rows` robots each. */
export type Loop = (rows: number, count: number) => void;

/** Recorded moments of one or many robots. */
export interface Moments {
  /** `[rows, observationSize]`. */
  readonly observations: Float32Array;
  /** `[rows, goalSize]`. */
  readonly goals: Float32Array;
}

/**
 * The loop of a policy over recorded moments.
 *
 * @param kernel Absent for the twins.
 * @param bytes Of 32-bit floats, rows of what is sensed and the goal wanted.
 */
export function loopOf(
  policy: Uint8Array | ArrayBuffer,
  kernel: WebAssembly.Module | undefined,
  bytes: Uint8Array | ArrayBuffer,
): Loop {
  const controller = loadController(new Uint8Array(policy), kernel);
  const { observationSize, goalSize } = controller.spec;
  const memory = controller.init();
  const ask = asker(bytes, observationSize, goalSize);
  return (rows, count) => {
    const memories = Array.from({ length: rows }, () => memory);
    const asked = ask(rows);
    for (let i = 0; i < count; i++) {
      const { observations, goals } = asked[i % asked.length];
      if (rows === 1) controller.act(memory, observations, goals);
      else controller.actMany(memories, observations, goals);
    }
  };
}

/** Gives recorded moments in groups of so many, cut before the clock starts. */
export function asker(
  bytes: Uint8Array | ArrayBuffer,
  observationSize: number,
  goalSize: number,
): (rows: number) => readonly Moments[] {
  const moments = new Float32Array(new Uint8Array(bytes).buffer);
  const width = observationSize + goalSize;
  const cut = new Map<number, readonly Moments[]>();
  function group(rows: number, first: number): Moments {
    const observations = new Float32Array(rows * observationSize);
    const goals = new Float32Array(rows * goalSize);
    for (let row = 0; row < rows; row++) {
      const at = (first + row) * width;
      const moment = moments.subarray(at, at + width);
      const sensed = moment.subarray(0, observationSize);
      observations.set(sensed, row * observationSize);
      goals.set(moment.subarray(observationSize), row * goalSize);
    }
    return { observations, goals };
  }
  return (rows) => {
    const groups = cut.get(rows) ?? Array.from(
      { length: Math.floor(moments.length / width / rows) },
      (_, i) => group(rows, i * rows),
    );
    cut.set(rows, groups);
    return groups;
  };
}
