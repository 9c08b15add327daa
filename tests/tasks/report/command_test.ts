import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { inFolder, namesIn } from "../../folder.ts";
import { startCommand, taskArguments } from "../e2e/run_task.ts";
import { hash, run } from "../grid/sample.ts";
import { writeResults } from "./sample.ts";

function report(cwd: string, ...args: readonly string[]) {
  const words = taskArguments("report", args);
  return startCommand(cwd, Deno.execPath(), words).ended;
}

const rows = [1, 2].flatMap((seed) => run({ seed }, [0.5, 0.9, 0.95, 0.97]));

Deno.test("a page is made of the results of a budget, or a table and no page", async () => {
  await inFolder(async (dir) => {
    writeResults(join(dir, "results"), rows);
    const page = await report(dir, "--budget=short");
    assertEquals([page.code, page.err], [0, ""]);
    const said = "Wrote report.html: 2 finished runs of 'results/short'\n";
    assertEquals(page.out, said);
    assertEquals(namesIn(dir), ["report.html", "results"]);
    Deno.removeSync(join(dir, "report.html"));
    const table = await report(dir, "--budget=short", "--markdown");
    assertEquals([table.code, table.err], [0, ""]);
    assert(table.out.startsWith("| task (controller)"), table.out);
    assertEquals(namesIn(dir), ["results"]);
  });
});

Deno.test("without rows nothing is written, and what to type is said", async () => {
  await inFolder(async (dir) => {
    const none = await report(dir);
    assertEquals([none.code, none.out], [2, ""]);
    assertEquals(
      none.err,
      "error: Cannot report as there is no folder 'results/smoke': make some with deno task reproduce --budget smoke, or name another folder with --results\n",
    );
    writeResults(join(dir, "mine"), rows);
    Deno.mkdirSync(join(dir, "mine", "long"));
    const long = await report(dir, "--results=mine", "--budget=long");
    assertEquals(long.code, 2);
    for (
      const says of [
        "'mine/long' has no rows of any task",
        "deno task reproduce --budget long --results mine",
        "'mine' has rows of: short",
      ]
    ) assert(long.err.includes(says), long.err);
    assertEquals(namesIn(dir), ["mine"]);
  });
});

Deno.test("a table needs a finished run", async () => {
  await inFolder(async (dir) => {
    writeResults(join(dir, "results"), rows.slice(0, 2));
    const { code, out, err } = await report(
      dir,
      "--budget=short",
      "--markdown",
    );
    assertEquals([code, out], [2, ""]);
    assert(err.includes("no run in 'results/short' is finished"), err);
  });
});

Deno.test("a mixture is refused before anything is written", async () => {
  await inFolder(async (dir) => {
    const other = run({ seed: 3, code: hash("d") }, [0.5]);
    writeResults(join(dir, "results"), [...rows, ...other]);
    for (const words of [[], ["--markdown"]]) {
      const { code, out, err } = await report(dir, "--budget=short", ...words);
      assertEquals([code, out], [2, ""]);
      assert(err.includes("come from 2 versions of the code"), err);
    }
    assertEquals(namesIn(dir), ["results"]);
  });
});

Deno.test("the figure of a budget that has one is written alone; others are refused", async () => {
  await inFolder(async (dir) => {
    const folder = writeResults(join(dir, "results"), rows);
    Deno.renameSync(folder, join(dir, "results", "solve"));
    const one = await report(dir, "--budget=solve", "--svg=solved.svg");
    assertEquals([one.code, one.err], [0, ""]);
    const said = "Wrote solved.svg: 2 finished runs of 'results/solve'\n";
    assertEquals(one.out, said);
    const page = await report(dir, "--budget=solve");
    assertEquals([page.code, page.err], [0, ""]);
    assertEquals(namesIn(dir), ["report.html", "results", "solved.svg"]);
    const none = await report(dir, "--budget=short", "--svg=x.svg");
    assertEquals([none.code, none.out], [2, ""]);
    assert(none.err.includes("Allowed: ablation, solve"), none.err);
    const both = await report(dir, "--budget=solve", "--svg=x", "--markdown");
    assertEquals(both.code, 2);
  });
});
