/**
 * `deno task build`: compiles `kernels/assembly` into `kernels/kernels.wasm`
 * and, for Workers over one shared memory, `kernels/kernels.shared.wasm`.
 *
 * Both come from the same source and give the same bits. A file is written
 * under another name and renamed, so that a reader never sees half a module.
 * Needs `-R -W=kernels -E` (the compiler asks whether the terminal has colours).
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { fileURLToPath } from "node:url";
import { isAbsolute, join } from "node:path";

/** The folder of the package. */
const root = fileURLToPath(new URL("../", import.meta.url));

/** Plain SIMD128 without relaxed instructions: the same bits on every engine. */
const common = [
  "kernels/assembly/mod.ts",
  "-O3",
  "--runtime",
  "stub",
  "--use",
  "abort=",
  "--enable",
  "simd",
  "--importMemory",
  "--noExportMemory",
  "--initialMemory",
  "1",
];

/**
 * A shared memory must be declared with a maximum, and an instantiating memory
 * may not have a larger one: 16384 pages are 1 GiB.
 */
const shared = [
  "--enable",
  "threads",
  "--sharedMemory",
  "--maximumMemory",
  "16384",
];

const artefacts: Readonly<Record<string, readonly string[]>> = {
  "kernels/kernels.wasm": common,
  "kernels/kernels.shared.wasm": [...common, ...shared],
};

/** Bytes of the module compiled with `options`; throws with the compiler's words. */
async function compile(options: readonly string[]): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const stdout = asc.createMemoryStream();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main([...options, "-o", "out.wasm"], {
    stdout,
    stderr,
    readFile: (name: string, base: string) => readText(resolve(name, base)),
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") bytes = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || bytes === undefined) {
    const words = `${stderr.toString()}${error?.message ?? ""}`.trim();
    throw new Error(words || "the compiler wrote no module");
  }
  return bytes;
}

function resolve(name: string, base: string): string {
  return isAbsolute(name) ? name : join(root, base, name);
}

/** The text of a file, or null where there is none: the compiler then looks elsewhere. */
function readText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Writes beside the final name, then renames. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  await Deno.writeFile(temporary, bytes);
  await Deno.rename(temporary, path);
}

if (import.meta.main) {
  for (const [name, options] of Object.entries(artefacts)) {
    try {
      const bytes = await compile(options);
      await writeWhole(join(root, name), bytes);
      console.log(`${name}  ${bytes.length} bytes`);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      console.error(`error: Cannot build ${name}:\n${words}`);
      Deno.exit(1);
    }
  }
}
