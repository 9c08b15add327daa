import { assert, assertEquals } from "@std/assert";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointFolder,
  latestCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import { unwrap } from "../../../tasks/_files.ts";
import type { LogLengths } from "../../../tasks/_run.ts";
import { makeFolder } from "../../folder.ts";
import {
  assertSameResults,
  assertWholeCheckpoints,
  contentOf,
  inFolder,
  inPairs,
  lineCount,
  pause,
  reached,
  startTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

const plain = ["push", ...TINY, "--seed=5"];

/** Rows of the whole run: evaluation at each 100 steps, a round before it, gate, final. */
const rows = 12;

/** Holds the run that nobody disturbed. */
const home = makeFolder();
const reference = join(home, "reference");

Deno.test.beforeAll(async () => {
  await trained(home, ...plain, `--out=${reference}`);
  assertEquals(lineCount(reference), rows);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

function assertTidy(run: string): void {
  for (const folder of [run, checkpointFolder(run)]) {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names.filter((name) => name.endsWith(".tmp")), []);
  }
  assertWholeCheckpoints(run);
}

/** Begins the run, or goes on with it where it has begun. */
function carryOn(dir: string, run: string, workers: number) {
  const begun = existsSync(join(run, "config.json"));
  const args = begun ? [`--resume=${run}`] : [...plain, `--out=${run}`];
  return startTask(dir, "train", ...args, `--workers=${workers}`);
}

Deno.test("a run that is killed again and again ends as if it had never been", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    // Before any row, before the first checkpoint (row 3), after each, at the end.
    for (const [i, row] of [0, 2, 4, 6, 8, 11].entries()) {
      const running = carryOn(dir, run, 1 + i % 2);
      await reached(running, () => lineCount(run) >= row);
      running.kill("SIGKILL");
      await running.ended;
      assertWholeCheckpoints(run);
    }
    // What a kill in the middle of a write would have left.
    for (const name of ["step-00000300.ckpt.tmp", "step-00000400.ckpt.tmp"]) {
      Deno.writeTextFileSync(join(checkpointFolder(run), name), "RPLCK");
    }
    Deno.writeTextFileSync(join(run, "result.json.tmp"), "{");
    await trained(dir, `--resume=${run}`);
    assertSameResults(run, reference);
    assertTidy(run);
  });
});

Deno.test("a kill at any moment loses nothing that a resume does not bring back", async () => {
  await inFolder(async (dir) => {
    await inPairs([20, 300, 700], async (moment) => {
      const run = join(dir, `run-${moment}`);
      const running = carryOn(dir, run, 1);
      const config = join(run, "config.json");
      assert(await reached(running, () => existsSync(config)));
      await pause(moment);
      running.kill("SIGKILL");
      await running.ended;
      assertWholeCheckpoints(run);
      assertEquals((await carryOn(dir, run, 1).ended).code, 0);
      assertSameResults(run, reference);
      assertTidy(run);
    });
  });
});

Deno.test("Ctrl-C and SIGTERM leave a checkpoint of the last row and say how to go on", async () => {
  await inFolder(async (dir) => {
    const stops = [
      { signal: "SIGINT", row: 0, flags: [] },
      { signal: "SIGTERM", row: 5, flags: ["--quiet"] },
      { signal: "SIGINT", row: 8, flags: ["--json"] },
    ] as const;
    await inPairs(stops, async ({ signal, row, flags }) => {
      const run = join(dir, `stopped-at-${row}`);
      const args = [...plain, ...flags, "--workers=1", `--out=${run}`];
      const running = startTask(dir, "train", ...args);
      assert(await reached(running, () => lineCount(run) >= row));
      // `deno task` passes on what the terminal has sent already.
      running.kill(signal);
      await pause(10);
      running.kill(signal);
      const { code, out, err } = await running.ended;
      assertEquals([code, err], [130, ""]);
      assert(out.includes(`deno task train --resume ${run}`), out);
      const { logs } = unwrap(latestCheckpoint(run))?.header as {
        logs: LogLengths;
      };
      assertEquals(logs.metrics, textOf(run, "metrics.jsonl").length);
      await trained(dir, `--resume=${run}`);
      assertSameResults(run, reference);
      assertTidy(run);
    });
  });
});

Deno.test("a folder in which a process trains is kept from others, which leave it as it is", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    const running = carryOn(dir, run, 1);
    assert(await reached(running, () => lineCount(run) >= 1));
    running.kill("SIGSTOP"); // so that it is at work all the while
    const torn = join(run, "result.json.tmp");
    Deno.writeTextFileSync(torn, "what the other is writing");
    const others = [1, 2].map(() => carryOn(dir, run, 1).ended);
    for (const { code, err, out } of await Promise.all(others)) {
      assertEquals([code, out], [4, ""]);
      assert(err.includes(`'${run}' as another process is training`), err);
      assert(!err.includes("    at "), err);
    }
    assert(existsSync(torn));
    running.kill("SIGCONT");
    assertEquals((await running.ended).code, 0);
    assertSameResults(run, reference);
    // The lock ends with its process.
    await trained(dir, `--resume=${run}`);
    assertTidy(run);
  });
});

Deno.test("the final evaluation can be stopped, too", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    const settings = ["--set=steps=100", "--set=evaluation.finalEpisodes=2000"];
    const args = ["push", ...TINY, ...settings, `--out=${run}`];
    const running = startTask(dir, "train", ...args);
    await reached(running, () => running.out().includes("final evaluation"));
    running.kill("SIGINT");
    const { code, out } = await running.ended;
    assertEquals(code, 130);
    assert(out.trimEnd().endsWith(`deno task train --resume ${run}`), out);
    assert(!existsSync(join(run, "result.json")));
    assert(!textOf(run, "metrics.jsonl").includes('"final"'));
  });
});

Deno.test("a second Ctrl-C leaves at once", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    const long = "--set=evaluation.episodes=2000";
    const running = startTask(dir, "train", ...plain, long, `--out=${run}`);
    await reached(running, () => lineCount(run) === 0);
    while (!running.isOver()) {
      running.kill("SIGINT");
      await pause(50);
    }
    assertEquals((await running.ended).code, 130);
    assertEquals(unwrap(latestCheckpoint(run)), undefined);
    assertEquals(lineCount(run), 0);
  });
});

Deno.test("to resume a finished run says its verdict again and changes no result", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    cpSync(reference, run, { recursive: true });
    const before = await contentOf(run);
    const { out } = await trained(dir, `--resume=${run}`, "--json");
    const lines = out.trimEnd().split("\n");
    assertEquals(lines.length, 1);
    const { dir: where, ...verdict } = JSON.parse(lines[0]);
    assertEquals(where, run);
    assertEquals(verdict, JSON.parse(textOf(run, "result.json")));
    const after = await contentOf(run);
    assertEquals([...after.keys()].sort(), [...before.keys()].sort());
    for (const name of ["metrics.jsonl", "result.json", "config.json"]) {
      const path = join(run, name);
      assertEquals(after.get(path), before.get(path), name);
    }
  });
});
