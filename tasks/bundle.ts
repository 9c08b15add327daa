/**
 * `deno task bundle`: each adapter of `lib/edge` as one minified file, to copy
 * beside an exported policy; prints their sizes.
 *
 * @module
 */

import { bundleAdapter, BUNDLES, gzipped } from "./_bundle.ts";
import type { Arguments, Command } from "./_cli.ts";
import { writing } from "./_files.ts";
import { commandProgram, main } from "./_program.ts";

const command: Command = {
  name: "bundle",
  summary: "Write each adapter of lib/edge as one file without imports.",
  positionals: [],
  options: [
    {
      name: "out",
      placeholder: "DIR",
      default: "dist",
      description: "Where the files go",
    },
  ],
  examples: ["deno task bundle", "deno task bundle --out site/policy"],
  notes: "docs/embed.md shows what to do with them.",
};

async function perform(given: Arguments): Promise<void> {
  const dir = given.text.out ?? "dist";
  writing(`create '${dir}'`, () => Deno.mkdirSync(dir, { recursive: true }));
  for (const adapter of Object.keys(BUNDLES)) {
    const path = await bundleAdapter(adapter, dir);
    const bytes = await Deno.readFile(path);
    const sizes = `${bytes.length} bytes, ${await gzipped(bytes)} with gzip`;
    console.log(`${path}  ${sizes}`);
  }
}

await main(commandProgram(command, Deno.args, perform));
