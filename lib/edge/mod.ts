/**
 * A trained policy where it is used: on an edge worker, in a serverless
 * function, in Node or in a browser. No simulator, no dependency, no call to a
 * platform: bytes and a compiled kernel come in, actions come out, the same bits
 * everywhere.
 *
 * @example
 * ```ts ignore
 * const controller = loadController(bytes, module); // policy.safetensors, kernels.wasm
 * let memory = controller.init();
 * for (;;) {
 *   const decision = controller.act(memory, await sense(), goal);
 *   memory = decision.memory;
 *   await play(decision.action);
 * }
 * ```
 *
 * @module
 */

import {
  type BaseManifest,
  decodeArtefact,
  type GateManifest,
  type ReadArtefact,
  SCHEMA,
  type TrainingManifest,
} from "./artefact.ts";
import type { Authority } from "../control/residual.ts";
import { type BaseFunction, baseOf } from "./bases.ts";
import { type Acts, controllerOf } from "./controller.ts";
import { sizesOf } from "./networks.ts";
import { refuseFile } from "./refuse.ts";
import { sightOf } from "./senses.ts";

export type { Controller, Decision, Key, Vec } from "../types.ts";
export type {
  BaseManifest,
  GateManifest,
  TrainingManifest,
} from "./artefact.ts";
export type { BaseFunction } from "./bases.ts";
export type { Acts, Decisions } from "./controller.ts";

/**
 * What a policy reads, what it plays, and where it comes from. Further members
 * of the artefact's manifest are there too; they are no part of the interface.
 */
export interface EdgeSpec {
  /** Schema of the artefact. */
  readonly schema: number;
  /** What it was trained on. */
  readonly task: string;
  /** SHA-256 of the artefact. */
  readonly sha256: string;
  /** Entries of what the robot senses at one moment. */
  readonly observationSize: number;
  /** Entries of the goal. */
  readonly goalSize: number;
  /** Entries of an action. */
  readonly actionSize: number;
  /** What the robot senses, one entry each with its unit, such as `grip.x [m]`. */
  readonly channels: readonly string[];
  /** The same of the goal. */
  readonly goalChannels: readonly string[];
  /** Entries of an action lie in [-1, 1]. */
  readonly actionChannels: readonly string[];
  /** Seconds per control step. */
  readonly dt: number;
  /** Control steps of an episode. */
  readonly horizon: number;
  /** Entries of the memory that the caller keeps from step to step; 0 for none. */
  readonly memorySize: number;
  /** Most robots that `actMany` acts for at once. */
  readonly maxRows: number;
  /** Who acts before it is corrected. */
  readonly base: Pick<BaseManifest, "name" | "options">;
  /** Greatest correction of every entry of an action, or of each. */
  readonly authority: Authority;
  /** What came of training. */
  readonly training: TrainingManifest;
  /** How it stood the gate against its base. */
  readonly gate: GateManifest;
  /** SHA-256 of what decides how the environment behaves: the gate's verdict holds there alone. */
  readonly environment: string;
}

/** A policy that acts, and what it is. */
export interface EdgeController extends Acts {
  /** What it reads and plays. */
  readonly spec: EdgeSpec;
}

/** How to load. */
export interface LoadOptions {
  /** The controller, where it came from a file of its own. */
  readonly base?: BaseFunction;
  /** Most robots to act for at once. @default 256 */
  readonly rows?: number;
}

const ROWS = 256;

/**
 * The policy in `bytes`.
 *
 * @param bytes Of `policy.safetensors`, from `deno task export`.
 * @param module Compiled from the `kernels.wasm` beside it; without one, the
 * same arithmetic in TypeScript, with the same bits.
 * @throws {RangeError} If the file was damaged, is of another version or does
 * not fit together; if the kernels are not those that it needs; if its
 * controller must be given and is not.
 */
export function loadController(
  bytes: Uint8Array,
  module?: WebAssembly.Module,
  { base: given, rows = ROWS }: LoadOptions = {},
): EdgeController {
  if (!(Number.isInteger(rows) && rows > 0)) {
    refuseFile(`'rows' is ${rows}`, "give a whole number from 1");
  }
  const artefact = decodeArtefact(bytes);
  const base = baseOf(artefact, given);
  const spec = specOf(artefact, rows);
  return { ...controllerOf(artefact, base, module, rows), spec };
}

/**
 * What the policy in `bytes` is, without making it act.
 *
 * @throws {RangeError} If the file was damaged, is of another version or does
 * not fit together.
 */
export function readSpec(bytes: Uint8Array): EdgeSpec {
  return specOf(decodeArtefact(bytes), ROWS);
}

function specOf({ manifest, sha256 }: ReadArtefact, maxRows: number): EdgeSpec {
  const { senses, network, ...rest } = manifest;
  const width = rest.channels.length;
  return {
    ...rest,
    ...sizesOf(manifest),
    schema: SCHEMA,
    sha256,
    observationSize: width,
    memorySize: sightOf(senses, width).memorySize,
    maxRows,
    authority: network.authority,
  };
}
