/**
 * ONNX Runtime over an exported correction, in a process of its own, since its
 * package stands in a configuration of its own:
 * `deno run --config tests/edge/onnx.json bench/_edge_onnx.ts DIR ROWS ...`.
 *
 * `DIR` holds `policy.onnx`, `onnx.js` of the docs, and for each number of rows
 * `observations.ROWS.f32` and `goals.ROWS.f32`. To each line `ROWS COUNT` on
 * standard input it answers with a line of JSON: seconds per call over `COUNT`
 * calls, and what came out.
 *
 * @module
 */

import { stdin } from "node:process";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** Named so that `deno check`, which does not know the configuration, passes it over. */
const PACKAGE = "onnxruntime-web";

const [dir, ...sizes] = Deno.args;
Deno.chdir(dir);
const { env } = await import(PACKAGE);
env.wasm.numThreads = 1;
const { residuals } = await import(`${pathToFileURL(dir)}/onnx.js`);

const inputs = new Map(sizes.map((rows) => [
  rows,
  ["observations", "goals"].map((name) =>
    new Float32Array(Deno.readFileSync(`${name}.${rows}.f32`).buffer)
  ),
]));

async function answer(line: string): Promise<void> {
  const [rows, count] = line.split(" ");
  const [observations, goals] = inputs.get(rows)!;
  const start = performance.now();
  let found = new Float32Array();
  for (let i = 0; i < Number(count); i++) {
    found = await residuals(observations, goals, Number(rows));
  }
  const seconds = (performance.now() - start) / 1000 / Number(count);
  console.log(JSON.stringify({ seconds, residuals: [...found] }));
}

for await (const line of createInterface({ input: stdin })) await answer(line);
