import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inFolder, makeFolder, namesIn } from "../../folder.ts";
import { startCommand, taskArguments } from "./run_task.ts";

/** A grid of two cells: one learns, one is a controller alone. */
const GRID = [
  "--budget=smoke",
  "--tasks=slippery-push",
  "--arms=default,controller",
  "--jobs=2",
];

/** The hash of a version that never was. */
const OLDER = "0".repeat(64);

function start(cwd: string, ...args: readonly string[]) {
  const allowed = ["-R", "-W", "--allow-run"];
  const words = taskArguments("reproduce", args, allowed);
  return startCommand(cwd, Deno.execPath(), words);
}

/** The tables of the folder less the clock's: what must come out the same. */
function tables(cwd: string): ReadonlyMap<string, string> {
  const folder = join(cwd, "results", "smoke");
  const names = namesIn(folder).filter((name) => name !== "timings.csv");
  return new Map(
    names.map((name) =>
      [name, Deno.readTextFileSync(join(folder, name))] as const
    ),
  );
}

/** Rows of the task so far. */
function rowCount(cwd: string): number {
  const path = join(cwd, "results", "smoke", "slippery-push.csv");
  if (!existsSync(path)) return 0;
  return Deno.readTextFileSync(path).split("\n").length - 2;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Holds the grid that nobody disturbed. */
const home = makeFolder();

Deno.test.beforeAll(async () => {
  const { code, err, out } = await start(home, ...GRID).ended;
  assertEquals(code, 0, err + out);
  assert(out.includes("2 of 2 cells are recorded"), out);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

Deno.test("a grid that is killed and interrupted gives the same tables as one that is not", async () => {
  await inFolder(async (dir) => {
    const killed = start(dir, ...GRID);
    await until(() => rowCount(dir) >= 2 || killed.isOver());
    killed.kill("SIGKILL");
    await killed.ended;
    const stopped = start(dir, ...GRID);
    await until(() => stopped.out().includes("default-seed1: goes on"));
    stopped.kill("SIGINT");
    const { code, out } = await stopped.ended;
    // The one that was left behind may have got far: then nothing is stopped.
    assert(code === 130 || code === 0, out);
    if (code === 130) {
      const again = `deno task reproduce ${GRID.join(" ")}`;
      assert(out.includes(`go on with: ${again}`), out);
    }
    const last = await start(dir, ...GRID, "--json").ended;
    assertEquals(last.code, 0, last.err);
    assertEquals(tables(dir), tables(home));
  });
});

Deno.test("a finished grid is not run again, and --list says so", async () => {
  const before = tables(home);
  const again = await start(home, ...GRID).ended;
  assertEquals([again.code, again.err], [0, ""]);
  assertEquals(again.out.trim().split("\n").length, 1, again.out);
  assertEquals(tables(home), before);
  const { out } = await start(home, ...GRID, "--list").ended;
  assertEquals(out.match(/ done/g)?.length, 2, out);
  assert(out.includes("2 cells, 0 to run"), out);
});

Deno.test("a cut row is set aside and its cell recorded again from its run", async () => {
  const before = tables(home);
  const path = join(home, "results", "smoke", "slippery-push.csv");
  Deno.writeTextFileSync(path, before.get("slippery-push.csv")!.slice(0, -9));
  const { code, out } = await start(home, ...GRID).ended;
  assertEquals(code, 0, out);
  assert(out.includes("Line 8 of") && out.includes("cut short"), out);
  assert(!out.includes("begins"), "Nothing is trained again");
  const after = new Map(tables(home));
  assert(after.delete("slippery-push.csv.set-aside"));
  assertEquals(after, before);
});

Deno.test("bad words and mixtures are refused with exit code 2, before anything runs", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["--tasks=slipery-push"], "'slippery-push'?"],
    [["--arms=defalt"], "'default'?"],
    [["--budget=sort"], "'short'?"],
    [["--seeds=0"], "whole number from 1"],
    [["--jobs=many"], "'--jobs many'"],
  ];
  await inFolder(async (dir) => {
    for (const [args, says] of cases) {
      const { code, err } = await start(dir, ...args).ended;
      assertEquals(code, 2, err);
      assert(err.includes(says), err);
    }
    assertEquals(namesIn(dir), []);
    const folder = join(dir, "results", "smoke");
    Deno.mkdirSync(folder, { recursive: true });
    const text = tables(home).get("slippery-push.csv")!;
    const foreign = text.replace(/[0-9a-f]{64}$/gm, "0".repeat(64));
    Deno.writeTextFileSync(join(folder, "slippery-push.csv"), foreign);
    const { code, err } = await start(dir, ...GRID).ended;
    assertEquals(code, 2, err);
    assert(err.includes("column 'code' (000000000000 there"), err);
  });
});

Deno.test("rows of another version count once --confirm has seen them come out the same, and not otherwise", async () => {
  await inFolder(async (dir) => {
    const folder = join(dir, "results", "smoke");
    Deno.mkdirSync(folder, { recursive: true });
    const put = (edit: (name: string, text: string) => string) => {
      for (const [name, text] of tables(home)) {
        const older = text.replaceAll(/[0-9a-f]{64}(?=$|,"?deno)/gm, OLDER);
        Deno.writeTextFileSync(join(folder, name), edit(name, older));
      }
    };
    const confirm = (arms: string) =>
      start(dir, ...GRID.with(2, `--arms=${arms}`), "--confirm").ended;
    put((_, text) => text);
    const same = await confirm("default");
    assertEquals(same.code, 0, same.out + same.err);
    assert(same.out.includes("1 of 1 cell came out as in"), same.out);
    const refused = await start(dir, ...GRID).ended;
    assertEquals(refused.code, 2, "The other arm is not confirmed yet");
    put((_, text) =>
      text.replace(
        /^(slippery-push,controller(?:,[^,]*){7},)[\d.]+/m,
        "$10.125",
      )
    );
    const other = await confirm("controller");
    assertEquals(other.code, 1, other.out);
    assert(other.out.includes("gives other rows: 'success'"), other.out);
    put((_, text) => text);
    assertEquals((await confirm("controller")).code, 0);
    const kept = await start(dir, ...GRID).ended;
    assertEquals([kept.code, kept.err], [0, ""]);
    assert(!kept.out.includes("begins"), kept.out);
    const none = await confirm("default,controller");
    assertEquals(none.code, 2);
    assert(none.err.includes("Cannot confirm anything"), none.err);
    assertEquals(
      namesIn(join(dir, "runs", "reproduce", "smoke", "slippery-push")),
      [],
    );
  });
});

Deno.test("cells that fail are listed with what is wrong, and the exit code says so", async () => {
  await inFolder(async (dir) => {
    const runs = join(dir, "runs", "reproduce", "smoke");
    Deno.mkdirSync(runs, { recursive: true });
    // A file stands where the folder of the runs should be.
    Deno.writeTextFileSync(join(runs, "slippery-push"), "");
    const { code, out } = await start(dir, ...GRID).ended;
    assertEquals(code, 4, out);
    const [last, ...failed] = out.trimEnd().split("\n").slice(-3);
    assertEquals(
      last,
      "0 of 2 cells are recorded in 'results/smoke'. 2 failed:",
    );
    for (const line of failed) {
      assert(/^ {2}slippery-push\/\S+: Cannot open /.test(line), line);
    }
  });
});
