/**
 * The Python of `docs/formats.md` reads an exported policy and plays its actions.
 * It needs a Python with numpy and safetensors, `PYTHON` or that on the path.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { inFolder } from "../folder.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { unless } from "./runtimes.ts";
import { FORMATS_DOC, snippetNamed } from "./snippets.ts";

/** Greatest difference of an entry of an action. */
const TOLERANCE = 1e-6;

/** Plays the moments of its folder by `act` of the module named. */
const DRIVER = `
import importlib, sys
import numpy as np

act = importlib.import_module(sys.argv[1]).act
o, g, b = (np.fromfile(name + ".f32", "<f4").reshape(int(sys.argv[2]), -1) for name in "ogb")
act(o.astype(float), g.astype(float), b.astype(float)).astype("<f4").tofile("a.f32")
`;

/** A Python with what the programs import; `undefined` where there is none. */
function findPython(): string | undefined {
  const given = Deno.env.get("PYTHON");
  return given ?? ["python3", "python"].find((name) => {
    try {
      const args = ["-c", "import numpy, safetensors"];
      const options = { args, stdout: "null", stderr: "null" } as const;
      return new Deno.Command(name, options).outputSync().success;
    } catch {
      return false;
    }
  });
}

const python = findPython();
const missing = python === undefined
  ? "no python3 with numpy and safetensors: set PYTHON to one"
  : "";

/** What it plays by a program of the docs. */
async function playedIn(
  dir: string,
  { policy, seen, goals, bases, rows }: Recorded,
  module: string,
): Promise<Float32Array> {
  const doc = await Deno.readTextFile(FORMATS_DOC);
  for (const name of ["policy.py", "whole.py"]) {
    await Deno.writeTextFile(join(dir, name), snippetNamed(doc, name));
  }
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  await Deno.writeTextFile(join(dir, "driver.py"), DRIVER);
  for (
    const [name, { buffer }] of Object.entries({ o: seen, g: goals, b: bases })
  ) {
    const bytes = new Uint8Array(buffer as ArrayBuffer);
    await Deno.writeFile(join(dir, `${name}.f32`), bytes);
  }
  const { code, stderr } = await new Deno.Command(python!, {
    args: ["driver.py", module, `${rows}`],
    cwd: dir,
    // Matrices this small are slower on several threads.
    env: { OPENBLAS_NUM_THREADS: "1" },
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { buffer } = await Deno.readFile(join(dir, "a.f32"));
  return new Float32Array(buffer);
}

/** Leaves the ends of the range at times, so that clipping shows. */
function waves(row: number, i: number): number {
  return 1.2 * Math.sin(row + 2 * i);
}

/** Rows in which the base was played as it was. */
function basesIn({ actions, bases, rows }: Recorded): number {
  const width = actions.length / rows;
  const same = (row: number) =>
    actions.subarray(row * width, (row + 1) * width).every((x, i) =>
      x === Math.max(-1, Math.min(1, bases[row * width + i]))
    );
  return Array.from({ length: rows }, (_, row) => row).filter(same).length;
}

async function assertPlayed(played: Recorded, module: string): Promise<void> {
  await inFolder(async (dir) => {
    const found = await playedIn(dir, played, module);
    assertEquals(found.length, played.actions.length);
    const apart = played.actions.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - found[i])),
      0,
    );
    assert(apart <= TOLERANCE, `${apart}`);
  });
}

Deno.test({
  ...unless(missing, "policy.py plays a policy without critics"),
  async fn() {
    const push = {
      task: "slippery-push",
      base: "reactive",
      hidden: [128, 128],
    };
    await assertPlayed(
      await recorded({ ...push, lean: true }, waves),
      "policy",
    );
    const pusher = { task: "pusher", base: "cached", hidden: [24, 17] };
    const network = { frames: 2, clipBase: false, authority: 1 } as const;
    const averaged = await recorded({ ...pusher, network, lean: true }, waves);
    await assertPlayed(averaged, "policy");
  },
});

Deno.test({
  ...unless(missing, "whole.py plays what the critics choose"),
  async fn() {
    const push = {
      task: "slippery-push",
      base: "reactive",
      hidden: [128, 128],
    };
    const other = {
      task: "pusher",
      base: "cached",
      hidden: [24, 17],
      network: { inside: true, layerNorm: false, authority: 1 },
    };
    for (const wish of [push, other]) {
      const played = await recorded(wish, waves);
      const bases = basesIn(played);
      assert(bases > 100 && bases < played.rows - 100, `${bases}`);
      await assertPlayed(played, "whole");
    }
  },
});
