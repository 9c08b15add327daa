/** `figure` draws what a run has measured. */

import { assert, assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
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

Deno.test("figure draws the evaluations of a run, changes nothing of it, and draws no other environment beside it", async () => {
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

    const other = join(dir, "other");
    cpSync(join(dir, "run"), other, { recursive: true });
    const config = JSON.parse(textOf(other, "config.json"));
    config.env.friction = 0.25;
    Deno.writeTextFileSync(join(other, "config.json"), JSON.stringify(config));
    const all = await contentOf(dir);
    const mixed = await runTask(dir, "figure", "run", "other");
    assertEquals([mixed.code, mixed.out], [2, ""], mixed.err);
    const says =
      /^error: Cannot draw 'run' and 'other' together[^\n]+env\.friction [\d.]+ and 0\.25[^\n]+\n$/;
    assert(says.test(mixed.err), mixed.err);
    const twice = await runTask(dir, "figure", "run", "run");
    assertEquals([twice.code, twice.out], [2, ""], twice.err);
    assert(twice.err.includes("they are one folder"), twice.err);
    assertEquals(await contentOf(dir), all);
    const metrics = join(other, "metrics.jsonl");
    const text = Deno.readTextFileSync(metrics);
    const edited = text.replace(/"success":[\d.]+/, '"success":"x"');
    Deno.writeTextFileSync(metrics, edited);
    const broken = await runTask(dir, "figure", "other");
    const file = join("other", "metrics.jsonl");
    const wrong = `error: Cannot draw '${file}' as 'success' of its evaluation`;
    assertEquals(broken.code, 2, broken.err);
    assert(broken.err.startsWith(wrong), broken.err);
  });
});
