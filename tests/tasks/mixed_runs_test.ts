/** Runs side by side: seeds of one configuration in one environment, or a refusal that names what differs. */

import { assert, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Refusal } from "../../lib/errors.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { defaultConfig, type RunConfig } from "../../tasks/_config.ts";
import { refuseMixedRuns } from "../../tasks/_gate/mixed_runs.ts";
import type { Run } from "../../tasks/_run.ts";
import { inFolderSync } from "../folder.ts";

function configOf(task: "push" | "slippery-push"): RunConfig {
  const none = { controller: {}, env: {} };
  return defaultConfig({
    task,
    base: "reactive",
    presets: TASKS[task],
    ...none,
  });
}

const config = configOf("push");

/** A run folder that holds nothing but versions.json, which tells `physics` if any. */
function runIn(
  dir: string,
  name: string,
  changed: Partial<RunConfig> = {},
  physics?: string,
): Run {
  const own = join(dir, name);
  Deno.mkdirSync(own);
  if (physics !== undefined) {
    const packages = { "@mujoco/mujoco": physics };
    const text = JSON.stringify({ packages });
    Deno.writeTextFileSync(join(own, "versions.json"), text);
  }
  return { dir: own, config: { ...config, ...changed } };
}

function refused(runs: readonly Run[], ...says: readonly string[]): void {
  const { message } = assertThrows(
    () => refuseMixedRuns(runs, "draw"),
    Refusal,
  );
  assert(message.startsWith("Cannot draw '"), message);
  for (const part of says) assert(message.includes(part), message);
}

Deno.test("seeds of one configuration in one environment stand side by side", () => {
  inFolderSync((dir) => {
    const runs = [
      runIn(dir, "a", {}, "3.14.0"),
      runIn(dir, "b", { seed: 2 }, "3.14.0"),
      runIn(dir, "c", { seed: 3 }), // nothing is known of its engine
    ];
    refuseMixedRuns(runs, "draw");
    refuseMixedRuns(runs.slice(0, 1), "draw");
  });
});

Deno.test("runs of different tasks, environments or engines are refused with both and what differs", () => {
  inFolderSync((dir) => {
    const first = runIn(dir, "a", {}, "3.14.0");
    const same = runIn(dir, "b", { seed: 2 }, "3.14.0");
    const other = runIn(dir, "c", configOf("slippery-push"));
    refused([first, same, other], "'push' and 'slippery-push'", first.dir);
    refused([first, same, other], other.dir);
    const env = { ...config.env, friction: 0.25 };
    const slick = runIn(dir, "d", { env });
    const was = `env.friction ${config.env.friction} and 0.25`;
    refused([first, slick], was);
    const old = runIn(dir, "e", {}, "3.2.0");
    refused([first, same, old], "MuJoCo 3.14.0 and MuJoCo 3.2.0");
  });
});

Deno.test("a folder or a seed that is there twice is refused, wherever it stands", () => {
  inFolderSync((dir) => {
    const first = runIn(dir, "a");
    const other = runIn(dir, "b", { seed: 2 });
    refused([first, first], "they are one folder: take each seed once");
    const same = { ...other, dir: join(dir, "a", "..", "b") };
    refused([first, other, same], "they are one folder", other.dir);
    const twin = runIn(dir, "c", { seed: 2 });
    refused([first, other, twin], "both are of seed 2", other.dir, twin.dir);
  });
});

Deno.test("runs that differ in more than their seeds are refused with every setting that differs", () => {
  inFolderSync((dir) => {
    const first = runIn(dir, "a");
    const recipe = { ...config.recipe, authority: 0.125, hidden: [7] };
    const changed = { seed: 2, steps: 7, recipe, safeExploration: 0.2 };
    const other = runIn(dir, "b", changed);
    refused(
      [first, runIn(dir, "c", { seed: 3 }), other],
      "more than their seeds",
      `steps ${config.steps} and 7`,
      `recipe.authority ${config.recipe.authority} and 0.125`,
      `recipe.hidden ${JSON.stringify(config.recipe.hidden)} and [7]`,
      "safeExploration undefined and 0.2",
    );
  });
});
