import { assert, assertEquals } from "@std/assert";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  inFolder,
  reached,
  type Running,
  startCommand,
  taskArguments,
} from "./run_task.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What is typed, then parts of what must be said. */
const CASES: readonly (readonly [readonly string[], ...string[]])[] = [
  [["--trials", "0"], "'--trials 0'", "from 1 to 100"],
  [["--trials", "1.5"], "'--trials 1.5'", "whole number"],
  [["--seed", "x"], "'--seed x'", "from 0 to 4294967295"],
  [["--episodes", "-1"], "'--episodes -1'", "from 0 to 1000"],
  [["--trails", "3"], "'--trails'", "'--trials'?"],
  [["pusher"], "'pusher'", "no arguments"],
  [["--model", "m.bin", "--trials", "2"], "'--trials'", "not fitted"],
  [["--record", "r"], "'--record'", "--episodes"],
  [["--model", "m.bin", "--record", "r"], "'--model'", "not known"],
  [["--model", "none.bin"], "none.bin"],
  [["--model", "nan.bin"], "nan.bin", "finite", "number 0 is NaN"],
  [["--resume", "none"], "'none'", "no state.ckpt", "--out"],
  [["--resume", "r", "--trials", "2"], "'--trials'", "keeps its seed"],
  [["--out", "/dev/null/x"], "'/dev/null/x'", "--out"],
  [["--cache", "none/c.json"], "'none/c.json'", "--cache"],
  [["--episodes=1", "--record", "/dev/null"], "'/dev/null'", "--record"],
  [["--model", "short.bin"], "short.bin", "[100,100,100]", "shape"],
];

function start(cwd: string, ...args: readonly string[]): Running {
  return startCommand(cwd, Deno.execPath(), taskArguments("pets", args));
}

for (const [args, ...says] of CASES) {
  Deno.test(`pets ${args.join(" ")}: refused with a clear sentence`, async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, "short.bin"), new Uint8Array(10));
      const numbers = new Float32Array(135294).fill(NaN);
      writeFileSync(join(folder, "nan.bin"), new Uint8Array(numbers.buffer));
      const { code, err } = await start(folder, ...args).ended;
      assert(code === 2 || code === 4, `exit code ${code}: ${err}`);
      assertEquals(err.match(/^error: /gm)?.length, 1, err);
      assert(!err.includes("    at "), err);
      for (const part of says) assert(err.includes(part), err);
    });
  });
}

/** Sends Ctrl-C once `words` were said; what is said in the end. */
async function stopAfter(running: Running, words: string): Promise<string> {
  assert(await reached(running, () => running.out().includes(words)));
  running.kill("SIGINT");
  const { code, out, err } = await running.ended;
  assertEquals([code, err], [130, ""]);
  return out.trimEnd().split("\n").at(-1)!;
}

Deno.test("Ctrl-C leaves the model of the last whole trial, and --resume gives the bits of learning that was not stopped", async () => {
  await inFolder(async (dir) => {
    const model = (run: string, trial: number) =>
      Deno.readFileSync(join(dir, run, `model-${trial}.bin`));
    const plain = ["--trials=4", "--seed=2"];
    const whole = start(dir, ...plain, "--out=whole");
    // Learning is over; the cache takes long.
    const last = await stopAfter(whole, "Wrote whole/model-4.bin");
    assert(last.includes("Stopped after trial 4 of 4"), last);

    const first = start(dir, ...plain, "--out=cut", "--episodes=3");
    const said = await stopAfter(first, "trial 2/4");
    const trial = Number(/after trial (\d) of 4/.exec(said)?.[1]);
    assert(trial >= 2, said);
    assert(said.includes(`cut/model-${trial}.bin`), said);
    assert(
      said.endsWith("deno task pets --resume cut --episodes 3"),
      said,
    );
    model("cut", trial);

    const fresh = await start(dir, ...plain, "--out=cut").ended;
    assertEquals(fresh.code, 2);
    assert(fresh.err.includes("--resume cut"), fresh.err);

    const second = start(dir, "--resume=cut");
    if (trial < 4) {
      await reached(
        second,
        () => second.out().includes(`trial ${trial + 1}/4`),
      );
      const both = await start(dir, "--resume=cut").ended;
      assertEquals(both.code, 4);
      assert(both.err.includes("another process is learning there"), both.err);
    }
    await reached(second, () => second.out().includes("cut/model-4.bin"));
    second.kill("SIGINT");
    const { out } = await second.ended;
    assert(out.includes(`trial ${trial + 1}/4`) || trial === 4, out);
    assert(!out.includes(`trial ${trial}/4`), out);
    assertEquals(model("cut", 4), model("whole", 4));
  });
});

Deno.test("a damaged cache stops only what plays it, with its name and what makes it again", async () => {
  await inFolder(async (dir) => {
    for (const part of ["lib", "tasks", "kernels", "deno.json", "tests/std"]) {
      cpSync(join(root, part), join(dir, part), { recursive: true });
    }
    const cache = join(dir, "lib/suite/pusher/cache.json");
    const text = Deno.readTextFileSync(cache);
    Deno.writeTextFileSync(cache, text.slice(0, text.length / 2));
    const evaluate = (...args: readonly string[]) =>
      startCommand(dir, Deno.execPath(), [
        ...["run", "--no-prompt", "--no-lock", "-R"],
        ...["tasks/eval.ts", "--controller-only", ...args],
        ...["--episodes=1", "--workers=1"],
      ]).ended;
    for (const args of [["push"], ["pusher", "--controller", "still"]]) {
      const { code, err } = await evaluate(...args);
      assertEquals([code, err], [0, ""]);
    }
    const { code, err } = await evaluate("pusher");
    assertEquals(code, 2, err);
    assert(/^error: Cannot use the cache/.test(err), err);
    assert(!err.includes("    at "), err);
    assert(err.includes("deno task pets --seed 1 --cache"), err);
  });
});
