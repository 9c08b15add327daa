/** `deno task train --safe-exploration`: what is printed and what is written, stopped or not. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { unwrap } from "../../../tasks/_files.ts";
import { readMetrics } from "../../../tasks/_run.ts";
import {
  assertSameResults,
  inFolder,
  inPairs,
  lineCount,
  reached,
  startTask,
  textOf,
  TINY,
  trained,
} from "./run_task.ts";

const safe = ["push", ...TINY, "--set=steps=500", "--safe-exploration", "0.6"];

Deno.test("a run that explores safely tells its regret to base; one that is killed or has two Workers is the same", async () => {
  await inFolder(async (dir) => {
    const [one, two, killed] = ["one", "two", "killed"].map((name) =>
      join(dir, name)
    );
    let said = "";
    await inPairs([1, 2, 3], async (which) => {
      if (which === 1) {
        ({ out: said } = await trained(
          dir,
          ...safe,
          "--quiet",
          `--out=${one}`,
        ));
      } else if (which === 2) {
        await trained(dir, ...safe, "--workers=2", `--out=${two}`);
      } else {
        const args = [...safe, "--workers=1", `--out=${killed}`];
        const running = startTask(dir, "train", ...args);
        assert(await reached(running, () => lineCount(killed) >= 8));
        running.kill("SIGKILL");
        await running.ended;
        await trained(dir, `--resume=${killed}`);
      }
    });
    assertSameResults(two, one);
    assertSameResults(killed, one);
    for (
      const part of [
        "While learning ",
        " of 10 episodes succeeded; the base, which played ",
        "at least 40.0 % of its successes were kept (error probability 0.05)",
      ]
    ) assert(said.includes(part), said);
    assertEquals(JSON.parse(textOf(one, "config.json")).safeExploration, 0.6);
    const rounds = unwrap(readMetrics(one)).filter(({ kind }) =>
      kind === "play"
    );
    const players = rounds.map(({ player }) => player);
    assertEquals(players[0], "base");
    assert(players.includes("candidate"), players.join());
    rounds.forEach(({ successes, floor }) => {
      assert(Number(successes) >= Number(floor));
    });
  });
});
