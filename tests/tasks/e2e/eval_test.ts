import { assert, assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointFolder,
  readCheckpoint,
  writeCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import type { Counters } from "../../../lib/train/schedule.ts";
import { unwrap } from "../../../tasks/_files.ts";
import type { Verdict } from "../../../tasks/_judge.ts";
import { makeFolder } from "../../folder.ts";
import {
  checkpointsOf,
  contentOf,
  inFolder,
  runTask,
  textOf,
  TINY,
  trained,
  WILD,
  WILD_EPISODES,
} from "./run_task.ts";

async function verdictLine(
  dir: string,
  ...args: readonly string[]
): Promise<string> {
  const told = args.some((arg) => arg.startsWith("--workers"));
  const all = [...args, "--json", ...(told ? [] : ["--workers=1"])];
  const { code, out, err } = await runTask(dir, "eval", ...all);
  assertEquals([code, err], [0, ""]);
  assert(/^[^\n]+\n$/.test(out), `one line: ${out}`);
  return out.trimEnd();
}

/** The verdict that the run itself ended with, and what it serves. */
function resultOf(run: string): Verdict & { readonly served: string } {
  const { steps: _, ...verdict } = JSON.parse(textOf(run, "result.json"));
  return verdict;
}

/** Says in the newest checkpoint that its champion, if it has one, has passed the gate as the policy of step `step`. */
function openGate(run: string, step: number): void {
  const newest = checkpointsOf(run).at(-1) as string;
  const path = join(checkpointFolder(run), newest);
  const checkpoint = unwrap(readCheckpoint(path));
  const counters = checkpoint.header.counters as Counters;
  const gate = { ...counters.gate, pairs: 9, passed: true };
  const served = { step, score: 0, best: { score: 0, low: 0 }, look: 1, gate };
  const serving = { looks: 1, served };
  const header = {
    ...checkpoint.header,
    counters: { ...counters, gate, serving },
  };
  const { champion, ...others } = checkpoint.sections;
  const sections = { ...others, served: champion };
  unwrap(writeCheckpoint(run, { ...checkpoint, header, sections }));
}

function assertRate({ success, low, high }: Verdict["base"]): void {
  assert(0 <= low && low <= success && success <= high && high <= 1);
}

/** Holds the run that is judged. */
const home = makeFolder();
const natural = join(home, "run");

Deno.test.beforeAll(async () => {
  await trained(home, "push", ...TINY, ...WILD, `--out=${natural}`);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

Deno.test("eval --json says in one line what the run said at its end", async () => {
  const before = await contentOf(home);
  const line = await verdictLine(home, natural, `--episodes=${WILD_EPISODES}`);
  const { evidence, ...verdict } = JSON.parse(line);
  assertEquals(verdict, resultOf(natural));
  assertEquals([verdict.served, evidence], ["base", null]);
  assertEquals(
    line.replace(/-?\d+(\.\d+)?(e-\d+)?/g, "N"),
    '{"task":"push","episodes":N,"seed":N,' +
      '"base":{"success":N,"low":N,"high":N},' +
      '"policy":{"success":N,"low":N,"high":N},' +
      '"difference":{"mean":N,"low":N,"high":N},' +
      '"learnt":{"success":N,"low":N,"high":N},' +
      '"returns":{"base":{"mean":N,"low":N,"high":N},' +
      '"policy":{"mean":N,"low":N,"high":N},' +
      '"learnt":{"mean":N,"low":N,"high":N},' +
      '"difference":{"mean":N,"low":N,"high":N}},' +
      '"served":"base","evidence":null}',
  );
  // What has not passed the gate is not served.
  assertEquals(verdict.policy, verdict.base);
  assertEquals(await contentOf(home), before);
});

Deno.test("a correction that is served is judged by its own episodes", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    cpSync(natural, run, { recursive: true });
    openGate(run, 200);
    await trained(dir, `--resume=${run}`);
    const count = `--episodes=${WILD_EPISODES}`;
    const line = await verdictLine(dir, run, count);
    const { evidence, ...verdict } = JSON.parse(line);
    assertEquals(verdict, resultOf(run));
    assertEquals([verdict.served, evidence.by], ["policy", "run"]);
    const { base, policy, difference }: Verdict = verdict;
    assertRate(base);
    assertRate(policy);
    // The wild correction spoils a base that nearly always succeeds.
    assert(policy.success < base.success && difference.high < 0, line);
    assertEquals(difference.mean, policy.success - base.success);
    assertEquals(await verdictLine(dir, run, count, "--workers=2"), line);

    const other = await verdictLine(dir, run, "--episodes=2", "--seed=7");
    assertEquals(JSON.parse(other).seed, 7);
    assertEquals(JSON.parse(other).episodes, 2);
  });
});

Deno.test("eval without --json says it in a sentence", async () => {
  const args = [natural, "--episodes=3", "--quiet", "--workers=1"];
  const { code, out } = await runTask(home, "eval", ...args);
  assertEquals(code, 0);
  assertEquals(out.trimEnd().split("\n").length, 1);
  for (const part of ["3 fresh episodes", "base", "policy", "95 %"]) {
    assert(out.includes(part), out);
  }
});

Deno.test("a controller alone is judged on the episodes that runs are judged on", async () => {
  const only = ["--controller-only", "push", "--json", "--workers=1"];
  const count = `--episodes=${WILD_EPISODES}`;
  const { code, out, err } = await runTask(home, "eval", ...only, count);
  assertEquals(code, 0, err);
  const found = JSON.parse(out);
  assertEquals([found.task, found.controller], ["push", "reactive"]);
  assertEquals(found.base, resultOf(natural).base);
  assertEquals(found.modelSteps, 0);

  const search = ["--controller=tree-mpc", "--set=controller.expansions=1"];
  const few = await runTask(home, "eval", ...only, "--episodes=1", ...search);
  assertEquals(few.code, 0, few.err);
  // Six moves are tried at every moment, the last included, less those skipped.
  const { modelSteps, controller } = JSON.parse(few.out);
  assertEquals(controller, "tree-mpc");
  assertEquals(modelSteps, 6 * 51);
});

Deno.test("what does not fit a controller alone, or a run, is refused", async () => {
  const cases = [
    [["--controller-only", "push", "--controller=mcp"], "tree-mpc"],
    [["--controller-only", "pusj"], "'push'"],
    [["--controller-only", "push", "--set=env.noise=1"], "env.noise"],
    [["--controller-only", "complex-hook", "--set=env.scenes=2.5"], "whole"],
    [["--controller-only", "complex-hook", "--set=env.unseen=0"], "env.unseen"],
    [["--controller-only", "push", "--set=seed=3"], "--seed"],
    [[natural, "--controller=tree-mpc"], "--controller-only"],
    [[natural, "--set=seed=1"], "--controller-only"],
  ] as const;
  for (const [args, says] of cases) {
    const { code, out, err } = await runTask(home, "eval", ...args);
    assertEquals([code, out], [2, ""], err);
    assert(err.includes(says), err);
  }
});
