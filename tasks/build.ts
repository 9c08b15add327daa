/**
 * `deno task build`: compiles `kernels/assembly` into four modules.
 *
 * | file | memory | multiply-add |
 * |---|---|---|
 * | `kernels.wasm` | one thread's | rounded twice: the same bits everywhere |
 * | `kernels.shared.wasm` | shared by Workers | the same |
 * | `kernels.relaxed.wasm` | one thread's | fused where the CPU can: faster, bits differ between machines |
 * | `kernels.relaxed.shared.wasm` | shared by Workers | the same |
 *
 * All come from the same source; the plain two give the same bits. A file is
 * written under another name and renamed, so that a reader never sees half a
 * module. Needs `-R -W=kernels -E` (the compiler asks whether the terminal has
 * colours).
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { fileURLToPath } from "node:url";
import { isAbsolute, join } from "node:path";
import { LARGEST_MEMORY, PAGE } from "../kernels/arena.ts";

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
 * may not have a larger one.
 */
const shared = [
  "--enable",
  "threads",
  "--sharedMemory",
  "--maximumMemory",
  String(LARGEST_MEMORY / PAGE),
];

/** What `lanes.ts` looks at to choose the multiply-add. */
const relaxed = ["--enable", "relaxed-simd"];

const artefacts: Readonly<Record<string, readonly string[]>> = {
  "kernels/kernels.wasm": common,
  "kernels/kernels.shared.wasm": [...common, ...shared],
  "kernels/kernels.relaxed.wasm": [...common, ...relaxed],
  "kernels/kernels.relaxed.shared.wasm": [...common, ...relaxed, ...shared],
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
