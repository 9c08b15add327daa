/**
 * `deno task test [path ...]`: runs every test and every documented example,
 * or those of the paths given, and ends with `N passed, N failed` on a line.
 *
 * This file must not be called `test.ts`: `deno test` would take it for a test,
 * run it, and so start itself without end.
 *
 * @module
 */

import { judge, readSummary } from "./_summary.ts";

/**
 * What the suite may do: read the checkout and its packages, write temporary
 * run folders, read the environment (npm packages do), start the tasks it
 * tests, ask for the number of cores and serve on this machine. No other network.
 */
const permissions = [
  ...["-R", "-W", "-E", "--allow-run", "--allow-sys"],
  "--allow-net=127.0.0.1",
];

/** Characters at the end of the output among which the summary is found. */
const TAIL = 100_000;

/** Runs `deno test`, shows its output as it comes, and returns its end and exit code. */
async function run(paths: readonly string[]): Promise<[string, number]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "--no-prompt", ...permissions, ...paths],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of child.stdout) {
    for (let sent = 0; sent < chunk.length;) {
      sent += await Deno.stdout.write(chunk.subarray(sent));
    }
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-TAIL);
  }
  return [tail, (await child.status).code];
}

const [tail, code] = await run(Deno.args);
const { passed, failed } = judge(readSummary(tail), code);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);
