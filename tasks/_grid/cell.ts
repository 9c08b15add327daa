/**
 * One cell as a process: `deno task train` with the same words, but only once
 * nobody else trains in its folder. A grid that was killed leaves trainings
 * which end when they next have something to say; their successors wait here.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { runProgram } from "../_program.ts";
import { BUSY, takeLock } from "./lock.ts";

/** Seconds to wait for a training that lost its grid. */
const PATIENCE = 120;

/** Takes the lock beside the folder of the run, which `--out` or `--resume` names. */
async function claim(words: readonly string[]): Promise<number> {
  const folder = words.map((word) => /^--(?:out|resume)=(.+)$/.exec(word))
    .find((found) => found !== null)?.[1];
  if (folder === undefined) return 0;
  return await takeLock(`${folder}.lock`, PATIENCE) ? 0 : BUSY;
}

const code = await runProgram(async () => E.right(await claim(Deno.args)));
if (code !== 0) Deno.exit(code);
await import("../train.ts");
