/**
 * Files that survive a kill: whole files are written beside their final name,
 * flushed and renamed (write, fsync, rename, fsync of the folder), logs only
 * grow and can be cut back to a checkpointed length.
 *
 * What the system refuses here leaves as a `Refusal` of a `StorageError`;
 * {@link attempt} turns it into an `Either` at a boundary.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal, refuse, type RplError } from "../lib/errors.ts";
import { counted } from "./_count.ts";

/** The name under which a file is written before it is whole. */
const temporarySuffix = ".tmp";

/** How Deno ends the message of an error of the system. */
const systemNumber = / \(os error \d+\).*$/s;

/** The {@link systemReason} of a full disk. */
export const diskFull = "no space is left on the disk";

/** What holds for a run whenever a later write fails. */
const intact = ". The run is intact up to its last checkpoint: make room or " +
  "give permission, then continue it with --resume";

/** Runs `run`; a `Refusal` thrown inside becomes the left value. */
export function attempt<A>(run: () => A): E.Either<RplError, A> {
  try {
    return E.right(run());
  } catch (error) {
    if (error instanceof Refusal) return E.left(error.error);
    throw error;
  }
}

/** The value of `either`, or its error thrown as a `Refusal`. */
export function unwrap<A>(either: E.Either<RplError, A>): A {
  return E.isRight(either) ? either.right : refuse(either.left);
}

/** A path as it is typed in a command: quoted where a shell would take it apart. */
export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Why the system refused, as words; `undefined` where `error` is not the system's. */
export function systemReason(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno was started without permission for it";
  }
  if (!(error instanceof Error)) return undefined;
  const code = (error as Error & { code?: unknown }).code;
  const named = typeof code === "string" && /^E[A-Z0-9]+$/.test(code);
  // Deno gives some errors no code: a quota used up, a file too large.
  if (!named && !systemNumber.test(error.message)) return undefined;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return diskFull;
    case "EACCES":
    case "EPERM":
      return "permission is denied";
    case "EROFS":
      return "the file system is read-only";
    case "EEXIST":
      return "something of that name exists";
    case "ENOENT":
      return "there is no such file or folder";
    case "EISDIR":
      return "it is a folder: name a file in it";
    case "ENOTDIR":
      return "a part of the path is not a folder";
    default:
      return error.message.replace(systemNumber, "");
  }
}

/**
 * Runs a writing effect; `doing` completes "Cannot ...", `advice` ends the message.
 *
 * @throws {Refusal} Of a `StorageError` where the system refuses.
 */
export function writing<A>(doing: string, run: () => A, advice = intact): A {
  return effect(doing, advice, run);
}

/**
 * Runs a reading effect; `doing` completes "Cannot ...".
 *
 * @throws {Refusal} Of a `StorageError` where the system refuses.
 */
export function reading<A>(doing: string, run: () => A): A {
  return effect(doing, "", run);
}

function effect<A>(doing: string, advice: string, run: () => A): A {
  try {
    return run();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const message = `Cannot ${doing} as ${reason}${advice}`;
    return refuse({ _tag: "StorageError", message });
  }
}

/** Whether there is anything at `path`. */
export function isThere(path: string): boolean {
  return reading(`look for '${path}'`, () => existsSync(path));
}

/**
 * Writes the file at `path` whole or not at all: a kill at any moment leaves
 * the old file or the new one, and at worst a temporary file beside it.
 *
 * @throws {Refusal} Of a `StorageError`; the temporary file is then removed.
 */
export function writeWhole(
  path: string,
  chunks: Iterable<Uint8Array>,
  advice = intact,
): void {
  const temporary = path + temporarySuffix;
  writing(`write '${path}'`, () => {
    try {
      const file = Deno.openSync(temporary, {
        write: true,
        create: true,
        truncate: true,
      });
      try {
        for (const chunk of chunks) writeAll(file, chunk);
        file.syncSync();
      } finally {
        file.close();
      }
      Deno.renameSync(temporary, path);
      syncFolder(dirname(path));
    } catch (error) {
      removeIfPresent(temporary);
      throw error;
    }
  }, advice);
}

/** {@link writeWhole} for text. */
export function writeWholeText(
  path: string,
  text: string,
  advice = intact,
): void {
  writeWhole(path, [new TextEncoder().encode(text)], advice);
}

/** Removes what a kill left half-written in `folder`, and returns the names. */
export function removeTemporaries(folder: string): readonly string[] {
  return writing(`tidy '${folder}'`, () => {
    const names = [...Deno.readDirSync(folder)]
      .filter((entry) => entry.isFile && entry.name.endsWith(temporarySuffix))
      .map((entry) => entry.name).sort();
    for (const name of names) Deno.removeSync(join(folder, name));
    return names;
  });
}

/** A file that only grows. All members throw a `Refusal` of a `StorageError`. */
export interface Log {
  readonly path: string;
  readonly append: (bytes: Uint8Array) => void;
  /** Length in bytes: what a checkpoint stores to cut back to. */
  readonly length: () => number;
  /** Waits until the bytes are on the disk; call it before a checkpoint names the length. */
  readonly sync: () => void;
  readonly close: () => void;
}

/**
 * Opens a log and cuts it back to `length` bytes (0 begins it anew).
 *
 * @throws {Refusal} Of a `CheckpointError` where the file is shorter than `length`.
 */
export function openLog(path: string, length = 0): Log {
  const found = existsSync(path) ? Deno.statSync(path).size : 0;
  if (found < length) {
    refuse({
      _tag: "CheckpointError",
      message: `Cannot resume as '${path}' must hold at least ` +
        `${counted(length, "byte")}` +
        ` written before the checkpoint: it holds ${found}`,
    });
  }
  const file = writing(
    `open '${path}'`,
    () => Deno.openSync(path, { write: true, create: true }),
  );
  let position = length;
  writing(`cut '${path}' back to ${counted(length, "byte")}`, () => {
    syncFolder(dirname(path));
    file.truncateSync(length);
    file.seekSync(length, Deno.SeekMode.Start);
  });
  return {
    path,
    append: (bytes) => {
      writing(`append to '${path}'`, () => writeAll(file, bytes));
      position += bytes.length;
    },
    length: () => position,
    sync: () => writing(`flush '${path}'`, () => file.syncSync()),
    close: () => file.close(),
  };
}

/** Writes every byte: one write call may take only a part. */
export function writeAll(
  file: { readonly writeSync: (bytes: Uint8Array) => number },
  bytes: Uint8Array,
): void {
  let written = 0;
  while (written < bytes.length) {
    written += file.writeSync(bytes.subarray(written));
  }
}

/** Makes a rename in `folder` durable; Windows keeps no handle on a folder. */
function syncFolder(folder: string): void {
  if (Deno.build.os === "windows") return;
  const handle = Deno.openSync(folder, { read: true });
  try {
    handle.syncSync();
  } finally {
    handle.close();
  }
}

function removeIfPresent(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    // The first error is the one to report, so a second of the system's is dropped.
    if (systemReason(error) === undefined) throw error;
  }
}
