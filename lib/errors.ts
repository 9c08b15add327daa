/**
 * What the world may refuse, as data: each error says what was being done,
 * what was found, what is allowed and what to do next.
 *
 * A programmer's mistakes throw (`RangeError`, `TypeError`, `ReferenceError`)
 * and are not listed here.
 *
 * @module
 */

/** A setting, option or name that cannot be used. */
export interface ConfigError {
  /** Tells the kinds of error apart. */
  readonly _tag: "ConfigError";
  /** What a person needs to act on. */
  readonly message: string;
}

/** A physics model that does not compile or does not fit the task. */
export interface ModelError {
  /** Tells the kinds of error apart. */
  readonly _tag: "ModelError";
  /** What a person needs to act on. */
  readonly message: string;
}

/** A number that left the finite range: physics, loss or parameters. */
export interface DivergedError {
  /** Tells the kinds of error apart. */
  readonly _tag: "DivergedError";
  /** What a person needs to act on. */
  readonly message: string;
  /** What diverged, for example `qvel[3]` or `critic 2 loss`. */
  readonly quantity: string;
  /** Seed of the run or evaluation. */
  readonly seed: number;
  /** Environment step at which it was found. */
  readonly step: number;
  /** Gradient update that spoilt it, counted from 0; absent where it was not learning. */
  readonly update?: number;
}

/** A controller given by the user that threw or returned a bad action. */
export interface ControllerError {
  /** Tells the kinds of error apart. */
  readonly _tag: "ControllerError";
  /** What a person needs to act on. */
  readonly message: string;
  /** Its name, `Controller.id`. */
  readonly controller: string;
  /** Step at which it failed. */
  readonly step: number;
}

/** A checkpoint or artefact that cannot be read. */
export interface CheckpointError {
  /** Tells the kinds of error apart. */
  readonly _tag: "CheckpointError";
  /** What a person needs to act on. */
  readonly message: string;
}

/** A file or folder that cannot be read or written. */
export interface StorageError {
  /** Tells the kinds of error apart. */
  readonly _tag: "StorageError";
  /** What a person needs to act on. */
  readonly message: string;
}

/** Everything that a program of this project may refuse with. */
export type RplError =
  | ConfigError
  | ModelError
  | DivergedError
  | ControllerError
  | CheckpointError
  | StorageError;

/** Process exit codes: 2 usage, 3 diverged, 4 storage; 130 is an interrupt. */
export function exitCode(error: RplError): number {
  switch (error._tag) {
    case "ConfigError":
    case "CheckpointError":
    case "ControllerError":
      return 2;
    case "ModelError":
    case "DivergedError":
      return 3;
    case "StorageError":
      return 4;
  }
}

/** Thrown where an `RplError` must cross code that cannot return one; `tasks/` unwraps it. */
export class Refusal extends Error {
  /** The name that stack traces show. */
  override readonly name = "Refusal";
  /** Wraps `error`; the message is that of `error`. */
  constructor(readonly error: RplError) {
    super(error.message);
  }
}

/** Throws `error` as a {@link Refusal}. */
export function refuse(error: RplError): never {
  throw new Refusal(error);
}

/**
 * The allowed name nearest to `given` by edit distance, or `undefined` where
 * none is near enough to be a slip of the fingers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(nearest("slipery-push", ["push", "slippery-push"]), "slippery-push");
 * ```
 */
export function nearest(
  given: string,
  allowed: readonly string[],
): string | undefined {
  const limit = Math.max(2, Math.floor(given.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of allowed) {
    const distance = editDistance(given, name);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Levenshtein distance by the two-row dynamic programme. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
