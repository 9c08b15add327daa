/**
 * Which build of the kernels a backend computes with, and how it is loaded.
 *
 * @module
 */

import { supportsRelaxedSimd, supportsSimd } from "../kernels/features.ts";
import { refuse } from "../lib/errors.ts";
import type { RunConfig } from "./_config.ts";

/** `twins` are no build: plain TypeScript. */
export type Build = "plain" | "relaxed" | "twins";

/** Files of the builds for shared memory, made by `deno task build`. */
const FILES: Readonly<Record<Exclude<Build, "twins">, string>> = {
  plain: "kernels.shared.wasm",
  relaxed: "kernels.relaxed.shared.wasm",
};

/** What an engine can do. */
export interface Engine {
  readonly simd: boolean;
  readonly relaxed: boolean;
}

/** The engine that runs this. */
function thisEngine(): Engine {
  return { simd: supportsSimd(), relaxed: supportsRelaxedSimd() };
}

/** The build that a backend computes with: twins where the engine has no SIMD. */
export function buildOf(
  backend: RunConfig["backend"],
  engine: Engine = thisEngine(),
): Build {
  if (backend === "relaxed") return "relaxed";
  return backend === "twins" || !engine.simd ? "twins" : "plain";
}

/** Where a build lies; `undefined` for the twins. */
export function fileOf(build: Build): URL | undefined {
  if (build === "twins") return undefined;
  return new URL(`../kernels/${FILES[build]}`, import.meta.url);
}

/**
 * The module of a backend, or `null` where the twins compute: because they were
 * asked for, or, with one warning, because the engine has no SIMD.
 *
 * @throws {Refusal} Where the relaxed build cannot run, or a file is missing
 * or damaged.
 */
export async function loadKernels(
  backend: RunConfig["backend"],
  warn: (text: string) => void = (text) => console.error(`warning: ${text}`),
  engine: Engine = thisEngine(),
): Promise<WebAssembly.Module | null> {
  if (backend === "relaxed" && !engine.relaxed) {
    refuse({
      _tag: "ConfigError",
      message: "Cannot use backend 'relaxed' as this engine has no relaxed " +
        "SIMD: use a newer Deno, or train with --backend kernels",
    });
  }
  const file = fileOf(buildOf(backend, engine));
  if (file !== undefined) return await compile(file);
  if (backend !== "twins") {
    warn(
      "this engine has no WebAssembly SIMD, so the TypeScript twins of the " +
        "kernels compute: the same results, many times slower",
    );
  }
  return null;
}

async function compile(file: URL): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(await Deno.readFile(file));
  } catch (error) {
    return refuse({
      _tag: "StorageError",
      message: `Cannot load the kernels '${file.pathname}': ${
        error instanceof Error ? error.message : error
      }; build them with 'deno task build'`,
    });
  }
}
