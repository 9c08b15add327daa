import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  assertSameResults,
  checkpointsOf,
  contentOf,
  inFolder,
  inPairs,
  runTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

/** Goes to the goal: no good controller, but a sound one. */
const sound = `export default function (
  observation: Float32Array,
  goal: Float32Array,
) {
  return [goal[0] - observation[0], goal[1] - observation[1], 0, 0];
}
`;

/** Writes a controller and gives the words that train over it. */
function trainOver(dir: string, name: string, text: string) {
  Deno.writeTextFileSync(join(dir, name), text);
  return ["push", ...TINY, `--controller=${name}`];
}

Deno.test("a controller of one's own in a file is the base", async () => {
  await inFolder(async (dir) => {
    const short = "--set=steps=100";
    const train = [...trainOver(dir, "mine.ts", sound), short];
    await inPairs([
      [...train, "--out=run"],
      [...train, "--workers=2", "--out=again"],
      ["push", ...TINY, short, "--out=built-in"],
    ], async (args) => void await trained(dir, ...args));
    assertSameResults(join(dir, "again"), join(dir, "run"));
    const metrics = (run: string) => textOf(join(dir, run), "metrics.jsonl");
    assert(metrics("run") !== metrics("built-in"));
    const judging = ["run", "--episodes=2", "--workers=1"];
    assertEquals((await runTask(dir, "eval", ...judging)).code, 0);
  });
});

Deno.test("a controller that misbehaves stops the run with its name and the step", async () => {
  const count = "let calls = 0;\n";
  const from = (step: number, otherwise: string) =>
    `${count}export default () =>
      calls++ < ${step} ? [0, 0, 0, 0] : ${otherwise};\n`;
  const thrower = `(() => { throw new Error("lost"); })()`;
  const cases = {
    "throws.ts": [from(7, thrower), "at step 7", "Error: lost"],
    "nan.ts": [from(3, "[0, 0, NaN, 0]"), "at step 3", "entry 2 is NaN"],
    "three.ts": [from(0, "[0, 0, 0]"), "at step 0", "4 entries: it has 3"],
    "nothing.ts": [from(0, "undefined"), "at step 0"],
  };
  await inFolder(async (dir) => {
    await inPairs(Object.entries(cases), async ([name, [text, ...says]]) => {
      const train = trainOver(dir, name, text);
      const out = [`--out=${name}-run`, "--workers=1"];
      const { code, err } = await runTask(dir, "train", ...train, ...out);
      assertEquals(code, 2, err);
      for (const part of [`controller "${name}"`, ...says]) {
        assert(err.includes(part), err);
      }
      assert(!err.includes("\n    at "), err);
    });
  });
});

Deno.test("a controller that fails under a relabelled goal stops both Workers", async () => {
  await inFolder(async (dir) => {
    // Hindsight puts the goal where the cube is; nobody else does so exactly.
    const train = trainOver(
      dir,
      "picky.ts",
      `export default (observation: Float32Array, goal: Float32Array) => {
        if (observation[3] === goal[0]) throw new Error("there already");
        return [0, 0, 0, 0];
      };\n`,
    );
    const { code, err } = await runTask(dir, "train", ...train, "--out=run");
    assertEquals(code, 2, err);
    assert(err.includes(`controller "picky.ts"`), err);
    assert(/at step \d+: it threw Error: there already/.test(err), err);
    assertEquals(checkpointsOf(join(dir, "run")), []);
  });
});

Deno.test("a file without a controller is refused and nothing is written", async () => {
  const cases = {
    "none.ts": ["export const act = 1;\n", "default export", "missing"],
    "number.ts": ["export default 3;\n", "must be a function", "type number"],
    "broken.ts": ["export default function (\n", "does not load"],
    "failing.ts": [`throw new Error("not today");\n`, "not today"],
  };
  await inFolder(async (dir) => {
    for (const [name, [text, ...says]] of Object.entries(cases)) {
      const train = trainOver(dir, name, text);
      await assertRefused(dir, train, `'${name}'`, ...says);
    }
    const gone = ["push", ...TINY, "--controller=gone.ts"];
    await assertRefused(dir, gone, "'gone.ts'", "no such file");
  });
});

Deno.test("a controller that was changed is not taken for the one of the run", async () => {
  await inFolder(async (dir) => {
    const train = trainOver(dir, "mine.ts", sound);
    await trained(dir, ...train, "--set=steps=100", "--out=run");
    const { base } = JSON.parse(textOf(join(dir, "run"), "config.json"));
    Deno.writeTextFileSync(join(dir, "mine.ts"), `${sound}// faster\n`);
    const resumed = ["--resume", "run"];
    await assertRefused(dir, resumed, `'${base.file}'`, "changed", "put it");
    const judged = await runTask(dir, "eval", "run");
    assertEquals(judged.code, 2, judged.err);
    assert(judged.err.includes("changed since the run began"), judged.err);

    Deno.writeTextFileSync(join(dir, "mine.ts"), sound);
    await trained(dir, ...resumed);
  });
});

/** The training is refused by exit code 2, says these parts and writes nothing. */
async function assertRefused(
  dir: string,
  args: readonly string[],
  ...says: readonly string[]
): Promise<void> {
  const before = await contentOf(dir);
  const { code, out, err } = await runTask(dir, "train", ...args);
  assertEquals([code, out], [2, ""], err);
  for (const part of says) assert(err.includes(part), err);
  assertEquals(await contentOf(dir), before, err);
}
