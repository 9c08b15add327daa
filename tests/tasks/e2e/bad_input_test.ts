import { assert, assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../folder.ts";
import {
  contentOf,
  inFolder,
  inPairs,
  runTask,
  TINY,
  trained,
} from "./run_task.ts";

/** What is typed, then parts of what must be said: the given, the allowed, the nearest. */
type Case = readonly [args: readonly string[], ...says: readonly string[]];

const names: readonly Case[] = [
  [["slipery-push"], "'slipery-push'", "'slippery-push'?", "Tasks: push"],
  [["push", "more"], "'more'", "only TASK"],
  [["--stepz", "3"], "'--stepz'", "'--steps'?", "--seed, --steps"],
  [["seed=3"], "'seed=3'", "Tasks: push"],
  [["push", "seed=3"], "'seed=3'", "'--set seed=3'?"],
  [["--set", "recipe.polyac=1"], "'recipe.polyac'", "'recipe.polyak'?"],
  [["--set", "polyak=1"], "'polyak'", "'recipe.polyak'?", "recipe.*"],
  [["--set", "recipe=1"], "'recipe'", "recipe.polyak"],
  [["--set", "controller.wdth=1"], "'controller.wdth'", "'controller.width'?"],
  [["--set", "task=push"], "'task'", "first argument"],
  [["--set", "recipe.polyak"], "'--set recipe.polyak'", "path=value"],
  [["--preset", "fats"], '"fats"', "default, fast, guarded", "'fast'?"],
  [["--backend", "kernel"], '"kernel"', "twins, tfjs", "'kernels'?"],
];

const values: readonly Case[] = [
  [["--set", "recipe.polyak=abc"], '"abc"', "above 0 and at most 1"],
  [["--set", "recipe.polyak=NaN"], '"NaN"', "above 0 and at most 1"],
  [["--set", "recipe.polyak=Infinity"], '"Infinity"', "at most 1"],
  [["--set", "recipe.polyak=1e999"], "Infinity", "at most 1"],
  [["--set", "recipe.polyak=0"], "value is 0", "above 0 and at most 1"],
  [["--set", "recipe.mirror=1"], "value is 1", "true or false"],
  [["--set", "recipe.hidden=16"], "value is 16", "such as [128,128]"],
  [["--set", "recipe.hidden=[16,0]"], "[16,0]", "such as [128,128]"],
  [["--set", "recipe.batch=33"], "value is 33", "even", "from 2 to 4096"],
  [["--set", "recipe.targetCritics=7"], "value is 7", "to recipe.critics"],
  [["--set", "recipe.discount=1"], "value is 1", "from 0 to below 1"],
  [["--set", "controller.width=5"], "value is 5", "from 0.01 to 1 m"],
  [["--set", "env.friction=-1"], "value is -1", "from 0.01 to 5"],
  [["--set", "evaluation.episodes=0"], "value is 0", "from 1 to 1000000"],
  [["--set", "checkpointEvery=0"], "value is 0", "from 1"],
  [["--safe-exploration", "1.5"], "'--safe-exploration 1.5'", "0.001 to 0.999"],
  [["--safe-exploration", "0"], "received '0'", "from 0.001 to 0.999"],
  [["--safe-exploration", "--preset", "td3"], "from scratch", "no base"],
  [["pusher", "--safe-exploration"], "'pusher'", "counts successes"],
  [["--steps", "-5"], "'steps'", "value is -5", "whole number from 0"],
  [["--steps", "1.5"], "'steps'", "value is 1.5", "whole number from 0"],
  [["--steps", "NaN"], "'steps'", "NaN", "whole number from 0"],
  [["--steps", "many"], "'steps'", '"many"', "whole number from 0"],
  [["--seed", "-1"], "'seed'", "value is -1", "whole number from 0"],
  [["--seed", "1e300"], "'seed'", "1e+300", "to 9007199254740991"],
  [["--seed"], "'--seed'", "needs a value, --seed N"],
  [["--seed", "1", "--seed", "2"], "'--seed' twice"],
  [["--seed", "3", "--set", "seed=4"], "'--seed 3' and '--set seed=4'"],
  [["--set", "steps=1", "--set", "steps=2"], "'--set steps=1' and '--set"],
  [["--json=yes"], "'--json'", "switch", "'yes'"],
  [["--workers", "3"], "'--workers 3'", "1 or 2"],
  [["--workers", "two"], "'--workers two'", "1 or 2"],
  [["--resume", "a", "--seed", "2"], "'--seed'", "'--resume'"],
];

const evaluations: readonly Case[] = [
  [[], "RUN"],
  [["--episodes", "0"], "'--episodes 0'", "from 1 to 1000000"],
  [["--episodes", "-3"], "'--episodes -3'", "from 1 to 1000000"],
  [["--episodes", "1.5"], "'--episodes 1.5'", "whole number"],
  [["--episodes", "NaN"], "'--episodes NaN'", "whole number"],
  [["--episods", "3"], "'--episods'", "'--episodes'?"],
  [["--seed", "-1"], "'--seed -1'", "from 0 to 9007199254740991"],
  [["--seed", "x"], "'--seed x'", "from 0 to 9007199254740991"],
  [["--workers", "0"], "'--workers 0'", "1 or 2"],
];

/** Holds a whole run, to be copied and damaged. */
const home = makeFolder();
const reference = join(home, "run");

Deno.test.beforeAll(async () => {
  await trained(home, "push", ...TINY, `--out=${reference}`);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

/** Runs the task in `dir`: exit code 2, one plain refusal, nothing else, nothing written. */
async function assertRefused(
  dir: string,
  task: "train" | "eval",
  [args, ...says]: Case,
): Promise<void> {
  const before = await contentOf(dir);
  const { code, out, err } = await runTask(dir, task, ...args);
  const shown = `${task} ${args.join(" ")}\n${err}`;
  assertEquals(code, 2, shown);
  assertEquals(out, "", shown);
  assert(/^error: Cannot [a-z]/.test(err), shown);
  assert(!err.includes("    at "), `no stack: ${shown}`);
  for (const part of says) assert(err.includes(part), `'${part}': ${shown}`);
  assertEquals(await contentOf(dir), before, shown);
}

function writeBytes(path: string, change: (bytes: Uint8Array) => Uint8Array) {
  Deno.writeFileSync(path, change(Deno.readFileSync(path)));
}

function halve(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length / 2);
}

function flip(bytes: Uint8Array): Uint8Array {
  bytes[bytes.length >> 1] ^= 1;
  return bytes;
}

Deno.test("an unknown name is refused with the nearest one", async () => {
  await inFolder(async (dir) => {
    await inPairs(names, (entry) => assertRefused(dir, "train", entry));
  });
});

Deno.test("a value of the wrong type or out of range is refused with what is allowed", async () => {
  await inFolder(async (dir) => {
    await inPairs(values, (entry) => assertRefused(dir, "train", entry));
  });
});

Deno.test("an --out that is filled or cannot be written is refused", async () => {
  await inFolder(async (dir) => {
    Deno.mkdirSync(join(dir, "full"));
    Deno.writeTextFileSync(join(dir, "full", "notes.txt"), "keep me");
    const note = join("full", "notes.txt");
    const cases: readonly Case[] = [
      [["--out", "full"], "'full'", "not empty", "--resume"],
      [["--out", note], `'${note}'`, "it is a file"],
      [["--out", join(note, "run")], `'${note}/run'`, "notes.txt' is a file"],
      [["--out", join(note, "a", "run")], "notes.txt' is a file", "--out"],
      [["--out", "x".repeat(300)], "too long", "empty or new folder"],
    ];
    await inPairs(cases, (entry) => assertRefused(dir, "train", entry));
  });
});

Deno.test("a run that is missing, damaged or of another task is not resumed", async () => {
  await inFolder(async (dir) => {
    cpSync(reference, join(dir, "run"), { recursive: true });
    const config = join(dir, "run", "config.json");
    const text = Deno.readTextFileSync(config);
    const again = ["--resume", "run"];
    Deno.mkdirSync(join(dir, "empty"));
    const cases: readonly Case[] = [
      [["--resume", "rum"], "'rum'", "no such folder", "'run'?"],
      [["--resume", "empty"], "'empty'", "not the folder of a run"],
      [["--resume", config], "it is a file"],
      [["slippery-push", ...again], "'slippery-push'", "task 'push'"],
      [["pusch", ...again], "'pusch'", "'push'?"],
    ];
    await inPairs(cases, (entry) => assertRefused(dir, "train", entry));

    const damages: readonly [string, ...string[]][] = [
      [text.slice(0, text.length / 2), "config.json", "truncated"],
      ["", "config.json", "empty"],
      ["{}", "config.json", "schema 3"],
      [text.replace('"seed": 1', '"seed": 2'), "config.json was changed"],
      [text.replace('"seed": 1', '"seed": -1'), "'seed'", "value is -1"],
      [text.replace('"polyak"', '"polyac"'), "recipe.polyac"],
    ];
    for (const [damaged, ...says] of damages) {
      Deno.writeTextFileSync(config, damaged);
      await assertRefused(dir, "train", [again, ...says]);
    }
  });
});

Deno.test("a config.json that no task takes is refused before the first step", async () => {
  await inFolder(async (dir) => {
    const { out } = await runTask(dir, "train", "push", "--print-config");
    Deno.mkdirSync(join(dir, "run"));
    const config = join(dir, "run", "config.json");
    const damages: readonly [string, ...string[]][] = [
      [out.replace('"push"', '"pusch"'), "'pusch'", "'push'?"],
      [out.replace('"width"', '"wdth"'), "controller.wdth", "controller.width"],
      [out.replace('"friction": 1', '"friction": 9'), "value is 9", "to 5"],
    ];
    for (const [damaged, ...says] of damages) {
      Deno.writeTextFileSync(config, damaged);
      await assertRefused(dir, "train", [["--resume", "run"], ...says]);
    }
  });
});

Deno.test("a corrupt checkpoint is refused with the older one that would work", async () => {
  await inFolder(async (dir) => {
    cpSync(reference, join(dir, "run"), { recursive: true });
    const at = (step: number) =>
      join("run", "checkpoints", `step-00000${step}.ckpt`);
    const again = ["--resume", "run"];
    const older = (bad: string, good: number): readonly string[] => [
      `'${at(300)}'`,
      `'step-00000${good}.ckpt' is whole`,
      `rm ${bad}\n`,
      "deno task train --resume run",
    ];
    writeBytes(join(dir, at(300)), flip);
    const first = ["checksum", ...older(at(300), 200)];
    await assertRefused(dir, "train", [again, ...first]);
    await assertRefused(dir, "eval", [["run"], ...first]);
    writeBytes(join(dir, at(300)), halve);
    await assertRefused(dir, "train", [again, ...older(at(300), 200)]);
    writeBytes(join(dir, at(200)), () => new Uint8Array());
    const both = `${at(300)} ${at(200)}`;
    await assertRefused(dir, "train", [again, ...older(both, 100)]);
    writeBytes(join(dir, at(100)), flip);
    await assertRefused(dir, "train", [again, "No older", "--out"]);
  });
});

Deno.test("a run whose log was cut shorter than its checkpoint says is not resumed", async () => {
  await inFolder(async (dir) => {
    cpSync(reference, join(dir, "run"), { recursive: true });
    const again: Case = [["--resume", "run"], "metrics.jsonl", "at least"];
    writeBytes(join(dir, "run", "metrics.jsonl"), halve);
    await assertRefused(dir, "train", again);
    Deno.removeSync(join(dir, "run", "metrics.jsonl"));
    await assertRefused(dir, "train", again);
  });
});

Deno.test("eval refuses what it cannot judge", async () => {
  await inFolder(async (dir) => {
    Deno.mkdirSync(join(dir, "run"));
    const config = join(dir, "run", "config.json");
    const { out } = await runTask(dir, "train", "push", "--print-config");
    Deno.writeTextFileSync(config, out);
    Deno.writeTextFileSync(join(dir, "policy.safetensors"), "");
    const others: readonly Case[] = [
      [["policy.safetensors"], "eval --artefact policy.safetensors"],
      [["rum"], "'rum'", "no such folder", "'run'?"],
      [["run"], "'run'", "no checkpoint", "deno task train --resume run"],
      [["run", "more"], "'more'", "only RUN"],
      [[join("run", "config.json")], "it is a file"],
    ];
    await inPairs(others, (entry) => assertRefused(dir, "eval", entry));
    await inPairs(evaluations, ([args, ...says]) => {
      const run = args.length === 0 ? [] : ["run"];
      return assertRefused(dir, "eval", [[...run, ...args], ...says]);
    });
  });
});

Deno.test("what is set is printed, and --print-config writes nothing", async () => {
  await inFolder(async (dir) => {
    const { code, out } = await runTask(
      dir,
      "train",
      "push",
      "--print-config",
      "--preset=fast",
      "--set=recipe.polyak=0.5",
      "--set=seed=4",
      "--out=run",
    );
    assertEquals(code, 0);
    const { task, seed, recipe, preset } = JSON.parse(out);
    assertEquals([task, seed, preset], ["push", 4, "fast"]);
    assertEquals([recipe.polyak, recipe.mirror], [0.5, true]);
    assertEquals(await contentOf(dir), new Map());
  });
});

Deno.test("--help of each task explains it, whatever else is typed", async () => {
  await inFolder(async (dir) => {
    for (const task of ["train", "eval", "doctor", "figure"] as const) {
      const asked = await runTask(dir, task, "--wrong", "--help");
      // With an empty package cache Deno tells there what it downloads.
      assert(!asked.err.includes("error"), asked.err);
      assertEquals(asked.code, 0);
      assert(asked.out.includes(`Usage: deno task ${task}`), asked.out);
    }
    const { out } = await runTask(dir, "train", "push", "-h");
    assert(out.includes("controller.width=0.15"), out);
    assert(out.includes("Settings of controller 'tree-mpc'"), out);
    assert(out.includes("controller.expansions=10"), out);
    assertEquals(await contentOf(dir), new Map());
  });
});
