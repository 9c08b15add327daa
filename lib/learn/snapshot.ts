/**
 * What acts of a learner, as bytes: the averaged networks, what the normalisers
 * have published, whether moments are seen mirrored and how much of the authority
 * is in force. A fifth of the learner's state; put back, it is the same policy bit
 * for bit.
 *
 * ```text
 * [ actor | critics | observation mean, scale | goal mean, scale | symmetric | share ]
 * ```
 *
 * Critics are part of it whether or not they select, so that the layout depends
 * on the networks alone.
 *
 * @module
 */

import type { Slice } from "../../kernels/arena.ts";
import type { Learner } from "./learner.ts";

/** The acting part of a learner, copied out. */
export type Snapshot = Uint8Array<ArrayBuffer>;

/** The learner as far as it acts. */
type Acts = Pick<
  Learner,
  | "actor"
  | "critics"
  | "observationNormalizer"
  | "goalNormalizer"
  | "symmetric"
  | "share"
>;

/** Bytes of a snapshot of this learner. */
export function snapshotBytes(learner: Acts): number {
  return partsOf(learner).reduce((sum, part) => sum + part.length, 0);
}

/** Copies out what acts. */
export function takeSnapshot(learner: Acts): Snapshot {
  const snapshot = new Uint8Array(snapshotBytes(learner));
  let at = 0;
  for (const part of partsOf(learner)) {
    snapshot.set(part, at);
    at += part.length;
  }
  return snapshot;
}

/**
 * Lets the learner act as it did when the snapshot was taken.
 *
 * @throws {RangeError} If the snapshot is of a learner of another shape.
 */
export function putSnapshot(learner: Acts, snapshot: Uint8Array): void {
  const needed = snapshotBytes(learner);
  if (snapshot.length !== needed) {
    throw new RangeError(
      `Cannot act by a snapshot as it must hold ${needed} bytes: it holds ${snapshot.length}; take it of a learner of the same shape`,
    );
  }
  let at = 0;
  for (const part of partsOf(learner)) {
    part.set(snapshot.subarray(at, at + part.length));
    at += part.length;
  }
}

/** Does `play` while the learner acts by the snapshot, then lets it act by its own networks again. */
export async function actingBy<A>(
  learner: Acts,
  snapshot: Uint8Array,
  play: () => Promise<A>,
): Promise<A> {
  const own = takeSnapshot(learner);
  putSnapshot(learner, snapshot);
  try {
    return await play();
  } finally {
    putSnapshot(learner, own);
  }
}

function partsOf(learner: Acts): readonly Uint8Array[] {
  const { actor, critics, symmetric, share } = learner;
  const { observationNormalizer: seen, goalNormalizer: wanted } = learner;
  return [
    actor.average,
    critics.average,
    seen.mean,
    seen.scale,
    wanted.mean,
    wanted.scale,
    symmetric,
    share,
  ].map(bytesOf);
}

function bytesOf({ view }: Slice): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
