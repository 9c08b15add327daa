import { assertEquals } from "@std/assert";
import recorded from "../fixtures/rollouts.json" with { type: "json" };
import { loadMujoco } from "../../tasks/_physics.ts";
import { type Hashes, rolloutHashes } from "./rollouts.ts";

/** The hashes that a Worker finds. */
function inWorker(reversed: boolean): Promise<Hashes> {
  const url = new URL("./rollouts_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<Hashes>) => resolve(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(reversed);
  }).finally(() => worker.terminate()) as Promise<Hashes>;
}

// Physics apart, which is compared with the original in `fetch/parity_test.ts`,
// nobody else has these tasks: what can be held to is that they do not drift.
Deno.test("each controller plays each task bit by bit as recorded, here and in two Workers at once", async () => {
  const workers = [inWorker(false), inWorker(true)];
  const here = rolloutHashes(await loadMujoco());
  assertEquals(here, recorded);
  for (const found of await Promise.all(workers)) assertEquals(found, recorded);
});
