/** `figure` draws what a run has measured. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  contentOf,
  inFolder,
  runTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

/** A rate as the figure writes it. */
function percent(rate: number): string {
  return `${Math.round(100 * rate)} %`;
}

Deno.test("figure draws the evaluations of a run, and changes nothing of the run", async () => {
  await inFolder(async (dir) => {
    const short = ["--set=steps=200", "--set=evaluation.gatePairs=0"];
    await trained(dir, "push", ...TINY, ...short, "--out=run");
    const before = await contentOf(join(dir, "run"));
    const { code, out, err } = await runTask(
      dir,
      "figure",
      "run",
      "--out=curve.svg",
    );
    assertEquals([code, out, err], [0, "Wrote curve.svg\n", ""]);
    assertEquals(await contentOf(join(dir, "run")), before);
    const last = textOf(join(dir, "run"), "metrics.jsonl").trimEnd().split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "evaluation").at(-1);
    const figure = textOf(dir, "curve.svg");
    assert(/^<svg [^]*<\/svg>\n$/.test(figure), figure.slice(0, 80));
    const labels = [
      "push",
      `base controller alone ${percent(last.base)}`,
      `base + learnt correction ${percent(last.success)}, 1 seed`,
    ];
    for (const label of labels) assert(figure.includes(`>${label}<`), label);
  });
});
