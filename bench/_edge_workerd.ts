/**
 * Times in workerd, measured from outside, since its own clock stands still
 * while a worker computes: a request that acts `n` times, less one that does
 * not; the first answer of a fresh worker with a policy, less one without.
 *
 * @module
 */

import { join } from "node:path";
import { bundle, bundleAdapter } from "../tasks/_bundle.ts";
import { serveWorkerd } from "../tests/edge/runtimes.ts";
import { EMBED, snippetNamed } from "../tests/edge/snippets.ts";

/** What is measured in workerd. */
export interface InWorkerd {
  /** Seconds per call of `rows` robots each, one value per turn. */
  readonly acting: (
    by: "kernels" | "twins",
    rows: number,
    count: number,
  ) => Promise<number>;
  /** Seconds until a fresh worker with the policy answers, less those of an empty one. */
  readonly starting: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Makes fresh workers beside the loop: each `id` is a worker of its own. */
const HOST = `import { loopOf } from "./loop.js";
import kernel from "./kernels.wasm";
import policy from "./policy.safetensors";
import moments from "./moments.f32";
import wasm from "./kernels.data";
import main from "./snippet.txt";
import adapter from "./adapter.txt";

const loops = {
  kernels: loopOf(policy, kernel, moments),
  twins: loopOf(policy, undefined, moments),
};
const compatibilityDate = "2026-07-01";
const mainModule = "main.js";
const empty = { "main.js": "export default { fetch: () => new Response() };" };
const full = {
  "main.js": main,
  "cloudflare.js": adapter,
  "kernels.wasm": { wasm },
  "policy.safetensors": { data: policy },
};

export default {
  fetch(request, { LOADER }) {
    const asked = new URL(request.url).searchParams;
    const id = asked.get("id");
    if (id === null) {
      loops[asked.get("by")](Number(asked.get("rows")), Number(asked.get("n")));
      return new Response();
    }
    const modules = asked.has("full") ? full : empty;
    const code = () => ({ compatibilityDate, mainModule, modules });
    const worker = LOADER.get(id, code).getEntrypoint();
    return worker.fetch("http://worker/", { method: "POST", body: "{}" });
  },
};
`;

const WRANGLER = JSON.stringify({
  "main": "host.js",
  "compatibility_date": "2026-07-01",
  "rules": [
    { type: "Data", globs: ["**/*.safetensors", "**/*.f32", "**/*.data"] },
    { type: "Text", globs: ["**/*.txt"] },
  ],
  "worker_loaders": [{ binding: "LOADER" }],
});

/** workerd with the files of `dir`: `policy.safetensors`, `kernels.wasm` and `moments.f32`. */
export async function openWorkerd(dir: string): Promise<InWorkerd> {
  await bundle("bench/_edge_loop.ts", join(dir, "loop.js"));
  const adapter = await bundleAdapter("cloudflare", dir);
  await Deno.rename(adapter, join(dir, "adapter.txt"));
  await Deno.copyFile(join(dir, "kernels.wasm"), join(dir, "kernels.data"));
  const snippet = snippetNamed(await Deno.readTextFile(EMBED), "worker.js");
  await Deno.writeTextFile(join(dir, "snippet.txt"), snippet);
  await Deno.writeTextFile(join(dir, "host.js"), HOST);
  const { url, stop } = await serveWorkerd(dir, WRANGLER);
  async function request(query: string): Promise<number> {
    const start = performance.now();
    const response = await fetch(`${url}/?${query}`);
    await response.body?.cancel();
    const seconds = (performance.now() - start) / 1000;
    // A snippet that loads its policy and is asked for nothing answers 400.
    if (response.status < 500) return seconds;
    throw new Error(`workerd answered ${response.status} to ${query}`);
  }
  let fresh = 0;
  return {
    async acting(by, rows, count) {
      const idle = await request(`by=${by}&rows=${rows}&n=0`);
      const busy = await request(`by=${by}&rows=${rows}&n=${count}`);
      return Math.max(0, busy - idle) / count;
    },
    async starting() {
      const empty = await request(`id=${fresh++}`);
      return await request(`id=${fresh++}&full`) - empty;
    },
    close: stop,
  };
}
