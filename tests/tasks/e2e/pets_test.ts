import { assert, assertEquals } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder, startCommand, taskArguments } from "./run_task.ts";

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
  [["--model", "short.bin"], "short.bin", "[100,100,100]", "shape"],
];

for (const [args, ...says] of CASES) {
  Deno.test(`pets ${args.join(" ")}: refused with a clear sentence`, async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, "short.bin"), new Uint8Array(10));
      const words = taskArguments("pets", args, ["-R", "-W"]);
      const { code, err } = await startCommand(folder, Deno.execPath(), words)
        .ended;
      assert(code === 2 || code === 4, `exit code ${code}: ${err}`);
      assertEquals(err.match(/^error: /gm)?.length, 1, err);
      assert(!err.includes("    at "), err);
      for (const part of says) assert(err.includes(part), err);
    });
  });
}
