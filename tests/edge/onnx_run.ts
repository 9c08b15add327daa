/**
 * Runs `onnx.js` of the docs in ONNX Runtime, in folders where it lies beside
 * `policy.onnx`: `observations.f32` and `goals.f32`, so many rows, give
 * `residuals.f32`: `deno run --config onnx.json onnx_run.ts ROWS DIR ...`.
 *
 * @module
 */

import { pathToFileURL } from "node:url";

const [rows, ...folders] = Deno.args;
for (const dir of folders) {
  Deno.chdir(dir);
  const { residuals } = await import(`${pathToFileURL(dir)}/onnx.js`);
  const [observations, goals] = ["observations.f32", "goals.f32"].map((name) =>
    new Float32Array(Deno.readFileSync(name).buffer)
  );
  const found = await residuals(observations, goals, Number(rows));
  Deno.writeFileSync("residuals.f32", new Uint8Array(found.slice().buffer));
}
