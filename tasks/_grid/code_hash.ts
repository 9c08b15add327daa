/**
 * One name for the code that decides results: SHA-256 over every source that
 * training and tasks import, the sources of the kernels, and the versions of
 * the physics engine and of the kernels' compiler.
 *
 * Comments on lines of their own, white space and the commas that formatting
 * adds do not count. A source that belongs to some tasks alone, such as the
 * scene of the hook, counts for those only, so that work on one task does not
 * make the results of another stale.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { reading } from "../_files.ts";

/** The sources from which all others that decide results are imported. */
const ROOTS: readonly string[] = [
  "lib/train/training.ts",
  "lib/train/train.ts",
  "lib/suite/registry.ts",
  "lib/env/time_limit.ts",
  "kernels/arena.ts",
];

/** The sources of `kernels/*.wasm`. */
const ASSEMBLY = "kernels/assembly";

/** Packages whose version decides results. */
const PACKAGES: readonly string[] = ["@mujoco/mujoco", "assemblyscript/asc"];

/** Sources that belong to some tasks alone. */
const OWNERS: readonly (readonly [RegExp, readonly string[]])[] = [
  // Tables of names: what they name counts by itself.
  [/^(lib\/suite\/registry|kernels\/assembly\/mod)\.ts$/, []],
  [
    /^kernels\/assembly\/(ensemble|particle_product|fixed_point|noise|swish|vector_math)\w*\.ts$/,
    ["pusher"],
  ],
  [/^lib\/suite\/pusher\b/, ["pusher"]],
  [
    /^lib\/control\/(pets|cached|cem|ensemble|particles|fit_model|model_learner|wander)\w*\.ts$/,
    ["pusher"],
  ],
  [/^lib\/suite\/(fetch\/)?complex_hook\w*\.ts$/, ["complex-hook"]],
  [/^lib\/suite\/(fetch\/)?noisy_hook\w*\.ts$/, ["noisy-hook"]],
  [
    /^lib\/(suite\/(fetch\/)?hook|env\/(estimated|frames)|control\/(reactive_hook|filtered|estimate))\w*\.ts$/,
    ["noisy-hook", "complex-hook"],
  ],
  [
    /^lib\/(suite\/(fetch\/)?|control\/reactive_)pick_and_place\.ts$/,
    ["pick-and-place"],
  ],
  [/^lib\/control\/tree_mpc\w*\.ts$/, ["push"]],
  [/^lib\/control\/reactive_push\.ts$/, ["push", "slippery-push"]],
  [/^lib\/(suite\/(fetch\/)?slide|control\/aim_and_strike)\.ts$/, ["slide"]],
];

/** This checkout. */
const HERE = fileURLToPath(new URL("../../", import.meta.url));

/** Hashes of the code by task; sources are read once. */
export function codeHashes(root = HERE): (task: string) => string {
  const sources = [...gather(root)].map(([path, text]) =>
    [path, normalise(text)] as const
  );
  const found = new Map<string, string>();
  return (task) => {
    const known = found.get(task);
    if (known !== undefined) return known;
    const hash = createHash("sha256").update(packagesOf(root));
    for (const [path, text] of sources) {
      if (countsFor(path, task)) hash.update(`\n${path}\n${text}`);
    }
    const digest = hash.digest("hex");
    found.set(task, digest);
    return digest;
  };
}

/** Whether a source decides the results of a task. */
export function countsFor(path: string, task: string): boolean {
  const own = OWNERS.find(([pattern]) => pattern.test(path));
  return own === undefined || own[1].includes(task);
}

/**
 * A source without what cannot change results: comments on lines of their own,
 * white space beside punctuation, and commas before a closing bracket.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(normalise("// Adds.\nadd(\n  a,\n  b,\n);\n"), normalise("add(a, b);"));
 * ```
 */
export function normalise(source: string): string {
  let inside = false; // a block comment
  const code = source.split("\n").filter((line) => {
    const text = line.trim();
    const comment = inside || text.startsWith("//") || text.startsWith("/*");
    if (!text.startsWith("//") && (inside || text.startsWith("/*"))) {
      inside = !text.includes("*/");
    }
    return !comment;
  });
  return code.join("\n").replace(/\s+/g, " ")
    .replace(/ ?([^\w ]) ?/g, "$1")
    .replace(/,([)\]}])/g, "$1").trim();
}

/** Relative imports of a source, as written; types alone decide nothing. */
export function importsOf(source: string): readonly string[] {
  const statement =
    /^\s*(?:import|export)\b(?!\s+type\b)[^;"']*?(?:from\s*)?["'](\.{1,2}\/[^"']+)["']/gm;
  return [...source.matchAll(statement)].map(([, path]) => path);
}

/** Every source by its path from the root, in order of path. */
function gather(root: string): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  const waiting = [...ROOTS, ...filesUnder(root, ASSEMBLY)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = readText(root, path);
    found.set(path, text);
    const folder = posix.dirname(path);
    if (!path.endsWith(".ts")) continue;
    waiting.push(
      ...importsOf(text).map((to) => withExtension(posix.join(folder, to))),
    );
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1);
}

/** AssemblyScript names its imports without extension. */
function withExtension(path: string): string {
  return /\.\w+$/.test(path) ? path : `${path}.ts`;
}

function readText(root: string, path: string): string {
  const file = join(root, path);
  return reading(`read '${file}'`, () => Deno.readTextFileSync(file));
}

function filesUnder(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return [...Deno.readDirSync(join(root, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return filesUnder(root, path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** The packages that count, as the import map names their versions. */
function packagesOf(root: string): string {
  const { imports } = JSON.parse(readText(root, "deno.json")) as {
    readonly imports: Readonly<Record<string, string>>;
  };
  return PACKAGES.map((name) => imports[name] ?? name).join("\n");
}
