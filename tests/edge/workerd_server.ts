/**
 * A folder as a Cloudflare Worker in workerd, until standard input ends:
 * `deno run --config runtimes.json workerd_server.ts DIR WRANGLER_JSON`.
 *
 * Prints the address that it listens at. The package stands in a configuration
 * of its own, since Deno fetches all that the lock file of the checkout names:
 * workerd would add 180 MB to the first `deno task train`.
 *
 * @module
 */

import { join } from "node:path";

/** Named so that `deno check`, which does not know the configuration, passes it over. */
const PACKAGE = "miniflare";

const [dir, wrangler] = Deno.args;
const { main, rules, ...rest } = JSON.parse(wrangler);
const loaders: readonly { readonly binding: string }[] = rest.worker_loaders ??
  [];
const { Miniflare } = await import(PACKAGE);
const server = new Miniflare({
  compatibilityDate: rest.compatibility_date,
  host: "127.0.0.1",
  port: 0,
  modules: true,
  modulesRoot: dir,
  scriptPath: join(dir, main),
  modulesRules: [
    // Those of the user, then those of wrangler itself.
    ...rules.map(({ type, globs: include }: Rule) => ({ type, include })),
    { type: "ESModule", include: ["**/*.js"] },
    { type: "CompiledWasm", include: ["**/*.wasm"] },
  ],
  workerLoaders: Object.fromEntries(
    loaders.map(({ binding }) => [binding, {}]),
  ),
});
console.log(`${await server.ready}`);
await Array.fromAsync(Deno.stdin.readable);
await server.dispose();

/** What wrangler makes of files of some names. */
interface Rule {
  readonly type: string;
  readonly globs: readonly string[];
}
