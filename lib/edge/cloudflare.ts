/**
 * Adapter for Cloudflare Workers, whose bundler gives imported files as values:
 * `policy.safetensors` as an `ArrayBuffer` (a rule of type `Data`), `kernels.wasm`
 * as a compiled module. workerd compiles no WebAssembly from bytes.
 *
 * @module
 */

import { type EdgeController, loadController } from "./mod.ts";
import { type Bytes, bytesOf, type Given } from "./sources.ts";

export * from "./mod.ts";
export type { Bytes, Given } from "./sources.ts";

/**
 * A controller from `policy.safetensors` and `kernels.wasm`; without the second
 * the TypeScript twins compute the same bits.
 *
 * @param policy What `import policy from "./policy.safetensors"` gives.
 * @param kernel What `import kernel from "./kernels.wasm"` gives.
 * @param options As of {@link loadController}.
 * @throws {RangeError} If the policy cannot be used, see {@link loadController}.
 */
export async function controllerFrom(
  policy: Given<Bytes>,
  kernel?: Given<WebAssembly.Module>,
  options?: Parameters<typeof loadController>[2],
): Promise<EdgeController> {
  const [bytes, module] = await Promise.all([policy, kernel]);
  return loadController(bytesOf(bytes), module, options);
}
