/**
 * Adapter for Vercel's edge functions: the policy is an asset that the function
 * fetches, the kernel a module imported with `?module`. Vercel compiles no
 * WebAssembly from bytes there; its Node functions take the adapter `node.ts`.
 *
 * @module
 */

import { type EdgeController, loadController } from "./mod.ts";
import { bodyOf, type Given } from "./sources.ts";

export * from "./mod.ts";
export type { Given } from "./sources.ts";

/**
 * A controller from `policy.safetensors` and `kernels.wasm`; without the second
 * the TypeScript twins compute the same bits.
 *
 * @param policy What `fetch(new URL("./policy.safetensors", import.meta.url))` gives.
 * @param kernel What `import kernel from "./kernels.wasm?module"` gives.
 * @param options As of {@link loadController}.
 * @throws {RangeError} If the policy cannot be fetched or used, see {@link loadController}.
 */
export async function controllerFrom(
  policy: Given<Response>,
  kernel?: Given<WebAssembly.Module>,
  options?: Parameters<typeof loadController>[2],
): Promise<EdgeController> {
  const [answer, module] = await Promise.all([policy, kernel]);
  return loadController(await bodyOf(answer), module, options);
}
