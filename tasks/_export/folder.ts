/**
 * The folder that a policy is written to: a path that stays where a slip does no
 * harm, and no file in it that an export did not write is written over.
 *
 * @module
 */

import { isAbsolute, join, relative, sep } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { isThere, reading, writeWhole, writing } from "../_files.ts";
import type { FileKind, Format } from "./formats.ts";

/** A file that was written. */
export interface Written extends FileKind {
  readonly path: string;
  readonly size: number;
}

/**
 * Refuses a path that climbs out of the current folder, which is more likely a
 * slip than a wish.
 *
 * @throws {Refusal} Of a `ConfigError`.
 */
export function checkInside(out: string): void {
  const [first] = relative(".", out).split(sep);
  if (isAbsolute(out) || first !== "..") return;
  refuse({
    _tag: "ConfigError",
    message:
      `Cannot export to '${out}' as it leaves this folder: give a folder inside, or an absolute path`,
  });
}

/**
 * Refuses a folder in which the files of the format would replace something
 * that is no earlier export.
 *
 * @throws {Refusal} Of a `ConfigError`, or of a `StorageError` if it cannot be read.
 */
export function checkFree(out: string, { files }: Format): void {
  if (isThere(out) && !Deno.statSync(out).isDirectory) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot export to '${out}' as it is no folder: give one with --out`,
    });
  }
  for (const { name, mark: [bearer, text] } of files) {
    const path = join(out, name);
    if (!isThere(path) || holds(join(out, bearer), text)) continue;
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot export to '${out}' as '${path}' is there and no export wrote it: give another folder with --out, or move that file away`,
    });
  }
}

function holds(path: string, text: string): boolean {
  if (!isThere(path)) return false;
  const bytes = reading(`read '${path}'`, () => Deno.readFileSync(path));
  // Latin-1 gives every byte a character, and the texts are ASCII.
  return new TextDecoder("latin1").decode(bytes).includes(text);
}

/**
 * Writes the files of a format, the one to load last.
 *
 * @throws {Refusal} Of a `StorageError`.
 */
export function writeFiles(
  out: string,
  { files }: Format,
  contents: readonly Uint8Array[],
): readonly Written[] {
  const advice = ": give a folder that can be written with --out";
  writing(
    `make '${out}'`,
    () => Deno.mkdirSync(out, { recursive: true }),
    advice,
  );
  const written = files.map((file, i) => {
    const { length: size } = contents[i];
    return { ...file, path: join(out, file.name), size };
  });
  for (const [i, { path }] of [...written.entries()].toReversed()) {
    writeWhole(path, [contents[i]], advice);
  }
  return written;
}
