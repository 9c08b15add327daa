/**
 * `deno task doctor`: whether this machine can train, and whether the physics
 * repeats recorded rollouts.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import { supportsRelaxedSimd, supportsSimd } from "../kernels/features.ts";
import { createMemory, instantiate } from "../kernels/mod.ts";
import type { Arguments, Command } from "./_cli.ts";
import { parity } from "./_parity.ts";
import { loadMujoco } from "./_physics.ts";
import { commandProgram, main } from "./_program.ts";

const command: Command = {
  name: "doctor",
  summary:
    "Check this machine, or replay recorded rollouts on this machine's physics.",
  positionals: [],
  options: [
    {
      name: "parity",
      placeholder: "FILE",
      description: "Replay the rollouts in FILE and print the greatest errors",
    },
    {
      name: "tolerance",
      placeholder: "METRES",
      default: "1e-5",
      description: "Greatest position error allowed with --parity",
    },
  ],
  examples: [
    "deno task doctor",
    "deno task doctor --parity tests/fixtures/fetch-rollouts.json",
  ],
};

/** A question about the machine, and what to do where the answer is no. */
interface Check {
  readonly name: string;
  readonly run: () => Promise<string>;
  readonly remedy: string;
  /** Most people do without it, so that a no is a warning. */
  readonly optional?: boolean;
}

/** The oldest Deno that will do. */
const OLDEST = [2, 9] as const;

const checks: readonly Check[] = [
  {
    name: "Deno",
    run: checkDeno,
    remedy: "run: deno upgrade",
  },
  {
    name: "cores",
    run: () => {
      const cores = navigator.hardwareConcurrency;
      const note = cores < 2 ? "; training will take twice as long" : "";
      return Promise.resolve(`${cores}${note}`);
    },
    remedy: "",
  },
  { name: "kernels", run: checkKernels, remedy: "run: deno task build" },
  {
    name: "MuJoCo",
    run: async () => `version ${(await loadMujoco()).mj_versionString()}`,
    remedy: "run: deno install",
  },
  {
    name: "tfjs",
    run: async () => {
      const { activeBackend, loadTfjs } = await import("./_tfjs.ts");
      await loadTfjs(await loadKernels("kernels.wasm", false));
      return `backend ${activeBackend()}`;
    },
    remedy: "needed only by --backend tfjs; run: deno install",
    optional: true,
  },
];

async function perform(given: Arguments): Promise<number> {
  const file = given.text.parity;
  if (file === undefined && given.text.tolerance !== undefined) {
    refuse({
      _tag: "ConfigError",
      message: "Cannot use '--tolerance' without '--parity': it bounds the " +
        "errors of the rollouts in that file",
    });
  }
  return file === undefined
    ? await checkMachine()
    : await checkParity(file, readTolerance(given.text.tolerance));
}

async function checkMachine(): Promise<number> {
  let failures = 0;
  for (const { name, run, remedy, optional = false } of checks) {
    try {
      console.log(`ok    ${name}: ${await run()}`);
    } catch (error) {
      if (!optional) failures += 1;
      const why = error instanceof Error ? error.message : error;
      const sign = optional ? "warn" : "fail";
      console.log(`${sign}  ${name}: ${why}; ${remedy}`);
    }
  }
  return failures === 0 ? 0 : 1;
}

async function checkParity(file: string, tolerance: number): Promise<number> {
  const { ok, lines } = await parity(file, tolerance);
  for (const line of lines) console.log(line);
  return ok ? 0 : 1;
}

function readTolerance(text = "1e-5"): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot use '--tolerance ${text}': it must be a length in metres above 0`,
    });
  }
  return value;
}

function checkDeno(): Promise<string> {
  const { deno, v8 } = Deno.version;
  const [major, minor] = deno.split(".").map(Number);
  const old = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return old
    ? Promise.reject(new Error(`${deno} is older than ${OLDEST.join(".")}`))
    : Promise.resolve(`${deno}, V8 ${v8}`);
}

async function checkKernels(): Promise<string> {
  if (!supportsSimd()) {
    return "no SIMD; the TypeScript twins stand in, many times slower";
  }
  await loadKernels("kernels.wasm", false);
  await loadKernels("kernels.shared.wasm", true);
  if (!supportsRelaxedSimd()) return "SIMD and shared memory";
  await loadKernels("kernels.relaxed.shared.wasm", true);
  return "SIMD, shared memory and relaxed SIMD";
}

async function loadKernels(name: string, shared: boolean) {
  const url = new URL(`../kernels/${name}`, import.meta.url);
  const module = await WebAssembly.compile(await Deno.readFile(url));
  return instantiate(module, createMemory(1 << 20, shared));
}

await main(commandProgram(command, Deno.args, perform));
