/**
 * The whole loop, play and learn, on two Workers: a round of two episodes (100
 * environment steps of FetchPush) and the updates that follow it.
 * `deno task bench --filter /^train/`; 100 / avg is
 * environment steps per second.
 *
 * @module
 */

import { type LoopJob, openLoop } from "../tasks/_peers/loop.ts";

/** A round of the loop; the run opens with the first one, which plays the warm-up too. */
function round(job: LoopJob): () => Promise<void> {
  let opening: ReturnType<typeof openLoop> | undefined;
  return async () => {
    const side = await (opening ??= openLoop(job));
    await side.measure(0);
  };
}

const few = { n: 3, warmup: 1 };
const loops: Readonly<Record<string, LoopJob>> = {
  "default recipe, 1 update per step": { preset: "default", updatesPerStep: 1 },
  "two critics, 1 update per step": { preset: "fast", updatesPerStep: 1 },
  "DDPG 3x256, 0.4 updates per step": { preset: "paper", updatesPerStep: 0.4 },
};

for (const [name, job] of Object.entries(loops)) {
  const group = "train: a round";
  Deno.bench(
    `${group}: ${name}`,
    { group, baseline: job.preset === "default", n: 5, warmup: 1 },
    round(job),
  );
}

for (const backend of ["twins", "kernels", "relaxed", "tfjs"] as const) {
  const group = "train: a round of two critics, 0.1 updates per step";
  Deno.bench(
    `${group}: ${backend}`,
    { group, baseline: backend === "twins", ...few },
    round({ preset: "fast", updatesPerStep: 0.1, backend }),
  );
}
