/**
 * What becomes of a file that someone made or damaged.
 *
 * @module
 */

import { assert } from "@std/assert";
import { loadController, type LoadOptions } from "../../lib/edge/mod.ts";
import { refusalOf } from "./refused.ts";

/** The built kernels. */
export const kernels = new WebAssembly.Module(
  await Deno.readFile(new URL("../../kernels/kernels.wasm", import.meta.url)),
);

/**
 * Loads the file and, where that succeeds, acts: either ends with a refusal, or
 * every action is finite.
 *
 * @returns The sentence of the refusal, or `undefined` where it works.
 */
export function attempt(
  bytes: Uint8Array,
  options: LoadOptions & { readonly module?: WebAssembly.Module } = {},
  about = "",
): string | undefined {
  const run = () => play(bytes, options);
  try {
    run();
    return undefined;
  } catch {
    return refusalOf(run, about);
  }
}

function play(
  bytes: Uint8Array,
  { module, ...options }: LoadOptions & {
    readonly module?: WebAssembly.Module;
  },
): void {
  const controller = loadController(bytes, module, options);
  const { observationSize, goalSize, actionSize } = controller.spec;
  const [seen, goal] = [observationSize, goalSize].map((length) =>
    Float32Array.from({ length }, (_, i) => Math.sin(1 + i))
  );
  let memory = controller.init();
  for (let t = 0; t < 3; t++) {
    const decision = controller.act(memory, seen, goal);
    const { action } = decision;
    assert(action.length === actionSize && action.every(Number.isFinite));
    memory = decision.memory;
  }
}
