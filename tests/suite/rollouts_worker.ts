/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** Plays the rollouts in a Worker; the message says whether in reversed order. */

import { loadMujoco } from "../../tasks/_physics.ts";
import { rolloutHashes } from "./rollouts.ts";

self.onmessage = async (event: MessageEvent<boolean>) => {
  self.postMessage(rolloutHashes(await loadMujoco(), event.data));
};
