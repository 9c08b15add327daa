/** Adapters: whatever the runtime hands over, the controller is that of `loadController`. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import * as browser from "../../lib/edge/browser.ts";
import * as cloudflare from "../../lib/edge/cloudflare.ts";
import * as deno from "../../lib/edge/deno.ts";
import * as node from "../../lib/edge/node.ts";
import * as vercel from "../../lib/edge/vercel.ts";
import { type EdgeController, loadController } from "../../lib/edge/mod.ts";
import { bundleAdapter, BUNDLES } from "../../tasks/_bundle.ts";
import { inFolder } from "../folder.ts";
import { seeded } from "./seeded.ts";

const { policy, moments } = await seeded({
  task: "slippery-push",
  base: "reactive",
  hidden: [16, 16],
  rows: 1,
});
const wasm = await Deno.readFile(
  new URL("../../kernels/kernels.wasm", import.meta.url),
);
const module = await WebAssembly.compile(wasm);

/** What a controller plays at the recorded moment. */
function played({ init, act, spec }: EdgeController): readonly number[] {
  const seen = moments.subarray(0, spec.observationSize);
  const goal = moments.subarray(spec.observationSize);
  return [...act(init(), seen, goal).action];
}

const expected = played(loadController(policy));

/** The same bytes in the middle of a larger buffer, as small files of Node come. */
function pooled(bytes: Uint8Array): Buffer {
  const pool = Buffer.alloc(bytes.length + 13, 255);
  pool.set(bytes, 3);
  return pool.subarray(3, 3 + bytes.length);
}

function answering(bytes: Uint8Array): Promise<Response> {
  return Promise.resolve(new Response(bytes.slice()));
}

Deno.test("an adapter takes values and promises, in any form that its runtime has", async () => {
  const controllers = await Promise.all([
    deno.controllerFrom(policy, wasm),
    deno.controllerFrom(Promise.resolve(policy), Promise.resolve(wasm)),
    node.controllerFrom(pooled(policy), pooled(wasm)),
    node.controllerFrom(policy.slice().buffer, wasm.slice().buffer),
    cloudflare.controllerFrom(policy.slice().buffer, module),
    cloudflare.controllerFrom(pooled(policy), module),
    vercel.controllerFrom(answering(policy), module),
    browser.controllerFrom(answering(policy), answering(wasm)),
    browser.controllerFrom(await answering(policy), await answering(wasm)),
  ]);
  for (const it of controllers) assertEquals(played(it), expected);
});

Deno.test("without a kernel an adapter computes in TypeScript", async () => {
  const controllers = await Promise.all([
    deno.controllerFrom(policy),
    node.controllerFrom(pooled(policy)),
    cloudflare.controllerFrom(policy),
    vercel.controllerFrom(answering(policy)),
    browser.controllerFrom(answering(policy)),
  ]);
  for (const it of controllers) assertEquals(played(it), expected);
});

Deno.test("options reach the controller", async () => {
  const { spec } = await deno.controllerFrom(policy, wasm, { rows: 3 });
  assertEquals(spec.maxRows, 3);
});

Deno.test("a file that is not served is named, with its status", async () => {
  const missing = () =>
    Promise.resolve(new Response("no such file", { status: 404 }));
  for (
    const load of [
      () => vercel.controllerFrom(missing(), module),
      () => browser.controllerFrom(missing(), answering(wasm)),
      () => browser.controllerFrom(answering(policy), missing()),
    ]
  ) await assertRejects(load, RangeError, "404");
});

Deno.test("a kernel that is no WebAssembly is refused, not replaced", async () => {
  const page = new TextEncoder().encode("<!doctype html>");
  await assertRejects(
    () => deno.controllerFrom(policy, page),
    WebAssembly.CompileError,
  );
  await assertRejects(
    () => browser.controllerFrom(answering(policy), answering(page)),
    WebAssembly.CompileError,
  );
});

Deno.test("a damaged policy is refused by every adapter", async () => {
  const damaged = policy.slice();
  damaged[damaged.length - 1] ^= 1;
  for (
    const load of [
      () => deno.controllerFrom(damaged, wasm),
      () => node.controllerFrom(pooled(damaged), wasm),
      () => cloudflare.controllerFrom(damaged, module),
      () => vercel.controllerFrom(answering(damaged), module),
      () => browser.controllerFrom(answering(damaged), answering(wasm)),
    ]
  ) await assertRejects(load, RangeError, "checksum");
});

Deno.test("a bundle imports nothing and exports what all of them export", async () => {
  const names = Object.keys(deno).sort();
  assert(names.includes("controllerFrom") && names.includes("loadController"));
  await inFolder(async (dir) => {
    for (const [adapter, file] of Object.entries(BUNDLES)) {
      const path = await bundleAdapter(adapter, dir);
      assertEquals(path, join(dir, file));
      const text = await Deno.readTextFile(path);
      assertEquals(text.match(/\b(?:import|require)\b/g), null);
      assertEquals(Object.keys(await import(path)).sort(), names);
    }
  });
});
