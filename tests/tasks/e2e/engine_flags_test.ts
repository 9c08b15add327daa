/** What `deno task train` asks of the engine for speed changes no bit. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../../deno.json" with { type: "json" };
import {
  assertSameResults,
  inFolder,
  inPairs,
  startCommand,
  taskArguments,
  TINY,
} from "./run_task.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The engine's flags of a task. */
function flagsOf(task: { readonly command: string }): string {
  return task.command.match(/--v8-flags=\S+/)?.[0] ?? "";
}

const { train, eval: judge } = config.tasks;
const flags = flagsOf(train);

Deno.test("training and evaluation ask the same of the engine", () => {
  assert(/^--v8-flags=--[a-z-]+(,--[a-z-]+)*$/.test(flags), flags);
  assertEquals(flagsOf(judge), flags);
});

Deno.test("kernels and twins give the same bits under the engine's flags", async () => {
  const args = ["test", "--no-check", flags, "-R", "-E", "--allow-sys"];
  const { code, out } = await startCommand(root, Deno.execPath(), [
    ...args,
    "tests/kernels",
  ]).ended;
  assertEquals(code, 0, out);
});

Deno.test("a run has the same bytes with the engine's flags and without", async () => {
  const allowed = ["-R", "-W", "--allow-sys=uid,gid"];
  await inFolder(async (dir) => {
    const runs = { fast: [flags, ...allowed], checked: allowed };
    await inPairs(Object.entries(runs), async ([name, words]) => {
      const args = ["push", ...TINY, `--out=${join(dir, name)}`];
      const { code, err } = await startCommand(
        dir,
        Deno.execPath(),
        taskArguments("train", args, words),
      ).ended;
      assertEquals(code, 0, err);
    });
    assertSameResults(join(dir, "fast"), join(dir, "checked"));
  });
});
