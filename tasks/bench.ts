/**
 * `deno task bench [option ...]`: times kernels beside their twins and beside
 * tfjs; all options go to `deno bench`. `deno task bench edge` measures an
 * embedded policy instead and `deno task bench serve` its server, both as their
 * users run them: without flags for V8.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** With what training runs. */
const V8_FLAGS =
  "--v8-flags=--no-wasm-bounds-checks,--experimental-wasm-revectorize";

/** Programs of `bench/` that are not for `deno bench`. */
const PROGRAMS = ["edge", "serve"];

const permissions = ["-R", "-W", "-E", "--allow-sys"];

/** What Deno is asked to do for the arguments of the task. */
export function commandOf(args: readonly string[]): readonly string[] {
  const [name, ...rest] = args;
  if (!PROGRAMS.includes(name)) {
    return ["bench", V8_FLAGS, ...permissions, "bench", ...args];
  }
  const more = ["--no-prompt", "--allow-run", "--allow-net=127.0.0.1"];
  return ["run", ...permissions, ...more, `bench/${name}.ts`, ...rest];
}

if (import.meta.main) {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [...commandOf(Deno.args)],
    cwd: fileURLToPath(new URL("../", import.meta.url)),
  }).spawn().status;
  Deno.exit(code);
}
