/**
 * How many tests passed and failed, read from what `deno test` prints.
 *
 * @module
 */

/** Counts of a run of the tests. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
}

/**
 * The counts in the last summary line, such as
 * `FAILED | 4 passed (1 step) | 3 failed | 1 ignored (2s)`, which also counts
 * errors outside any test; `undefined` where there is none, as after a file
 * that does not compile.
 */
export function readSummary(output: string): Summary | undefined {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const step = "(?: \\(\\d+ steps?\\))?";
  const line = new RegExp(
    `^(?:ok|FAILED) \\| (\\d+) passed${step} \\| (\\d+) failed`,
    "gm",
  );
  const found = [...plain.matchAll(line)].at(-1);
  return found && { passed: Number(found[1]), failed: Number(found[2]) };
}

/**
 * The verdict on a run that exited with `code`: a run without a summary, with
 * a bad exit code or without a single test has at least one failure.
 */
export function judge(summary: Summary | undefined, code: number): Summary {
  const { passed, failed } = summary ?? { passed: 0, failed: 0 };
  const good = summary !== undefined && code === 0 && passed > 0;
  return { passed, failed: good ? failed : Math.max(1, failed) };
}
