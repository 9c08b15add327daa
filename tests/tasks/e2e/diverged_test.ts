/** A number that leaves the finite range ends the process with 3 and leaves the state behind. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { ARENA_BASE } from "../../../kernels/arena.ts";
import { twins } from "../../../kernels/mod.ts";
import { zero } from "../../../lib/control/controller.ts";
import { createLearner, learnerBytes } from "../../../lib/learn/learner.ts";
import { layers } from "../../../lib/learn/network.ts";
import type { Recipe } from "../../../lib/learn/recipe.ts";
import { TASKS } from "../../../lib/suite/registry.ts";
import type { EnvSpec } from "../../../lib/types.ts";
import {
  checkpointFolder,
  readCheckpoint,
  writeCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import { unwrap } from "../../../tasks/_files.ts";
import {
  checkpointsOf,
  inFolder,
  runTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

/** Byte in the learner's state of the first head weight of the second critic. */
function headOfSecondCritic(recipe: Recipe): number {
  const spec: EnvSpec = {
    ...TASKS.push.sizes,
    id: "push",
    dt: 1,
    channels: [],
    reward: { kind: "sparse", threshold: 1 },
  };
  const kernels = twins({
    buffer: new ArrayBuffer(learnerBytes(spec, recipe)),
  });
  const base = zero(spec.actionSize);
  const { critics } = createLearner(spec, recipe, base, kernels).learner;
  const head = layers(critics.network).at(-1)!;
  return critics.params.pointer - ARENA_BASE +
    4 * (critics.size + head.weights);
}

Deno.test("a parameter that is no number ends the run with 3, the place, and the state before it", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    await trained(dir, "push", ...TINY, `--out=${run}`);
    const { recipe } = JSON.parse(textOf(run, "config.json"));
    const folder = checkpointFolder(run);
    const names = checkpointsOf(run);
    for (const name of names.slice(1)) Deno.removeSync(join(folder, name));
    const saved = unwrap(readCheckpoint(join(folder, names[0])));
    const { learner } = saved.sections;
    const at = headOfSecondCritic({ ...recipe, capacityEpisodes: 8 });
    new DataView(learner.buffer, learner.byteOffset).setFloat32(at, NaN, true);
    unwrap(writeCheckpoint(run, saved));

    const { code, err, out } = await runTask(dir, "train", "--resume", run);
    assertEquals(code, 3, out + err);
    const { updates } = saved.header.counters as { updates: number };
    for (
      const part of [
        "'gradient of critic 2, layer 3 of 3' is NaN",
        `at update ${updates} (counted from 0)`,
        "lower recipe.criticRate",
        `'${join(run, "diverged.ckpt")}'`,
      ]
    ) assert(err.includes(part), err);
    const dump = unwrap(readCheckpoint(join(run, "diverged.ckpt")));
    // Networks are as they were; the normalisers have seen an episode more.
    assertEquals(
      dump.sections.learner.slice(0, at + 4),
      learner.slice(0, at + 4),
    );
    assertEquals(dump.header.update, updates);
    assertEquals(checkpointsOf(run), [names[0]]);
  });
});
