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

import type { Authority } from "../control/residual.ts";
import type { Mirror } from "../types.ts";
import { checkArtefact } from "./check_manifest.ts";
import { NEWER, refuseFile } from "./refuse.ts";
import {
  decodeTensors,
  encodeTensors,
  parseRecord,
  PREFIX,
  type Tensor,
} from "./safetensors.ts";
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
  /** Its settings. */
  readonly options: Readonly<Record<string, number>>;
}

/** How the networks are put together; see `lib/learn/recipe.ts`. */
export interface NetworkManifest {
  readonly hidden: readonly number[];
  readonly critics: number;
  readonly layerNorm: boolean;
  /** Frames that one network averages over; 1 reads all entries at once. */
  readonly frames: 1 | 2;
  /** Greatest correction of every entry of an action, or of each. */
  readonly authority: Authority;
  readonly clipBase: boolean;
  readonly selection: boolean;
  /** The networks correct a base of zero, and that residual is added to the real one. */
  readonly inside: boolean;
  /** The symmetry by which each moment is seen twice. */
  readonly mirror: Mirror | null;
}

/** What came of training. */
export interface TrainingManifest {
  /** Of the run. */
  readonly seed: number;
  /** Control steps that it took. */
  readonly steps: number;
  /** Share of fresh episodes in which the base succeeded. */
  readonly baseSuccess: number;
  /** Share of them in which the policy did. */
  readonly policySuccess: number;
  /** How many they were. */
  readonly episodes: number;
  /** SHA-256 of the configuration. */
  readonly config: string;
}

/** How the policy stood the gate against its base. */
export interface GateManifest {
  /** Whether it passed; `ungated` where it left all the same. */
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

/** Where the digest stands: with schema 1 these words come first in every header. */
const DIGEST_AT = PREFIX +
  '{"__metadata__":{"format":"rpl","schema":"1","sha256":"'.length;

/** Digits of the digest; while it is computed, they are zeros. */
const DIGITS = 64;

/**
 * The bytes of `policy.safetensors`: the same artefact gives the same bytes.
 *
 * @throws {RangeError} If the manifest contradicts itself or its tensors.
 */
export function encodeArtefact(artefact: Artefact): Uint8Array {
  checkArtefact(artefact);
  const { manifest, tensors } = artefact;
  const rpl = JSON.stringify(manifest, finite);
  const blank = "0".repeat(DIGITS);
  const metadata = { format: "rpl", schema: `${SCHEMA}`, sha256: blank, rpl };
  const bytes = encodeTensors({ tensors, metadata });
  bytes.set(new TextEncoder().encode(sha256(bytes)), DIGEST_AT);
  return bytes;
}

/** JSON would make `null` of what is not finite. */
function finite(name: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value)
    ? refuseFile(`'${name}' is ${value}`, "give a finite number")
    : value;
}

/**
 * The artefact in `bytes`, checked: whole, of this schema, and all of its parts
 * fit together.
 *
 * @throws {RangeError} If it is not.
 */
export function decodeArtefact(bytes: Uint8Array): ReadArtefact {
  const { tensors, metadata } = decodeTensors(bytes);
  const { format, schema, rpl } = metadata;
  if (format !== "rpl") refuseFile("it is no policy of this project");
  if (schema !== `${SCHEMA}`) {
    refuseFile(
      `it has schema ${schema}, this reads ${SCHEMA}`,
      NEWER,
    );
  }
  const sha256 = digestOf(bytes);
  const manifest = parseRecord(rpl) as unknown as Manifest;
  checkArtefact({ manifest, tensors });
  return { manifest, tensors, sha256 };
}

/** The digest, found to be right. */
function digestOf(bytes: Uint8Array): string {
  const blank = new Uint8Array(bytes);
  const place = blank.subarray(DIGEST_AT, DIGEST_AT + DIGITS);
  const digest = new TextDecoder().decode(place);
  place.fill(48);
  if (sha256(blank) === digest) return digest;
  return refuseFile("its checksum is wrong");
}
