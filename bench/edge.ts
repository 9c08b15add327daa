/**
 * What an embedded policy weighs and how fast it is, here and in workerd:
 * `deno run -R -W -E --allow-run --allow-sys --allow-net=127.0.0.1 bench/edge.ts`.
 *
 * The policy has two hidden layers of 128 and seeded weights over the push
 * controller, which cost what trained ones do; it is exported lean (the
 * correction alone) and whole (five critics that select).
 *
 * @module
 */

import { join } from "node:path";
import { bundleAdapter, BUNDLES, gzipped } from "../tasks/_bundle.ts";
import { spread } from "../tasks/_peers/table.ts";
import { seeded } from "../tests/edge/seeded.ts";
import { type Loop, loopOf } from "./_edge_loop.ts";
import { openWorkerd } from "./_edge_workerd.ts";

/** Turns of each measurement, of which the median counts. */
const TURNS = 9;

/** Robots of a batch. */
const MANY = 256;

const url = new URL("../kernels/kernels.wasm", import.meta.url);
const wasm = await Deno.readFile(url);
const kernel = await WebAssembly.compile(wasm);

/** A line of the table: median, least and greatest. */
function line(name: string, values: readonly number[], unit: string): void {
  const { min, median, max } = spread(values);
  const [a, b, c] = [median, min, max].map((x) => x.toFixed(2).padStart(9));
  console.log(`${name.padEnd(44)} ${a} ${unit}  (${b} to ${c})`);
}

/** Values of several turns; the first is thrown away. */
async function turns(
  measure: () => number | Promise<number>,
): Promise<readonly number[]> {
  const values: number[] = [];
  for (let turn = 0; turn <= TURNS; turn++) values.push(await measure());
  return values.slice(1);
}

/** Seconds per call in this process. */
function here(loop: Loop, rows: number, count: number): number {
  const start = performance.now();
  loop(rows, count);
  return (performance.now() - start) / 1000 / count;
}

/** Sizes of all that is copied beside a program. */
async function weigh(dir: string): Promise<void> {
  for (const adapter of Object.keys(BUNDLES)) {
    const path = await bundleAdapter(adapter, dir);
    const bytes = await Deno.readFile(path);
    const name = BUNDLES[adapter].padEnd(20);
    console.log(
      `${name} ${bytes.length} bytes, ${await gzipped(bytes)} with gzip`,
    );
    await Deno.remove(path);
  }
  console.log(`${"kernels.wasm".padEnd(20)} ${wasm.length} bytes`);
}

/** Time per action of one policy, here and in workerd. */
async function time(name: string, lean: boolean, dir: string): Promise<void> {
  const wish = { task: "slippery-push", base: "reactive", rows: 1000, lean };
  const { policy, moments } = await seeded({ ...wish, hidden: [128, 128] });
  const bytes = new Uint8Array(moments.slice().buffer);
  console.log(`\n${name} policy, ${policy.length} bytes`);
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  await Deno.writeFile(join(dir, "moments.f32"), bytes);
  await Deno.writeFile(join(dir, "kernels.wasm"), wasm);
  const workerd = await openWorkerd(dir);
  try {
    for (const by of ["kernels", "twins"] as const) {
      const loop = loopOf(policy, by === "twins" ? undefined : kernel, bytes);
      const count = by === "kernels" ? 4096 : 256;
      const crowds = count / MANY;
      const table = [
        ["Deno", (rows: number, n: number) => here(loop, rows, n)],
        ["workerd", (rows: number, n: number) => workerd.acting(by, rows, n)],
      ] as const;
      for (const [where, act] of table) {
        const one = await turns(() => act(1, count));
        const many = await turns(() => act(MANY, crowds));
        const us = (values: readonly number[], rows: number) =>
          values.map((seconds) => seconds * 1e6 / rows);
        line(`${where}, ${by}: one action`, us(one, 1), "us");
        line(`${where}, ${by}: one of ${MANY}`, us(many, MANY), "us");
      }
    }
    const starts = await turns(() => workerd.starting());
    line("workerd: start-up", starts.map((seconds) => seconds * 1e3), "ms");
  } finally {
    await workerd.close();
  }
}

const dir = await Deno.makeTempDir({ prefix: "rpl-edge-" });
try {
  await weigh(dir);
  await time("lean", true, dir);
  await time("whole", false, dir);
} finally {
  await Deno.remove(dir, { recursive: true });
}
