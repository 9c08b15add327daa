import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  checkpointFolder,
  readCheckpoint,
} from "../../../tasks/_checkpoint.ts";
import { unwrap } from "../../../tasks/_files.ts";
import {
  assertSameResults,
  checkpointsOf,
  inFolder,
  inPairs,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

/** The newest checkpoint's learner: every parameter, moment and normaliser. */
function learnerOf(run: string): Uint8Array {
  const name = checkpointsOf(run).at(-1) as string;
  const path = join(checkpointFolder(run), name);
  return unwrap(readCheckpoint(path)).sections.learner;
}

Deno.test("a seed gives one run, bit for bit, whether one Worker or two carry it out", async () => {
  await inFolder(async (dir) => {
    const runs = {
      one: ["--seed=1", "--workers=1"],
      two: ["--seed=1", "--workers=2"],
      again: ["--seed=1", "--workers=2"],
      other: ["--seed=2", "--workers=2"],
    };
    await inPairs(Object.entries(runs), async ([name, args]) => {
      const out = `--out=${join(dir, name)}`;
      await trained(dir, "slippery-push", ...TINY, ...args, out);
    });
    const [one, two, again, other] = Object.keys(runs)
      .map((name) => join(dir, name));
    assertSameResults(two, one);
    assertSameResults(again, two);
    assertEquals(learnerOf(two), learnerOf(one));
    assert(textOf(other, "metrics.jsonl") !== textOf(one, "metrics.jsonl"));
  });
});

Deno.test("the figures of a run hold nothing of the clock", async () => {
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    const { out } = await trained(
      dir,
      "push",
      ...TINY,
      "--set=steps=100",
      "--json",
      `--out=${run}`,
    );
    const lines = textOf(run, "metrics.jsonl").trimEnd().split("\n");
    assert(lines.every((line) => !/second|time|rate/.test(line)), lines[0]);
    const kinds = lines.map((line) => JSON.parse(line).kind);
    assertEquals(kinds, ["evaluation", "play", "learn", "evaluation", "final"]);
    // --json shows the same rows, then the verdict.
    assertEquals(out.split("\n").slice(0, 4), lines.slice(0, 4));
    assertEquals(JSON.parse(out.trimEnd().split("\n")[4]).task, "push");
  });
});
