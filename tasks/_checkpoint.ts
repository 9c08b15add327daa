/**
 * Checkpoints: everything that a run needs to go on as if it had not stopped,
 * in one file that is either whole or refused.
 *
 * ```text
 * [ "RPLCKPT1" | u32 length n | JSON header, n bytes | zeros to 8 bytes
 * | section 0 | zeros | section 1 | ... | SHA-256 of all before, 32 bytes ]
 * ```
 *
 * Integers are little-endian; each section starts on 8 bytes, so that a view
 * of any element type fits over it.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { CheckpointError, RplError } from "../lib/errors.ts";
import { configHash, type RunConfig } from "./_config.ts";
import { attempt, quoted, reading, writeWhole, writing } from "./_files.ts";

/** What a checkpoint holds. */
export interface Checkpoint {
  /** Environment steps done. */
  readonly step: number;
  readonly task: string;
  /** `configHash` of the run's configuration. */
  readonly config: string;
  /** Small state as JSON: counters, keys, lengths of the logs. */
  readonly header: Readonly<Record<string, unknown>>;
  /** Bulk state as bytes: parameters, optimiser, replay, simulator. */
  readonly sections: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** A checkpoint to write; sections may lie in shared or linear memory. */
export type CheckpointInput = Omit<Checkpoint, "sections"> & {
  readonly sections: Readonly<Record<string, Uint8Array>>;
};

/** The JSON header as it lies in the file. */
interface FileHeader extends Omit<Checkpoint, "sections"> {
  readonly schema: number;
  /** Name and length in bytes, in the order of the file. */
  readonly sections: readonly (readonly [string, number])[];
}

const magic = "RPLCKPT1";
const schemaVersion = 6;
const checksumSize = 32;
/** Magic and header length. */
const prologueSize = 12;
/** Checkpoints kept beside each other. */
const kept = 3;
const filePattern = /^step-(\d{8,})\.ckpt$/;

/** The file name of a checkpoint, `step-00012000.ckpt`. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, "0")}.ckpt`;
}

/** The folder of the checkpoints of a run. */
export function checkpointFolder(dir: string): string {
  return join(dir, "checkpoints");
}

/**
 * Writes a checkpoint of the run in `dir`, then removes all but the newest
 * three. The steps of a run grow, so the newest is the one of most steps.
 *
 * @returns The path of the file.
 */
export function writeCheckpoint(
  dir: string,
  checkpoint: CheckpointInput,
): E.Either<RplError, string> {
  return attempt(() => {
    const folder = checkpointFolder(dir);
    writing(
      `make '${folder}'`,
      () => Deno.mkdirSync(folder, { recursive: true }),
    );
    const path = join(folder, checkpointName(checkpoint.step));
    writeWhole(path, encode(checkpoint));
    writing(`remove old checkpoints in '${folder}'`, () => {
      const old = checkpointNames(dir).slice(kept);
      for (const name of old) Deno.removeSync(join(folder, name));
    });
    return path;
  });
}

/** Writes a checkpoint outside the folder that a run resumes from. */
export function writeDump(
  path: string,
  checkpoint: CheckpointInput,
): E.Either<RplError, string> {
  return attempt(() => {
    writeWhole(path, encode(checkpoint));
    return path;
  });
}

/** What a checkpoint is wanted for: to go on training, or to look at the run. */
type Use = "resume" | "read";

/**
 * Reads a checkpoint and verifies its checksum, and its step where the name of
 * the file tells one; sections are views of one buffer.
 */
export function readCheckpoint(path: string): E.Either<RplError, Checkpoint> {
  return E.flatten(attempt(() => {
    const bytes = reading(
      `read checkpoint '${path}'`,
      () => Deno.readFileSync(path),
    );
    return E.chain(namedFor(path))(decode(bytes, path));
  }));
}

/**
 * The newest checkpoint of the run in `dir`; `undefined` where none was written
 * yet, so that the run begins anew. Where the newest cannot be read, the error
 * names it, an older one that can be, and what to type to `use` that.
 */
export function latestCheckpoint(
  dir: string,
  use: Use = "read",
): E.Either<RplError, Checkpoint | undefined> {
  return E.flatten(attempt(() => {
    const paths = checkpointNames(dir).map((name) =>
      join(checkpointFolder(dir), name)
    );
    if (paths.length === 0) return E.right(undefined);
    const newest = readCheckpoint(paths[0]);
    if (E.isRight(newest) || newest.left._tag !== "CheckpointError") {
      return newest;
    }
    const older = paths.slice(1).find((path) =>
      E.isRight(readCheckpoint(path))
    );
    return checkpointError(
      `${newest.left.message}.\n${remedy(dir, use, paths, older)}`,
    );
  }));
}

/**
 * The checkpoint, unless it belongs to another task or configuration than
 * `config`; `use` completes "Cannot ...".
 */
export function matchCheckpoint(
  checkpoint: Checkpoint,
  config: RunConfig,
  use = "resume",
): E.Either<CheckpointError, Checkpoint> {
  if (checkpoint.task !== config.task) {
    return checkpointError(
      `Cannot ${use} task '${config.task}' from a checkpoint of task ` +
        `'${checkpoint.task}': name the run of that task`,
    );
  }
  if (checkpoint.config !== configHash(config)) {
    return checkpointError(
      `Cannot ${use} as config.json was changed after the checkpoint of step ` +
        `${checkpoint.step} was written: put it back, or ${anew(use)}`,
    );
  }
  return E.right(checkpoint);
}

/** File names, newest first. */
function checkpointNames(dir: string): readonly string[] {
  const folder = checkpointFolder(dir);
  const step = (name: string) => Number(filePattern.exec(name)?.[1]);
  return reading(`list '${folder}'`, () => {
    try {
      return [...Deno.readDirSync(folder)].map((entry) => entry.name)
        .filter((name) => filePattern.test(name))
        .sort((a, b) => step(b) - step(a));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
}

/** Where nothing that was learnt can be used. */
function anew(use: string): string {
  return use === "resume" ? "start a new run with --out" : "train anew";
}

function remedy(
  dir: string,
  use: Use,
  paths: readonly string[],
  older: string | undefined,
): string {
  if (older === undefined) {
    const none = paths.length === 1
      ? "There is no older checkpoint"
      : "No older checkpoint can be read either";
    return use === "resume"
      ? `${none}: ${anew(use)}`
      : `${none}: use the version named in versions.json, or ${anew(use)}`;
  }
  const bad = paths.slice(0, paths.indexOf(older));
  const step = Number(filePattern.exec(basename(older))?.[1]);
  const [goal, next] = use === "resume"
    ? [`continue from step ${step}`, "resume again"]
    : [`go back to step ${step}`, "train to the end again"];
  return `The older checkpoint '${basename(older)}' is whole. ` +
    `To ${goal}, delete what is newer and ${next}:\n` +
    `  rm ${bad.map(quoted).join(" ")}\n` +
    `  deno task train --resume ${quoted(dir)}`;
}

/** The file as chunks, none of them copied. */
function* encode(checkpoint: CheckpointInput): Generator<Uint8Array> {
  const { sections, ...rest } = checkpoint;
  const hash = createHash("sha256");
  const fileHeader: FileHeader = {
    schema: schemaVersion,
    ...rest,
    sections: Object.entries(sections).map(([name, bytes]) =>
      [name, bytes.byteLength] as const
    ),
  };
  const text = new TextEncoder().encode(JSON.stringify(fileHeader));
  const prologue = new Uint8Array(prologueSize);
  new TextEncoder().encodeInto(magic, prologue);
  new DataView(prologue.buffer).setUint32(magic.length, text.length, true);
  const body = [
    prologue,
    text,
    padding(prologueSize + text.length),
    ...Object.values(sections).flatMap((bytes) => [
      bytes,
      padding(bytes.byteLength),
    ]),
  ];
  for (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  yield hash.digest();
}

function decode(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): E.Either<CheckpointError, Checkpoint> {
  const refused = (why: string) =>
    checkpointError(`Cannot use checkpoint '${path}' as ${why}`);
  const end = bytes.length - checksumSize;
  if (end < prologueSize) return refused("it is truncated");
  if (new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    return refused("it does not begin like a checkpoint: it is corrupt");
  }
  const checksum = createHash("sha256").update(bytes.subarray(0, end)).digest();
  if (!bytes.subarray(end).every((byte, i) => byte === checksum[i])) {
    return refused(
      "its checksum does not match: it is corrupt or truncated",
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset)
    .getUint32(magic.length, true);
  const text = bytes.subarray(prologueSize, prologueSize + length);
  const fileHeader = JSON.parse(new TextDecoder().decode(text)) as FileHeader;
  if (fileHeader.schema !== schemaVersion) {
    return refused(
      `it is of schema ${fileHeader.schema}: this version reads schema ` +
        `${schemaVersion}`,
    );
  }
  const { schema: _, sections: entries, ...rest } = fileHeader;
  let offset = aligned(prologueSize + length);
  const sections = Object.fromEntries(entries.map(([name, size]) => {
    const section = bytes.subarray(offset, offset + size);
    offset += aligned(size);
    return [name, section];
  }));
  return E.right({ ...rest, sections });
}

/** The checkpoint, unless its file was given the name of another step. */
function namedFor(
  path: string,
): (checkpoint: Checkpoint) => E.Either<CheckpointError, Checkpoint> {
  const digits = filePattern.exec(basename(path))?.[1];
  return (checkpoint) =>
    digits === undefined || Number(digits) === checkpoint.step
      ? E.right(checkpoint)
      : checkpointError(
        `Cannot use checkpoint '${path}' as it is the one of step ${checkpoint.step} ` +
          "under another name: put back the file that had this name, or remove it",
      );
}

function aligned(size: number): number {
  return Math.ceil(size / 8) * 8;
}

function padding(size: number): Uint8Array {
  return new Uint8Array(aligned(size) - size);
}

function checkpointError(message: string): E.Either<CheckpointError, never> {
  return E.left({ _tag: "CheckpointError", message });
}
