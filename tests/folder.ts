/**
 * A temporary folder for the time of a test.
 *
 * @module
 */

/** Runs `test` in a fresh folder, which is gone afterwards. */
export async function inFolder(
  test: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = makeFolder();
  try {
    await test(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

/** {@link inFolder} for a test without promises. */
export function inFolderSync(test: (dir: string) => void): void {
  const dir = makeFolder();
  try {
    test(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

/** A fresh folder that the caller removes. */
export function makeFolder(): string {
  return Deno.makeTempDirSync({ prefix: "rpl-test-" });
}

/** Names in a folder, sorted. */
export function namesIn(dir: string): readonly string[] {
  return [...Deno.readDirSync(dir)].map((entry) => entry.name).sort();
}
