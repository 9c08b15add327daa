/**
 * `deno task bench [option ...]`: times kernels beside their twins and beside
 * tfjs; all options go to `deno bench`. `deno task bench edge` measures an
 * embedded policy instead and `deno task bench serve` its server, both as their
 * users run them: without flags for V8.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { fileURLToPath } from "node:url";
import { refuse } from "../lib/errors.ts";
import { type Command, helpText, unknownName } from "./_cli.ts";
import { main, type Program } from "./_program.ts";

/** With what training runs. */
const V8_FLAGS =
  "--v8-flags=--no-wasm-bounds-checks,--experimental-wasm-revectorize";

/** Programs of `bench/` that are not for `deno bench`. */
const PROGRAMS = ["edge", "serve"];

const command: Command = {
  name: "bench",
  summary: "Time kernels beside their twins and beside tfjs.",
  positionals: [
    {
      name: "PROGRAM",
      description:
        "edge: an embedded policy; serve: its server, or with rates or memory behind a part of that; without one the kernels",
    },
  ],
  options: [
    {
      name: "filter",
      placeholder: "NAME",
      description:
        "Only timings of that name, or of /such a pattern/; this and other options of `deno bench` go to it",
    },
    { name: "json", description: "Print JSON" },
  ],
  examples: [
    "deno task bench",
    "deno task bench --filter /^mlp/",
    "deno task bench edge",
    "deno task bench serve memory",
  ],
  notes:
    "Beside it: deno task bench:check (ratios that must hold), bench:memory (a run with a full replay), bench:peers (Python).",
};

const permissions = ["-R", "-W", "-E", "--allow-sys"];

/**
 * What Deno is asked to do for the arguments of the task.
 *
 * @throws {Refusal} Of a `ConfigError` if they begin with the name of no program.
 */
export function commandOf(args: readonly string[]): readonly string[] {
  const [name, ...rest] = args;
  if (name === undefined || name.startsWith("-")) {
    return ["bench", V8_FLAGS, ...permissions, "bench", ...args];
  }
  if (!PROGRAMS.includes(name)) {
    refuse(unknownName("program of deno task bench", name, PROGRAMS));
  }
  const more = ["--no-prompt", "--allow-run", "--allow-net=127.0.0.1"];
  return ["run", ...permissions, ...more, `bench/${name}.ts`, ...rest];
}

function program(args: readonly string[]): Program {
  return async () => {
    if (args.some((word) => word === "--help" || word === "-h")) {
      console.log(helpText(command));
      return E.right(undefined);
    }
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [...commandOf(args)],
      cwd: fileURLToPath(new URL("../", import.meta.url)),
    }).spawn().status;
    return E.right(code);
  };
}

if (import.meta.main) await main(program(Deno.args));
