import { assert, assertEquals } from "@std/assert";
import { inFolder, startCommand, taskArguments } from "./run_task.ts";

Deno.test("a run with a replay of a million transitions stays under 1 GB, and updates add nothing", async () => {
  await inFolder(async (dir) => {
    const args = taskArguments(
      "bench_memory",
      ["--updates=5000", "--json"],
      ["-R"],
    );
    const { ended } = startCommand(dir, Deno.execPath(), args);
    const { code, out, err } = await ended;
    assertEquals(code, 0, out + err);
    const { transitions, arena, resident, pass } = JSON.parse(out);
    assertEquals([transitions, pass], [1_000_000, true]);
    // Every moment is written: observation, goals and action in 4 bytes each.
    assert(arena > 4 * (25 + 3 + 4) * transitions);
    assert(resident > arena && resident < 1e9);
  });
});
