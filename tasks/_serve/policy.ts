/**
 * The policy that is served, from its files.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { moduleOf } from "../../lib/edge/sources.ts";
import {
  type BaseFunction,
  type EdgeController,
  loadController,
  readSpec,
} from "../../lib/edge/mod.ts";
import { refuse } from "../../lib/errors.ts";
import {
  loadController as loadFile,
  readControllerFile,
} from "../_controller_file.ts";
import { reading } from "../_files.ts";

/** Most bytes of a file that is taken for a policy. */
const MOST = 1 << 28;

/**
 * Loads a policy.
 *
 * @param path Of `policy.safetensors` or its folder; the kernels are taken from
 * beside it, or from this checkout.
 * @param rows Most robots at once.
 * @param controller The file of the base, where the policy was learnt over one.
 * @throws {Refusal} Of a `StorageError` where it cannot be read, of a
 * `ConfigError` where it cannot be used.
 */
export async function openPolicy(
  path: string,
  rows: number,
  controller?: string,
): Promise<EdgeController> {
  const file = isFolder(path) ? join(path, "policy.safetensors") : path;
  const bytes = readBytes(file);
  const kernels = kernelsFor(file);
  const base = controller === undefined
    ? {}
    : { base: await readBase(file, bytes, controller) };
  const module = await moduleOf(readBytes(kernels)).catch((error) =>
    refuseFile(kernels, ` as it is damaged: ${error.message}`)
  );
  return refusing(file, () => loadController(bytes, module, { ...base, rows }));
}

function isFolder(path: string): boolean {
  return reading(`read '${path}'`, () => Deno.statSync(path)).isDirectory;
}

function readBytes(path: string): Uint8Array {
  return reading(`read '${path}'`, () => {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) refuseFile(path, " as it is no file");
    if (size > MOST) refuseFile(path, " as it is too large for a policy");
    return Deno.readFileSync(path);
  });
}

function kernelsFor(file: string): string {
  const beside = join(dirname(file), "kernels.wasm");
  const own = new URL("../../kernels/kernels.wasm", import.meta.url).pathname;
  return existsSync(beside) ? beside : own;
}

async function readBase(
  file: string,
  bytes: Uint8Array,
  controller: string,
): Promise<BaseFunction> {
  const spec = refusing(file, () => readSpec(bytes));
  const policy = await loadFile(await readControllerFile(controller, spec));
  return (observation, goal) => policy.act(undefined, observation, goal).action;
}

/** What is wrong with the policy leaves as a refusal that names its file. */
function refusing<A>(path: string, run: () => A): A {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuseFile(path, `. ${error.message}`);
  }
}

function refuseFile(path: string, why: string): never {
  const message = `Cannot serve '${path}'${why}`;
  return refuse({ _tag: "ConfigError", message });
}
