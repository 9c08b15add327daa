/**
 * A policy as one file, `policy.safetensors`: networks and normalisers as
 * tensors, and a manifest that says what they are, what was asked of them and
 * how they stood the gate.
 *
 * ```text
 * __metadata__  format, schema, sha256, rpl (the manifest as JSON)
 * actor.L.weight [in, out], actor.L.bias [out]         L = 0, 1, ...
 * critics.K.L.weight, critics.K.L.bias                 where the policy selects
 * observation.mean, observation.scale, goal.mean, goal.scale
 * base.*                                               what a base looks up
 * ```
 *
 * `sha256` is that of the whole file with 64 zeros in its place, so that no bit
 * of it can turn unseen.
 *
 * @module
 */

import type { Mirror } from "../types.ts";
import { checkManifest } from "./check_manifest.ts";
import { decodeTensors, encodeTensors, type Tensor } from "./safetensors.ts";
import { sha256 } from "./sha256.ts";

/** The schema that this version writes and reads. */
export const SCHEMA = 1;

/** How the robot's own readings become what base and networks read. */
export interface Senses {
  /** Readings of that many moments, the oldest first. */
  readonly frames: number;
  /** A filter whose estimate stands behind them. */
  readonly filter: { readonly kind: "hook"; readonly noise: number } | null;
}

/** Who acts before it is corrected. */
export interface BaseManifest {
  /** Name among the task's controllers, or of the file that it came from; `none` where learning was from scratch. */
  readonly name: string;
  /** `task` is known to the library, `file` must be given by whoever loads, `none` acts as zero. */
  readonly kind: "task" | "file" | "none";
  readonly options: Readonly<Record<string, number>>;
}

/** How the networks are put together; see `lib/learn/recipe.ts`. */
export interface NetworkManifest {
  readonly hidden: readonly number[];
  readonly critics: number;
  readonly layerNorm: boolean;
  /** Frames that one network averages over; 1 reads all entries at once. */
  readonly frames: 1 | 2;
  readonly authority: number;
  readonly clipBase: boolean;
  readonly selection: boolean;
  /** The networks correct a base of zero, and that residual is added to the real one. */
  readonly inside: boolean;
  /** The symmetry by which each moment is seen twice. */
  readonly mirror: Mirror | null;
}

/** What came of training. */
export interface TrainingManifest {
  readonly seed: number;
  readonly steps: number;
  /** Success of base and policy over as many fresh episodes. */
  readonly baseSuccess: number;
  readonly policySuccess: number;
  readonly episodes: number;
  /** SHA-256 of the configuration. */
  readonly config: string;
}

/** How the policy stood the gate against its base. */
export interface GateManifest {
  readonly verdict: "passed" | "ungated";
  /** Chance of passing a policy that is not better. */
  readonly delta: number;
  /** Success that it may be worse by; 0 is a test of superiority. */
  readonly margin: number;
  /** Pairs of episodes that it took. */
  readonly pairs: number;
}

/** Everything about a policy that is no tensor. */
export interface Manifest {
  readonly task: string;
  /** Settings of the environment that it was trained in. */
  readonly env: Readonly<Record<string, number>>;
  /** Entries of what base and networks read. */
  readonly observationSize: number;
  /** Leading entries that networks see. */
  readonly visible: number;
  /** What the robot senses, one entry each with its unit: one frame. */
  readonly channels: readonly string[];
  readonly goalChannels: readonly string[];
  readonly actionChannels: readonly string[];
  /** Seconds per control step. */
  readonly dt: number;
  /** Control steps of an episode. */
  readonly horizon: number;
  readonly senses: Senses;
  readonly base: BaseManifest;
  readonly network: NetworkManifest;
  /** Version of the kernels' interface. */
  readonly kernels: number;
  readonly training: TrainingManifest;
  readonly gate: GateManifest;
  /** SHA-256 of what decides how the environment behaves: the verdict holds there alone. */
  readonly environment: string;
}

/** A policy that has left its machine. */
export interface Artefact {
  readonly manifest: Manifest;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** An artefact as it was read, with the digest of its file. */
export interface ReadArtefact extends Artefact {
  readonly sha256: string;
}

/** What stands in the place of the digest while it is computed. */
const BLANK = "0".repeat(64);

/**
 * The bytes of `policy.safetensors`: the same artefact gives the same bytes.
 *
 * @throws {RangeError} If the manifest contradicts itself or its tensors.
 */
export function encodeArtefact({ manifest, tensors }: Artefact): Uint8Array {
  checkManifest(manifest, tensors);
  const metadata = {
    format: "rpl",
    schema: String(SCHEMA),
    sha256: BLANK,
    rpl: JSON.stringify(manifest),
  };
  const bytes = encodeTensors({ tensors, metadata });
  const digest = new TextEncoder().encode(sha256(bytes));
  bytes.set(digest, placeOfDigest(bytes, BLANK));
  return bytes;
}

/**
 * The artefact in `bytes`, checked: whole, of this schema, and all of its parts
 * fit together.
 *
 * @throws {RangeError} If it is not.
 */
export function decodeArtefact(bytes: Uint8Array): ReadArtefact {
  const { tensors, metadata } = decodeTensors(bytes);
  if (metadata.format !== "rpl") {
    refuse("it is no policy of this project: export a run with 'export'");
  }
  if (metadata.schema !== String(SCHEMA)) {
    refuse(
      `it has schema ${metadata.schema} and this version reads schema ${SCHEMA}: read it with the version that wrote it, or export the run again`,
    );
  }
  checkDigest(bytes, metadata.sha256 ?? "");
  const manifest = readManifest(metadata.rpl ?? "");
  checkManifest(manifest, tensors);
  return { manifest, tensors, sha256: metadata.sha256 };
}

function checkDigest(bytes: Uint8Array, digest: string): void {
  const at = placeOfDigest(bytes, digest);
  const blank = bytes.slice();
  if (at >= 0) blank.fill(48, at, at + BLANK.length);
  if (at >= 0 && sha256(blank) === digest) return;
  refuse(
    "its checksum does not match its contents: it was damaged or edited; fetch or export it again",
  );
}

/** Where the digest stands, between quotes; -1 where it does not. */
function placeOfDigest(bytes: Uint8Array, digest: string): number {
  const mark = new TextEncoder().encode(`"sha256":"${digest}"`);
  const last = digest.length === BLANK.length ? bytes.length - mark.length : -1;
  for (let at = 0; at <= last; at++) {
    let i = 0;
    while (i < mark.length && bytes[at + i] === mark[i]) i++;
    if (i === mark.length) return at + mark.length - BLANK.length - 1;
  }
  return -1;
}

function readManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return refuse("its manifest is not JSON: export the run again");
  }
}

function refuse(found: string): never {
  throw new RangeError(`Cannot load the policy as ${found}`);
}
