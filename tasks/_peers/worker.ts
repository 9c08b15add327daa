/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/**
 * A Worker of the comparison: makes one job ready, then repeats it on request.
 *
 * @module
 */

import { type Place, prepare, type Repeat } from "./jobs.ts";

/** What a Worker can be asked. */
export type Request =
  | { readonly kind: "open"; readonly place: Place }
  | { readonly kind: "repeat"; readonly count: number };

/** Pieces of work done, or the stack of what went wrong. */
export type Reply = { readonly pieces: number } | { readonly stack: string };

let repeat: Repeat | undefined;

self.onmessage = async (event: MessageEvent<Request>) => {
  self.postMessage(await answer(event.data));
};

async function answer(request: Request): Promise<Reply> {
  try {
    if (request.kind === "repeat") return { pieces: repeat!(request.count) };
    repeat = await prepare(request.place);
    return { pieces: 0 };
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    return { stack: stack ?? String(error) };
  }
}
