/** The README's controller is a file that trains, and one that works. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { inFolder, TINY, trained } from "./run_task.ts";

/** The code of the README that is a controller. */
function controllerOf(readme: string): string {
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) =>
    code
  );
  const found = blocks.filter((code) =>
    code.includes("export default function")
  );
  assertEquals(found.length, 1, "the README shows one controller");
  return found[0];
}

Deno.test("the README's own controller is a base to train on, better than chance", async () => {
  const readme = await Deno.readTextFile(
    new URL("../../../README.md", import.meta.url),
  );
  const code = controllerOf(readme);
  const lines = code.trim().split("\n").filter((line) => line.trim() !== "");
  assert(lines.length <= 20, `${lines.length} lines`);
  await inFolder(async (dir) => {
    await Deno.writeTextFile(join(dir, "my_controller.ts"), code);
    const { out } = await trained(
      dir,
      "push",
      ...TINY,
      "--set=evaluation.finalEpisodes=40",
      "--controller=my_controller.ts",
      "--json",
      "--out=run",
    );
    const verdict = JSON.parse(out.trimEnd().split("\n").at(-1)!);
    // A still arm solves about 8 % of the episodes.
    assert(verdict.base.success >= 0.25, JSON.stringify(verdict.base));
  });
});
