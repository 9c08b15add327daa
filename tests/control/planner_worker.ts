/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** One of two threads that find one plan together. */

import { createBarrier } from "../../tasks/_workers/barrier.ts";
import { OPTIONS, planOn } from "./planner.ts";

self.onmessage = ({ data }: MessageEvent) => {
  const { module, memory, barrier, thread } = data;
  const middle = 15; // of 37: shares need not be alike
  const share = {
    from: thread === 0 ? 0 : middle,
    to: thread === 0 ? middle : OPTIONS.population,
    barrier: createBarrier(new Int32Array(barrier), 2),
  };
  self.postMessage(planOn(module, memory, thread, share));
};
