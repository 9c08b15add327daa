/**
 * Adapter for Node 20 and later: a controller from the two files as `readFile` of
 * `node:fs/promises` gives them.
 *
 * @module
 */

import { type EdgeController, loadController } from "./mod.ts";
import { type Bytes, bytesOf, type Given, moduleOf } from "./sources.ts";

export * from "./mod.ts";
export type { Bytes, Given } from "./sources.ts";

/**
 * A controller from `policy.safetensors` and `kernels.wasm`; without the second
 * the TypeScript twins compute the same bits.
 *
 * @param policy For example `readFile("policy.safetensors")`.
 * @param kernel For example `readFile("kernels.wasm")`.
 * @param options As of {@link loadController}.
 * @throws {RangeError} If the policy cannot be used, see {@link loadController}.
 */
export async function controllerFrom(
  policy: Given<Bytes>,
  kernel?: Given<Bytes>,
  options?: Parameters<typeof loadController>[2],
): Promise<EdgeController> {
  const [bytes, wasm] = await Promise.all([policy, kernel]);
  const module = await moduleOf(wasm && bytesOf(wasm));
  return loadController(bytesOf(bytes), module, options);
}
