/**
 * Adapter for browsers: a controller from the two files as `fetch` gives them.
 *
 * @module
 */

import { type EdgeController, loadController } from "./mod.ts";
import { bodyOf, type Given, moduleOf } from "./sources.ts";

export * from "./mod.ts";
export type { Given } from "./sources.ts";

/**
 * A controller from `policy.safetensors` and `kernels.wasm`; without the second
 * the TypeScript twins compute the same bits.
 *
 * @param policy For example `fetch("policy.safetensors")`.
 * @param kernel For example `fetch("kernels.wasm")`.
 * @param options As of {@link loadController}.
 * @throws {RangeError} If a file cannot be fetched or used, see {@link loadController}.
 */
export async function controllerFrom(
  policy: Given<Response>,
  kernel?: Given<Response>,
  options?: Parameters<typeof loadController>[2],
): Promise<EdgeController> {
  const [bytes, wasm] = await Promise.all([
    Promise.resolve(policy).then(bodyOf),
    Promise.resolve(kernel).then((answer) => answer && bodyOf(answer)),
  ]);
  return loadController(bytes, await moduleOf(wasm), options);
}
