/**
 * A seeded policy over a base that is given, the moments that it met and what it
 * played: what other software has to reproduce.
 *
 * @module
 */

import {
  decodeArtefact,
  encodeArtefact,
  type Manifest,
} from "../../lib/edge/artefact.ts";
import { loadController } from "../../lib/edge/mod.ts";
import { seeded, type Wish } from "./seeded.ts";

/** Moments that were recorded, before those that are far out. */
export const ROWS = 1000;

/** Moments that lie where normalised entries are clamped. */
const FAR = 100;

/** What a policy met and played; all are `[rows, ...]`. */
export interface Recorded {
  /** Of `policy.safetensors`. */
  readonly policy: Uint8Array;
  readonly manifest: Manifest;
  readonly rows: number;
  /** What networks see, stacked as `docs/formats.md` says. */
  readonly observations: Float32Array;
  /** What the base saw: the same, and behind it what networks do not see. */
  readonly seen: Float32Array;
  readonly goals: Float32Array;
  readonly bases: Float32Array;
  readonly actions: Float32Array;
}

/** A policy's play over a base that plays `base(row, i)`. */
export async function recorded(
  wish: Omit<Wish, "rows">,
  base: (row: number, i: number) => number,
): Promise<Recorded> {
  const { policy: original, moments } = await seeded({ ...wish, rows: ROWS });
  const { manifest: found, tensors } = decodeArtefact(original);
  const given = { name: "given", kind: "file", options: {} } as const;
  const manifest: Manifest = { ...found, base: given };
  const policy = encodeArtefact({ manifest, tensors });
  const { channels, goalChannels, actionChannels } = manifest;
  const no = channels.length;
  const ng = goalChannels.length;
  const sensed = rowsOf(withFar(moments, no + ng), no + ng);
  const seen: number[][] = [];
  const bases: number[][] = [];
  const { act, init } = loadController(policy, undefined, {
    base: (observation) => {
      seen.push([...observation]);
      const action = actionChannels.map((_, i) => base(bases.length, i));
      bases.push(action);
      return action;
    },
  });
  let memory = init();
  const actions = sensed.map((row) => {
    const decision = act(memory, row.subarray(0, no), row.subarray(no));
    memory = decision.memory;
    return [...decision.action];
  });
  const { frames } = manifest.senses;
  const stacks = sensed.map((_, t) =>
    Array.from({ length: frames }, (_, k) => {
      const moment = Math.max(0, t + k + 1 - frames);
      return [...sensed[moment].subarray(0, no)];
    }).flat()
  );
  return {
    policy,
    manifest,
    rows: sensed.length,
    observations: Float32Array.from(stacks.flat()),
    seen: Float32Array.from(seen.flat()),
    goals: Float32Array.from(sensed.flatMap((row) => [...row.subarray(no)])),
    bases: Float32Array.from(bases.flat()),
    actions: Float32Array.from(actions.flat()),
  };
}

/** The moments, and behind them some of them strewn far and wide. */
function withFar(moments: Float32Array, width: number): Float32Array {
  const far = moments.slice(0, FAR * width)
    .map((x, i) => x * 10 * Math.sin(1 + i));
  return Float32Array.of(...moments, ...far);
}

function rowsOf(values: Float32Array, width: number): readonly Float32Array[] {
  return Array.from(
    { length: values.length / width },
    (_, row) => values.subarray(row * width, (row + 1) * width),
  );
}
