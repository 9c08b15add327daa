/**
 * Adapters of `lib/edge` as single files without imports.
 *
 * The bundler sees no import map, so that a dependency fails here. It comes
 * with Deno and is fetched from the npm registry when it is used first.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { join } from "node:path";

/** Each adapter and the name of its bundle; only Node tells modules by their ending. */
export const BUNDLES: Readonly<Record<string, string>> = {
  deno: "deno.js",
  cloudflare: "cloudflare.js",
  vercel: "vercel.js",
  node: "node.mjs",
  browser: "browser.js",
};

/** The folder of the package. */
const root = fileURLToPath(new URL("../", import.meta.url));

/** Writes the bundle of one adapter to `dir` and returns its path. */
export async function bundleAdapter(
  adapter: string,
  dir: string,
): Promise<string> {
  const out = join(dir, BUNDLES[adapter]);
  await bundle(`lib/edge/${adapter}.ts`, out);
  return out;
}

/**
 * Bundles and minifies the module `entry`, a path from the root of the package.
 *
 * @param options Of `deno bundle`.
 * @throws {Error} With the words of the bundler.
 */
export async function bundle(
  entry: string,
  out: string,
  ...options: readonly string[]
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--no-config", "--no-lock", "--minify"],
      ...["--platform=browser", ...options, "-o", out, entry],
    ],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const words = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot bundle ${entry}: ${words}`);
}

/** Bytes that `bytes` take when sent compressed with gzip. */
export async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const stream = new Blob([bytes]).stream();
  const packed = stream.pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).bytes()).length;
}
