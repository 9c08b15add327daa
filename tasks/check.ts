/**
 * `deno task check`: everything about the source that can be judged without
 * running it, one line per check; exits with 1 if any fails.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { marksIn, placeholdersIn } from "./_marks.ts";

/** A check: what is wrong, or the empty string. */
interface Check {
  readonly name: string;
  readonly what: string;
  readonly find: () => Promise<string>;
}

const root = fileURLToPath(new URL("../", import.meta.url));

/** Folders that are not source. */
const SKIPPED = new Set([".git", ".cache", "dist", "node_modules", "runs"]);

const checks: readonly Check[] = [
  {
    name: "format",
    what: "deno fmt leaves everything as it is",
    find: () => deno("fmt", "--check"),
  },
  {
    name: "lint",
    what: "recommended rules and those of the house",
    find: () => deno("lint"),
  },
  {
    name: "types",
    what: "every file type-checks",
    find: () => deno("check", "."),
  },
  {
    name: "purity",
    what: "lib and kernels type-check without Deno",
    find: async () =>
      await deno(
        "check",
        "--no-lock",
        "--config",
        "tasks/_purity.json",
        ...await pure(),
      ),
  },
  {
    name: "docs",
    what: "every public symbol is documented",
    find: async () => await deno("doc", "--lint", ...await entryPoints()),
  },
  {
    name: "artefacts",
    what: "no built kernel is under version control",
    find: trackedKernels,
  },
  {
    name: "marks",
    what: "no text marks unfinished work",
    find: unfinished,
  },
];

/** Public entry points: the TypeScript modules among the exports. */
async function entryPoints(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const targets = Object.values<string>(exports);
  return targets.filter((path) => path.endsWith(".ts"));
}

/** What must run anywhere: the library, the entry points and the glue of the kernels. */
async function pure(): Promise<readonly string[]> {
  const kernels: string[] = [];
  for await (const { name, isFile } of Deno.readDir(`${root}kernels`)) {
    if (isFile && name.endsWith(".ts")) kernels.push(`kernels/${name}`);
  }
  return ["lib", ...await entryPoints(), ...kernels.toSorted()];
}

async function trackedKernels(): Promise<string> {
  const [output, code] = await run("git", "ls-files", "*.wasm");
  if (code !== 0) {
    // Sources without their history, such as a package, track nothing.
    const entries = await Array.fromAsync(Deno.readDir(root));
    return entries.some(({ name }) => name === ".git") ? output : "";
  }
  return output && `tracked by git: ${output}`;
}

async function unfinished(): Promise<string> {
  const found: string[] = [];
  for await (const path of files(root)) {
    const bytes = await Deno.readFile(path);
    if (bytes.includes(0)) continue; // Not a text.
    const text = new TextDecoder().decode(bytes);
    const lines = new Set([
      ...marksIn(text),
      ...(path === `${root}README.md` ? placeholdersIn(text) : []),
    ]);
    for (const line of lines) {
      found.push(`${path.slice(root.length)}:${line}`);
    }
  }
  return found.join("\n");
}

async function* files(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (isDirectory && !SKIPPED.has(name)) yield* files(`${folder}${name}/`);
    if (isFile) yield `${folder}${name}`;
  }
}

/** The output of a failing `deno` command, or the empty string. */
async function deno(...args: readonly string[]): Promise<string> {
  const [output, code] = await run(Deno.execPath(), ...args, "--quiet");
  return code === 0 ? "" : output || `exit code ${code}`;
}

async function run(
  command: string,
  ...args: readonly string[]
): Promise<readonly [string, number]> {
  try {
    const { stdout, stderr, code } = await new Deno.Command(command, {
      args: [...args],
      cwd: root,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + decoder.decode(stderr);
    return [text.trim(), code];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [`${error}`, 127];
    throw error;
  }
}

let failures = 0;
for (const { name, what, find } of checks) {
  const fault = await find();
  console.log(`${fault ? "FAIL" : "ok  "} ${name.padEnd(9)} ${what}`);
  if (fault) {
    failures++;
    console.log(fault.replace(/^/gm, "     "));
  }
}
Deno.exit(failures > 0 ? 1 : 0);
