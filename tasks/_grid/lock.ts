/**
 * Locks that a kill lets go of: the system holds them on open files.
 *
 * @module
 */

import { dirname } from "node:path";
import { writing } from "../_files.ts";

/** Exit code of a cell that another process is training (`EX_TEMPFAIL`). */
export const BUSY = 75;

/** Runs `work` while no other process that names the same file does. */
export function whileLocked<A>(path: string, work: () => A): A {
  const file = openLock(path);
  try {
    writing(`lock '${path}'`, () => file.lockSync(true));
    return work();
  } finally {
    file.close();
  }
}

/** Takes the lock for the rest of this process; false where another keeps it for `patience` seconds. */
export async function takeLock(
  path: string,
  patience: number,
): Promise<boolean> {
  const file = openLock(path);
  for (let waited = 0;; waited += 0.1) {
    if (await file.tryLock(true)) return true;
    if (waited >= patience) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function openLock(path: string): Deno.FsFile {
  return writing(`open '${path}'`, () => {
    Deno.mkdirSync(dirname(path), { recursive: true });
    return Deno.openSync(path, { create: true, write: true });
  });
}
