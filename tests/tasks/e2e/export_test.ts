import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readSpec } from "../../../lib/edge/mod.ts";
import { FORMATS } from "../../../tasks/_export/formats.ts";
import type { Verdict } from "../../../tasks/_judge.ts";
import { namesIn } from "../../folder.ts";
import { inFolder, runTask, TINY } from "./run_task.ts";

/** A correction that soon plays something else than its base. */
const WILD = [
  "evaluation.gatePairs=0",
  "recipe.authority=2",
  "recipe.actorRate=0.1",
  "recipe.residualPenalty=0",
  "recipe.averaging=1",
].map((setting) => `--set=${setting}`);

const EPISODES = 4;

/** Kinds of policy: what is sensed, what the base needs, how networks are put together. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "over a plain controller": ["slippery-push"],
  "over a filter, from two frames": ["noisy-hook", "--controller=filtered"],
  "over a cache, with hidden entries and an authority that still grows": [
    "pusher",
    "--set=recipe.annealing=1000",
  ],
  "over unseen scenes, as in the paper": [
    "complex-hook",
    "--preset=paper",
    "--set=recipe.release=updates",
  ],
  "from scratch, averaging frames": ["noisy-hook", "--preset=ddpg"],
};

async function train(dir: string, words: readonly string[]): Promise<void> {
  const args = [...words, "--out=run", "--workers=1", ...TINY, ...WILD];
  const { code, err } = await runTask(dir, "train", ...args);
  assertEquals(code, 0, err);
}

async function evaluated(
  dir: string,
  ...words: readonly string[]
): Promise<Verdict> {
  const args = [...words, `--episodes=${EPISODES}`, "--json"];
  const { code, out, err } = await runTask(dir, "eval", ...args);
  assertEquals(code, 0, err);
  return JSON.parse(out);
}

for (const [kind, words] of Object.entries(KINDS)) {
  Deno.test(`an exported policy ${kind} returns what its run returned, episode by episode`, async () => {
    await inFolder(async (dir) => {
      await train(dir, words);
      const { code, out, err } = await runTask(
        dir,
        "export",
        ...["run", "--ungated", "--json"],
      );
      assertEquals(code, 0, err);
      const { policy } = JSON.parse(out);
      assertEquals(policy, join("run", "export", "policy.safetensors"));
      const run = await evaluated(dir, "run", "--workers=1");
      const artefact = await evaluated(dir, "--artefact", policy);
      assertEquals(artefact.policy, run.learnt);
      assertEquals(artefact.returns.policy, run.returns.learnt);
      if (kind.startsWith("over")) assertEquals(artefact.base, run.base);
      // Dense returns tell any two policies apart.
      const { base, learnt } = run.returns;
      if (words[0] === "pusher") assert(base.mean !== learnt.mean);
      const bytes = Deno.readFileSync(join(dir, policy));
      assertEquals(readSpec(bytes).gate.verdict, "ungated");
    });
  });
}

Deno.test("what may not leave is refused with a reason, and nothing is written", async () => {
  await inFolder(async (dir) => {
    await train(dir, ["slippery-push"]);
    const refused = async (says: string, ...words: readonly string[]) => {
      const { code, err } = await runTask(dir, "export", ...words);
      assertEquals(code, 2, err);
      assert(err.includes(says), err);
    };
    await refused("Look again with: deno task gate run", "run");
    // What a gate of the run would find says nothing of another policy.
    await refused("Export it as safetensors without --lean", "run", "--lean");
    await refused("leaves this folder", "run", "--ungated", "--out=../there");
    await refused("not the folder of a run", ".");
    await refused("Did you mean 'onnx'?", "run", "--format=onxx");
    for (const format of ["tfjs", "onnx"]) {
      await refused("has not passed the gate", "run", `--format=${format}`);
    }
    assert(!existsSync(join(dir, "run", "export")));
    const lean = await runTask(dir, "export", "run", "--lean", "--ungated");
    assertEquals(lean.code, 0, lean.err);
    const path = join(dir, "run", "export", "policy.safetensors");
    const size = Deno.statSync(path).size;
    await runTask(dir, "export", "run", "--ungated");
    assert(Deno.statSync(path).size > 2 * size, "Critics weigh the most");
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    Deno.writeFileSync(path, bytes);
    const { code, err } = await runTask(dir, "eval", "--artefact", path);
    assertEquals(code, 2);
    assert(err.includes("checksum"), err);
  });
});

Deno.test("a policy over a controller that cannot leave is refused before anything is played, and leaves as its correction", async () => {
  await inFolder(async (dir) => {
    await train(dir, ["slide"]);
    const { code, out, err } = await runTask(dir, "export", "run");
    assertEquals([code, out], [2, ""], err);
    assert(err.includes("or export its correction alone with"), err);
    assert(!existsSync(join(dir, "run", "export")));
    for (const format of ["tfjs", "onnx"]) {
      const words = ["run", "--ungated", `--format=${format}`];
      const { code, err } = await runTask(dir, "export", ...words);
      assertEquals(code, 0, err);
    }
  });
});

Deno.test("figures that were edited are refused with their file", async () => {
  await inFolder(async (dir) => {
    await train(dir, ["slippery-push"]);
    const path = join("run", "metrics.jsonl");
    const text = Deno.readTextFileSync(join(dir, path));
    for (const [value, shown] of [['"NaN"', "NaN"], ["1e999", "Infinity"]]) {
      const edited = text.replace(/"learnt":[\d.]+/, `"learnt":${value}`);
      assert(edited !== text);
      Deno.writeTextFileSync(join(dir, path), edited);
      const { code, err } = await runTask(dir, "export", "run", "--ungated");
      const says =
        `error: Cannot export 'run' as 'learnt' in the last row of '${path}' must be a number from 0 to 1: current value is ${shown}. Put back what was there\n`;
      assertEquals([code, err], [2, says]);
    }
  });
});

Deno.test("other formats hold the policy without its critics, gated for itself", async () => {
  await inFolder(async (dir) => {
    await train(dir, ["slippery-push"]);
    const exported = async (...words: readonly string[]) => {
      const args = ["run", "--ungated", "--json", ...words];
      const { code, out, err } = await runTask(dir, "export", ...args);
      assertEquals(code, 0, err);
      return JSON.parse(out);
    };
    const read = (path: string) => Deno.readFileSync(join(dir, path));
    const lean = await exported("--lean", "--out=lean");
    const policy = read(lean.policy);
    for (const format of ["tfjs", "onnx"]) {
      const { encode, files } = FORMATS[format];
      const said = await exported(`--format=${format}`, "--out=other");
      assertEquals(said.spec, lean.spec);
      encode(policy, new Uint8Array()).forEach((bytes, i) => {
        const { key, name } = files[i];
        assertEquals(said[key], join("other", name));
        assertEquals(said[`${key}Bytes`], bytes.length);
        assertEquals(read(said[key]), bytes);
      });
    }
    Deno.mkdirSync(join(dir, "mine"));
    const mine = join(dir, "mine", "model.json");
    Deno.writeTextFileSync(mine, "{}");
    const { code, err } = await runTask(
      dir,
      "export",
      ...["run", "--ungated", "--format=tfjs", "--out=mine"],
    );
    assertEquals(code, 2);
    assert(err.includes("no export wrote it"), err);
    assertEquals(namesIn(join(dir, "mine")), ["model.json"]);
    assertEquals(Deno.readTextFileSync(mine), "{}");
  });
});
