/** A run that serves an earlier policy than its last: what every command makes of it. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { decodeArtefact } from "../../../lib/edge/artefact.ts";
import type { Counters } from "../../../lib/train/schedule.ts";
import {
  checkpointFolder,
  readCheckpoint,
  writeCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import { unwrap } from "../../../tasks/_files.ts";
import { readLooks } from "../../../tasks/_gate/look.ts";
import { readMetrics } from "../../../tasks/_run.ts";
import { makeFolder } from "../../folder.ts";
import {
  checkpointsOf,
  runTask,
  textOf,
  TINY,
  trained,
  WILD,
  WILD_EPISODES,
} from "./run_task.ts";

/** Holds the run. */
const home = makeFolder();
const run = join(home, "run");

/** Says that the policy of step 100 has passed, and that it corrects nothing. */
function serveEarlier(): void {
  const newest = checkpointsOf(run).at(-1) as string;
  const path = join(checkpointFolder(run), newest);
  const checkpoint = unwrap(readCheckpoint(path));
  const counters = checkpoint.header.counters as Counters;
  const gate = { ...counters.gate, pairs: 9, wins: 9, passed: true };
  const serving = {
    looks: 1,
    tried: 1,
    triedAt: 100,
    served: { step: 100, score: 1, best: { score: 1, low: 1 }, look: 1, gate },
  };
  const header = { ...checkpoint.header, counters: { ...counters, serving } };
  const { champion, ...others } = checkpoint.sections;
  const sections = { ...others, served: champion.map(() => 0) };
  unwrap(writeCheckpoint(run, { ...checkpoint, header, sections }));
}

Deno.test.beforeAll(async () => {
  await trained(home, "push", ...TINY, ...WILD, `--out=${run}`);
  serveEarlier();
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

async function ended(
  task: "gate" | "export" | "eval",
  ...args: readonly string[]
): Promise<string> {
  const { code, out, err } = await runTask(home, task, "run", ...args);
  assertEquals([code, err], [0, ""]);
  return out.trimEnd();
}

Deno.test("the run ends with the policy that it serves, and tells how the last one does by itself", async () => {
  const { out } = await trained(home, `--resume=${run}`, "--quiet");
  assert(out.includes("The correction of step 100 passed the gate"), out);
  assert(out.includes("By itself it succeeds in"), out);
  const result = JSON.parse(textOf(run, "result.json"));
  assertEquals(result.served, "policy");
  // It corrects nothing, so that it is its base; the last one spoils it.
  assertEquals(result.policy, result.base);
  assert(result.learnt.success < result.base.success);
  const final = unwrap(readMetrics(run)).findLast(({ kind }) =>
    kind === "final"
  );
  assertEquals([final?.served, final?.policyStep], ["policy", 100]);

  const count = `--episodes=${WILD_EPISODES}`;
  const { steps: _, ...before } = result;
  for (const workers of ["--workers=1", "--workers=2"]) {
    const line = await ended("eval", count, workers, "--json");
    const { evidence, ...verdict } = JSON.parse(line);
    assertEquals(verdict, before);
    assertEquals([evidence.by, evidence.pairs], ["run", 9]);
  }
});

Deno.test("gate looks at what is served unless another is named, and export takes it away", async () => {
  // It wins no pair, so that it is not shown to be better.
  const few = ["--pairs=10", "--workers=1"];
  const line = await ended("gate", ...few, "--json");
  const { step, wins, losses, pairs } = JSON.parse(line);
  assertEquals([step, wins, losses], [100, 0, 0]);
  assert(pairs > 0, line);
  await ended("gate", "--pairs=60", "--checkpoint=200", "--quiet");
  const [, last] = readLooks(run);
  assertEquals(last.step, 200);
  assert(last.losses > 0, JSON.stringify(last));

  const words = await ended("gate", "--pairs=20", "--workers=1", "--quiet");
  assert(words.startsWith("NOT PASSED."), words);
  assert(words.includes("The run goes on serving it"), words);

  await ended("export", "--quiet");
  const bytes = Deno.readFileSync(join(run, "export", "policy.safetensors"));
  const { manifest, tensors } = decodeArtefact(bytes);
  assertEquals(manifest.gate, {
    verdict: "passed",
    delta: 0.05,
    margin: 0,
    pairs: 9,
  });
  const { training } = manifest;
  assertEquals([training.steps, training.policySuccess], [
    100,
    training.baseSuccess,
  ]);
  assert(tensors["actor.0.weight"].data.every((x) => x === 0));
});
