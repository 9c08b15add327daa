/**
 * A correction that was exported for ONNX Runtime or TensorFlow.js, run by the
 * programs of `docs/formats.md`, gives what our own forward pass gives.
 */

import { authorities } from "../../lib/control/residual.ts";
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { writeFiles } from "../../tasks/_export/folder.ts";
import { FORMATS } from "../../tasks/_export/formats.ts";
import { makeFolder } from "../folder.ts";
import { FORMATS_DOC, snippetNamed } from "./snippets.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { withPackages } from "./runtimes.ts";

/** Greatest difference of an entry. */
const TOLERANCE = 1e-5;

/** Kinds of correction; the last has what no task has together, to meet every part. */
const WISHES = [
  { task: "slippery-push", base: "reactive", hidden: [128, 128] },
  {
    task: "noisy-hook",
    base: "filtered",
    hidden: [50],
    network: { authority: [0.3, 0.9, 0.5, 1] },
  },
  { task: "pusher", base: "cached", hidden: [16, 16, 16] },
  {
    task: "pusher",
    base: "cached",
    hidden: [32, 17],
    network: {
      frames: 2,
      authority: 1,
      mirror: {
        observation: reversed(20, 7),
        goal: reversed(3, 0),
        action: reversed(7, 0),
      },
    },
  },
] as const;

/** The permutation that turns the first `seen` of all entries round, with signs and offsets. */
function reversed(seen: number, hidden: number) {
  const places = Array.from({ length: seen + hidden }, (_, i) => i);
  return {
    source: places.map((i) => i < seen ? seen - 1 - i : i),
    sign: places.map((i) => i % 3 === 0 ? -1 : 1),
    offset: places.map((i) => i % 4 === 0 ? 0.25 : 0),
  };
}

/** A policy that was played without a base, so that its actions are residuals, and a folder. */
interface Trial extends Recorded {
  readonly dir: string;
}

const doc = await Deno.readTextFile(FORMATS_DOC);
const trials: Trial[] = [];
for (const wish of WISHES) {
  const played = await recorded({ ...wish, lean: true }, () => 0);
  trials.push({ ...played, dir: makeFolder() });
}

Deno.test("what was played takes both signs, and differs from moment to moment and task to task", () => {
  for (const { actions, manifest, observations, rows } of trials) {
    const authority = Math.max(...authorities(manifest.network.authority));
    assert(Math.max(...actions) > authority / 2);
    assert(Math.min(...actions) < -authority / 2);
    const width = actions.length / rows;
    assert(new Set(actions.filter((_, i) => i % width === 0)).size > 900);
    assertEquals(observations.length, rows * manifest.visible);
  }
});

Deno.test("networks see the stack that the docs describe, and behind it what is hidden", () => {
  for (const { observations, seen, rows, manifest } of trials) {
    const { visible, observationSize } = manifest;
    for (let row = 0; row < rows; row++) {
      const at = row * observationSize;
      assertEquals(
        seen.subarray(at, at + visible),
        observations.subarray(row * visible, (row + 1) * visible),
      );
    }
  }
});

function write({ dir, policy }: Trial, format: "tfjs" | "onnx"): void {
  const { encode } = FORMATS[format];
  writeFiles(dir, FORMATS[format], encode(policy, new Uint8Array()));
  const snippet = `${format}.js`;
  Deno.writeTextFileSync(join(dir, snippet), snippetNamed(doc, snippet));
}

function assertResiduals(trial: Trial, found: ArrayLike<number>): void {
  const { actions, manifest: { task } } = trial;
  assertEquals(found.length, actions.length);
  const apart = actions.reduce(
    (most, x, i) => Math.max(most, Math.abs(x - found[i])),
    0,
  );
  assert(apart <= TOLERANCE, `${task}: ${apart}`);
}

Deno.test("ONNX Runtime gives our residuals", async () => {
  for (const trial of trials) {
    write(trial, "onnx");
    const { dir, observations, goals } = trial;
    const put = (name: string, { buffer }: Float32Array) =>
      Deno.writeFileSync(
        join(dir, name),
        new Uint8Array(buffer as ArrayBuffer),
      );
    put("observations.f32", observations);
    put("goals.f32", goals);
  }
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...withPackages("onnx.json", "onnx_run.ts", `${trials[0].rows}`),
      ...trials.map(({ dir }) => dir),
    ],
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  for (const trial of trials) {
    const bytes = Deno.readFileSync(join(trial.dir, "residuals.f32"));
    assertResiduals(trial, new Float32Array(bytes.buffer));
  }
});

Deno.test("TensorFlow.js gives our residuals", async () => {
  const folder = import.meta.resolve("@tensorflow/tfjs-backend-wasm");
  setThreadsCount(1);
  setWasmPaths(fileURLToPath(new URL(".", folder)));
  assert(await tf.setBackend("wasm"));
  for (const trial of trials) {
    write(trial, "tfjs");
    const { dir, observations, goals, rows, manifest } = trial;
    const { open } = await import(`${pathToFileURL(dir)}/tfjs.js`);
    await serving(dir, async (url) => {
      const { model, residuals } = await open(`${url}/model.json`);
      const { rpl } = model.getUserDefinedMetadata();
      assertEquals(rpl, manifest);
      assertResiduals(trial, residuals(observations, goals, rows));
      model.dispose();
    });
  }
});

/** Serves the files of a folder on this machine for the time of `use`. */
async function serving(
  dir: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    return new Response(await Deno.readFile(join(dir, pathname)));
  });
  await use(`http://127.0.0.1:${server.addr.port}`);
}

Deno.test.afterAll(() => {
  for (const { dir } of trials) Deno.removeSync(dir, { recursive: true });
});
