import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  checkpointFolder,
  readCheckpoint,
  writeCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import { unwrap } from "../../../tasks/_files.ts";
import type { Verdict } from "../../../tasks/_judge.ts";
import {
  checkpointsOf,
  contentOf,
  inFolder,
  runTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

const episodes = 8;

/** A correction that is free to spoil its base, and soon does. */
const wild = [
  "steps=200",
  "recipe.authority=2",
  "recipe.actorRate=0.1",
  "recipe.residualPenalty=0",
  "recipe.selection=false",
  "recipe.averaging=1",
  `evaluation.finalEpisodes=${episodes}`,
].map((setting) => `--set=${setting}`);

async function verdictLine(
  dir: string,
  ...args: readonly string[]
): Promise<string> {
  const { code, out, err } = await runTask(dir, "eval", ...args, "--json");
  assertEquals([code, err], [0, ""]);
  assert(/^[^\n]+\n$/.test(out), `one line: ${out}`);
  return out.trimEnd();
}

/** The verdict that the run itself ended with. */
function resultOf(run: string): Verdict {
  const { served: _, steps: __, ...verdict } = JSON.parse(
    textOf(run, "result.json"),
  );
  return verdict;
}

/** Says in the newest checkpoint that the correction has passed the gate. */
function openGate(run: string): void {
  const newest = checkpointsOf(run).at(-1) as string;
  const path = join(checkpointFolder(run), newest);
  const checkpoint = unwrap(readCheckpoint(path));
  const counters = checkpoint.header.counters as { gate: object };
  const gate = { ...counters.gate, passed: true };
  const header = { ...checkpoint.header, counters: { ...counters, gate } };
  unwrap(writeCheckpoint(run, { ...checkpoint, header }));
}

function assertRate({ success, low, high }: Verdict["base"]): void {
  assert(0 <= low && low <= success && success <= high && high <= 1);
}

Deno.test("eval --json says in one line what the run said at its end", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    await trained(dir, "push", ...TINY, ...wild, `--out=${run}`);
    const before = await contentOf(dir);
    const line = await verdictLine(dir, run, `--episodes=${episodes}`);
    const verdict: Verdict = JSON.parse(line);
    assertEquals(verdict, resultOf(run));
    assertEquals(
      line.replace(/-?\d+(\.\d+)?(e-\d+)?/g, "N"),
      '{"task":"push","episodes":N,"seed":N,' +
        '"base":{"success":N,"low":N,"high":N},' +
        '"policy":{"success":N,"low":N,"high":N},' +
        '"difference":{"mean":N,"low":N,"high":N}}',
    );
    // What has not passed the gate is not served.
    assertEquals(verdict.policy, verdict.base);
    assertEquals(await contentOf(dir), before);
  });
});

Deno.test("a correction that is served is judged by its own episodes", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    await trained(dir, "push", ...TINY, ...wild, `--out=${run}`);
    openGate(run);
    await trained(dir, `--resume=${run}`);
    const count = `--episodes=${episodes}`;
    const line = await verdictLine(dir, run, count);
    const { base, policy, difference, ...about }: Verdict = JSON.parse(line);
    assertEquals({ base, policy, difference, ...about }, resultOf(run));
    assertRate(base);
    assertRate(policy);
    // The wild correction spoils a base that nearly always succeeds.
    assert(policy.success < base.success && difference.high < 0);
    assertEquals(difference.mean, policy.success - base.success);
    assertEquals(await verdictLine(dir, run, count, "--workers=1"), line);

    const other = await verdictLine(dir, run, "--episodes=3", "--seed=7");
    assertEquals(JSON.parse(other).seed, 7);
    assertEquals(JSON.parse(other).episodes, 3);
  });
});

Deno.test("eval without --json says it in a sentence", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    await trained(dir, "push", ...TINY, "--set=steps=100", `--out=${run}`);
    const { code, out } = await runTask(
      dir,
      "eval",
      run,
      "--episodes=3",
      "--quiet",
    );
    assertEquals(code, 0);
    assertEquals(out.trimEnd().split("\n").length, 1);
    for (const part of ["3 fresh episodes", "base", "policy", "95 %"]) {
      assert(out.includes(part), out);
    }
  });
});
