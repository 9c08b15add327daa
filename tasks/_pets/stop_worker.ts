/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/**
 * Hears Ctrl-C and SIGTERM for a thread that computes without pause: the first
 * raises a flag in shared memory; from a second on, another ends the process at
 * once, as a system does by itself.
 *
 * @module
 */

/**
 * Milliseconds within which a second signal echoes the first: a terminal sends
 * Ctrl-C to `deno task` and to the command, and `deno task` passes its own on.
 */
const ECHO = 1000;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

self.onmessage = ({ data: flag }: MessageEvent<Int32Array>) => {
  function hear(): void {
    if (Atomics.exchange(flag, 0, 1) === 1) return;
    console.log("Stopping; Ctrl-C again leaves at once");
    setTimeout(() => {
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, hear);
    }, ECHO);
  }
  for (const signal of SIGNALS) Deno.addSignalListener(signal, hear);
  self.postMessage("listening");
};
