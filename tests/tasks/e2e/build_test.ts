/** Which kernels a run computes with: the relaxed build where asked for, the twins where there is no SIMD. */

import { assert, assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { checkpointFolder } from "../../../tasks/_checkpoint.ts";
import {
  assertSameResults,
  checkpointsOf,
  inFolder,
  inPairs,
  runTask,
  startCommand,
  taskArguments,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

const relaxed = ["--backend=relaxed", "--workers=1"];

Deno.test("a relaxed run says so, is its own, and goes on with the kernels it began with", async () => {
  await inFolder(async (dir) => {
    const runs = {
      plain: ["--workers=1"],
      one: relaxed,
      two: ["--backend=relaxed", "--workers=2"],
    };
    await inPairs(Object.entries(runs), async ([name, args]) => {
      const out = `--out=${join(dir, name)}`;
      await trained(dir, "push", ...TINY, ...args, out);
    });
    const [plain, one, two] = Object.keys(runs).map((name) => join(dir, name));
    assertSameResults(two, one);
    assert(textOf(one, "metrics.jsonl") !== textOf(plain, "metrics.jsonl"));
    const buildOf = (run: string) =>
      JSON.parse(textOf(run, "versions.json")).kernels;
    assertEquals(buildOf(plain).build, "plain");
    assertEquals(buildOf(one).build, "relaxed");
    assertEquals(buildOf(one).file, "kernels.relaxed.shared.wasm");
    // Taken back to its first checkpoint and resumed, it is the same run.
    const run = join(dir, "again");
    cpSync(one, run, { recursive: true });
    for (const name of checkpointsOf(run).slice(1)) {
      Deno.removeSync(join(checkpointFolder(run), name));
    }
    await trained(dir, "--resume", run);
    assertSameResults(run, one);
    const { code, err } = await runTask(dir, "eval", one, "--episodes=1");
    assertEquals(code, 0, err);
  });
});

Deno.test({
  name: "without SIMD the twins train to the same bits, with one warning",
  // Only x86-64 has a switch to take SIMD away.
  ignore: Deno.build.arch !== "x86_64",
  fn: async () => {
    await inFolder(async (dir) => {
      const [run, other] = ["none", "simd"].map((name) => join(dir, name));
      const short = [...TINY, "--set=steps=200", "--set=recipe.hidden=[8,8]"];
      const args = ["push", ...short, `--out=${run}`, "--workers=2"];
      const [first, ...rest] = taskArguments("train", args);
      const flag = "--v8-flags=--no-enable-sse4-1";
      const command = [first, flag, ...rest];
      const { code, err } = await startCommand(dir, Deno.execPath(), command)
        .ended;
      assertEquals(code, 0, err);
      assertEquals(err.match(/^warning: .*SIMD.*twins/gm)?.length, 1, err);
      assertEquals(
        JSON.parse(textOf(run, "versions.json")).kernels.build,
        "twins",
      );
      await trained(dir, "push", ...short, `--out=${other}`);
      assertSameResults(run, other);
    });
  },
});

Deno.test("--profile tells where wall-clock went and changes nothing else", async () => {
  await inFolder(async (dir) => {
    const [run, other] = ["profiled", "plain"].map((name) => join(dir, name));
    const { out } = await trained(
      dir,
      ...["push", ...TINY, "--profile", "--workers=2", `--out=${run}`],
    );
    await trained(dir, "push", ...TINY, `--out=${other}`);
    assertSameResults(run, other);
    const { seconds, workers, training } = JSON.parse(
      textOf(run, "profile.json"),
    );
    assertEquals(workers.length, 2);
    for (const times of workers) {
      const all = Object.values<number>(times);
      assert(all.every((time) => time >= 0), JSON.stringify(times));
      assert(Math.abs(all.reduce((a, b) => a + b) - seconds) < 1e-6);
      for (const part of ["physics", "base", "policy", "replay", "update"]) {
        assert(times[part] > 0, part);
      }
    }
    assert(training.atWork > 0 && training.atWork <= 1);
    assert(training.allAtWork <= training.atWork);
    assert(training.seconds < seconds);
    assert(out.includes("waiting for the other Worker"), out);
  });
});
