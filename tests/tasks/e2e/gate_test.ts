/** `deno task gate` on a small run, and what export and eval make of it. */

import { assert, assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { decodeArtefact } from "../../../lib/edge/artefact.ts";
import { levelOfLook } from "../../../lib/rollout/spending.ts";
import { readLooks } from "../../../tasks/_gate/look.ts";
import { makeFolder } from "../../folder.ts";
import {
  contentOf,
  inFolder,
  inPairs,
  runTask,
  TINY,
  trained,
} from "./run_task.ts";

/** Holds the run that is looked at: 300 steps, one pair at its own gate. */
const home = makeFolder();
const natural = join(home, "run");

Deno.test.beforeAll(async () => {
  await trained(home, "push", ...TINY, `--out=${natural}`);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

/** Works on a copy of the run, called `run`. */
function withCopy(work: (dir: string, run: string) => Promise<void>) {
  return inFolder(async (dir) => {
    const run = join(dir, "run");
    cpSync(natural, run, { recursive: true });
    await work(dir, run);
  });
}

async function ended(
  dir: string,
  task: "gate" | "export" | "eval",
  ...args: readonly string[]
): Promise<string> {
  const { code, out, err } = await runTask(dir, task, ...args);
  assertEquals([code, err], [0, ""]);
  return out.trimEnd();
}

async function refused(
  dir: string,
  task: "gate" | "export",
  args: readonly string[],
  ...says: readonly string[]
): Promise<void> {
  const before = await contentOf(dir);
  const { code, out, err } = await runTask(dir, task, ...args);
  assertEquals([code, out], [2, ""], err);
  assert(/^error: Cannot [^\n]+\n$/.test(err), `one sentence: ${err}`);
  for (const part of says) assert(err.includes(part), `${part}: ${err}`);
  assertEquals(await contentOf(dir), before);
}

/** The margin is so wide that a correction of 300 steps keeps within it. */
const wide = ["--margin=0.5", "--pairs=60", "--workers=1"];

Deno.test("a policy that passes with a margin is exported with it, and served; nothing else is", async () => {
  await withCopy(async (dir) => {
    await refused(dir, "export", ["run"], "has not passed", "deno task gate");

    const line = await ended(dir, "gate", "run", ...wide, "--json");
    const { dir: place, ...look } = JSON.parse(line);
    assertEquals(place, "run");
    assertEquals(readLooks(join(dir, "run")), [look]);
    assertEquals([look.verdict, look.kind], ["passed", "non-inferiority"]);
    assertEquals([look.step, look.look, look.margin], [300, 1, 0.5]);
    assertEquals(look.level, levelOfLook(0.05, 1));
    assert(look.wealth >= 1 / look.level && look.pairs <= 60, line);

    const said = await ended(dir, "export", "run", "--quiet");
    assert(said.includes("non-inferiority by 50 points"), said);
    const { manifest } = decodeArtefact(
      Deno.readFileSync(join(dir, "run", "export", "policy.safetensors")),
    );
    assertEquals(manifest.gate, {
      verdict: "passed",
      delta: 0.05,
      margin: 0.5,
      pairs: look.pairs,
    });
    assertEquals(manifest.environment, look.environment);

    const few = ["run", "--episodes=1", "--workers=1"];
    const judged = JSON.parse(await ended(dir, "eval", ...few, "--json"));
    const { served, evidence, policy, learnt } = judged;
    assertEquals([served, evidence.by, evidence.margin], [
      "policy",
      "look",
      0.5,
    ]);
    assertEquals(policy, learnt);
    const words = await ended(dir, "eval", ...few, "--quiet");
    assert(words.includes("The policy is served"), words);
    assert(words.includes("look 1 of the gate"), words);
  });
});

Deno.test("looking again is another look at other episodes; the same look on two threads is the same", async () => {
  await withCopy(async (dir, run) => {
    const args = ["run", "--pairs=20", "--quiet"];
    const first = await ended(dir, "gate", ...args, "--workers=1");
    assert(first.startsWith("NOT PASSED") || first.startsWith("PASSED"), first);
    const [one] = readLooks(run);
    Deno.removeSync(join(run, "gate.json"));
    assertEquals(await ended(dir, "gate", ...args, "--workers=2"), first);
    assertEquals(readLooks(run), [one]);

    const { out } = await runTask(dir, "gate", "run", "--pairs=20");
    assert(out.includes("Look 2 at this run"), out);
    const [, two] = readLooks(run);
    assertEquals([two.look, two.level], [2, levelOfLook(0.05, 2)]);
  });
});

Deno.test("a gate.json about another checkpoint does not speak for the one that is exported", async () => {
  await withCopy(async (dir, run) => {
    await ended(dir, "gate", "run", ...wide, "--checkpoint=200", "--quiet");
    assertEquals(readLooks(run)[0].step, 200);
    await refused(
      dir,
      "export",
      ["run"],
      "step 200",
      "export takes that of step 300",
    );
    const few = ["run", "--episodes=1", "--workers=1", "--quiet"];
    const words = await ended(dir, "eval", ...few);
    assert(words.includes("step 200") && words.includes("base itself"), words);
  });
});

Deno.test("what cannot be tested is refused in one sentence, and nothing is written", async () => {
  await withCopy(async (dir) => {
    const cases = [
      [["--delta=0"], "'--delta 0'", "from 0.0001 to 0.5"],
      [["--delta=x"], "'--delta x'", "from 0.0001 to 0.5"],
      [["--margin=0.6"], "'--margin 0.6'", "from 0 to 0.5"],
      [["--margin=-0.1"], "'--margin -0.1'", "from 0 to 0.5"],
      [["--pairs=0"], "'--pairs 0'", "whole number from 1"],
      [["--pairs=7"], "--pairs 7", "8 pairs"],
      [["--pairs=8", "--delta=0.01"], "0.608 %", "10 pairs"],
      [["--checkpoint=42"], "step 42", "100, 200, 300"],
    ] as const;
    await inPairs(
      cases,
      ([args, ...says]) => refused(dir, "gate", ["run", ...args], ...says),
    );
    await refused(dir, "gate", ["elsewhere"], "no such folder");
  });
  const damages: readonly (readonly [(run: string) => void, string])[] = [
    [(run) => Deno.removeSync(join(run, "config.json")), "config.json"],
    [(run) => edit(run, "metrics.jsonl", /.*"final".*\n/, ""), "--resume"],
    [(run) => edit(run, "config.json", '"push"', '"slippery-push"'), "task"],
    [
      (run) => edit(run, "versions.json", /(mujoco": ")[^"]+/, "$12.0.0"),
      "MuJoCo 2.0.0",
    ],
    [
      (run) => Deno.removeSync(join(run, "checkpoints"), { recursive: true }),
      "no checkpoint yet",
    ],
  ];
  await inPairs(damages, ([damage, says]) =>
    withCopy(async (dir, run) => {
      damage(run);
      await refused(dir, "gate", ["run"], says);
    }));
});

function edit(
  run: string,
  name: string,
  from: string | RegExp,
  to: string,
): void {
  const path = join(run, name);
  const text = Deno.readTextFileSync(path);
  const changed = text.replace(from, to);
  assert(changed !== text, `nothing to edit in ${name}`);
  Deno.writeTextFileSync(path, changed);
}
