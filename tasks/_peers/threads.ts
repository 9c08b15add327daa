/**
 * Our side on one Worker or two, timed from the main thread.
 *
 * @module
 */

import { createMemory } from "../../kernels/mod.ts";
import { loadKernels } from "../_kernels.ts";
import { bytesOf } from "./jobs.ts";
import type { Own } from "./rows.ts";
import type { Side } from "./side.ts";
import type { Reply, Request } from "./worker.ts";

/** Starts the Workers and makes the job ready on each. */
export async function openThreads(
  { job, threads, relaxed = false }: Own,
): Promise<Side> {
  const memory = createMemory(bytesOf(job), true);
  const module = await loadKernels(relaxed ? "relaxed" : "kernels");
  if (module === null) throw new Error("the kernels need WebAssembly SIMD");
  const barrier = new SharedArrayBuffer(64);
  const all = Array.from({ length: threads }, startWorker);
  function close(): Promise<void> {
    for (const { stop } of all) stop();
    return Promise.resolve();
  }
  try {
    for (const [thread, { ask }] of all.entries()) {
      const place = { job, module, memory, barrier, thread, threads };
      await ask({ kind: "open", place });
    }
  } catch (error) {
    await close();
    throw error;
  }
  async function repeat(count: number): Promise<number> {
    const asked = all.map(({ ask }) => ask({ kind: "repeat", count }));
    return (await Promise.all(asked)).reduce((sum, n) => sum + n, 0);
  }
  return { measure: measurer(repeat), close };
}

/** Counts grow until one measurement lasts as long as it is asked to. */
function measurer(
  repeat: (count: number) => Promise<number>,
): (seconds: number) => Promise<number> {
  let count = 1;
  return async (seconds) => {
    for (;;) {
      const start = performance.now();
      const pieces = await repeat(count);
      const spent = (performance.now() - start) / 1000;
      const factor = seconds / spent;
      count = Math.max(1, Math.ceil(count * Math.min(factor, 10)));
      if (factor < 1.5) return pieces / spent;
    }
  };
}

/** One Worker that answers one request at a time with the pieces of work done. */
function startWorker() {
  const url = new URL("./worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  let settle: { resolve(n: number): void; reject(e: unknown): void };
  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    if ("stack" in data) settle.reject(new Error(data.stack));
    else settle.resolve(data.pieces);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    settle.reject(new Error(`A Worker stopped: ${event.message}`));
  };
  return {
    ask(request: Request): Promise<number> {
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
        worker.postMessage(request);
      });
    },
    stop: () => worker.terminate(),
  };
}
