/**
 * Unpacks the Chromium of the npm package `@sparticuz/chromium`, made for
 * Amazon's Linux on x86-64, with the libraries it needs, and prints its path:
 * `TMPDIR=DIR AWS_LAMBDA_JS_RUNTIME=22.x deno run --config chromium.json npm_chromium.ts`.
 *
 * @module
 */

/** Named so that `deno check`, which does not know the configuration, passes it over. */
const PACKAGE = "@sparticuz/chromium";

const { default: chromium } = await import(PACKAGE);
console.log(await chromium.executablePath());
