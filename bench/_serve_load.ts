/**
 * The generator of requests, a process of its own:
 * `deno run --config _serve_load.json _serve_load.ts LOAD`. Prints what was
 * answered as JSON.
 *
 * The package stands in a configuration of its own, since Deno fetches all that
 * the lock file of the checkout names.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Named so that `deno check`, which does not know the configuration, passes it over. */
const PACKAGE = "autocannon";

const { url, type, body, ...options } = JSON.parse(Deno.args[0]);
const { default: autocannon } = await import(PACKAGE);
const { requests, duration, latency, errors, non2xx } = await autocannon({
  ...options,
  url: `${url}/act`,
  method: "POST",
  headers: { "content-type": type },
  body: Buffer.from(body, "base64"),
});
console.log(JSON.stringify({
  rate: requests.total / duration,
  p99: latency.p99,
  failures: errors + non2xx,
}));
