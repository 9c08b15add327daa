/**
 * A function that was built for Vercel's edge runtime, in the virtual machine
 * that Vercel publishes for tests, until standard input ends:
 * `deno run --config runtimes.json edge_vm_server.ts DIR SCRIPT`.
 *
 * Weak evidence for Vercel itself: the machine has Vercel's globals and refuses
 * code from strings, but runs on this process's engine and would compile
 * WebAssembly from bytes, which Vercel refuses.
 *
 * @module
 */

import Module from "node:module";
import { join } from "node:path";

/** Named so that `deno check`, which does not know the configuration, passes it over. */
const PACKAGE = "@edge-runtime/vm";

// The package asks for a folder whose `package.json` points out of it, which
// Deno's `require` does not follow.
// deno-lint-ignore no-explicit-any
const modules = Module as any;
const resolve = modules._resolveFilename;
modules._resolveFilename = (name: string, ...rest: unknown[]) =>
  resolve(name.replace(/(primitives)\/load$/, "$1/dist/load.js"), ...rest);

const [dir, script] = Deno.args;
const kernel = await WebAssembly.compile(
  await Deno.readFile(join(dir, "kernels.wasm")),
);
const { EdgeVM } = await import(PACKAGE);
const machine = new EdgeVM({
  initialCode: await Deno.readTextFile(join(dir, script)),
  extend: (globals: Record<string, unknown>) =>
    Object.assign(globals, {
      // `import kernel from "./kernels.wasm?module"` after the build.
      require: () => kernel,
      // Assets of the function.
      fetch: async ({ pathname }: URL) =>
        new Response(await Deno.readFile(join(dir, pathname))),
    }),
});

const server = Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}/`),
  },
  async (request) => {
    const { url, method } = request;
    const body = method === "POST" ? await request.text() : undefined;
    const answer = await machine.dispatchFetch(url, { method, body });
    return new Response(await answer.text(), { status: answer.status });
  },
);
await Array.fromAsync(Deno.stdin.readable);
await server.shutdown();
