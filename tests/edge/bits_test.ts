/** The same artefact and the same moments give the same bits in every runtime, with kernels and without. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { bundle } from "../../tasks/_bundle.ts";
import { makeFolder } from "../folder.ts";
import { inChromium, whyNoChromium } from "./chromium.ts";
import { type Digest, digest } from "./digest.ts";
import {
  type Served,
  serveEdgeVm,
  serveWorkerd,
  unless,
  whyNoNode,
} from "./runtimes.ts";
import { seeded } from "./seeded.ts";

/** Moments that are compared. */
const ROWS = 1000;

/** A policy of one moment and one that remembers; odd widths leave kernels a tail. */
const WISHES = [
  { task: "slippery-push", base: "reactive", hidden: [128, 128], rows: ROWS },
  { task: "noisy-hook", base: "filtered", hidden: [50, 37], rows: ROWS },
];

/** Digests by kernels and by twins. */
interface Both {
  readonly kernels: Digest;
  readonly twins: Digest;
}

/** A policy in a folder, and what this process makes of it. */
interface Trial {
  readonly dir: string;
  readonly expected: Both;
}

const kernel = await Deno.readFile(
  new URL("../../kernels/kernels.wasm", import.meta.url),
);

/** The folders, made when they are first asked for. */
let preparing: Promise<readonly Trial[]> | undefined;

function prepared(): Promise<readonly Trial[]> {
  return preparing ??= Promise.all(WISHES.map(prepare));
}

async function prepare(wish: typeof WISHES[number]): Promise<Trial> {
  const dir = makeFolder();
  const { policy, moments } = await seeded(wish);
  const bytes = new Uint8Array(moments.buffer as ArrayBuffer);
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  await Deno.writeFile(join(dir, "moments.f32"), bytes);
  await Deno.writeFile(join(dir, "kernels.wasm"), kernel);
  await bundle("tests/edge/digest.ts", join(dir, "digest.js"));
  const module = await WebAssembly.compile(kernel);
  const expected = {
    kernels: digest(policy, module, bytes),
    twins: digest(policy, undefined, bytes),
  };
  return { dir, expected };
}

/** Compares what `ask` gets out of a runtime for each policy. */
async function compare(
  ask: (dir: string) => Promise<unknown>,
): Promise<void> {
  for (const { dir, expected } of await prepared()) {
    assertEquals(await ask(dir) as Both, expected);
  }
}

async function answerOf({ url, stop }: Served): Promise<unknown> {
  try {
    const response = await fetch(url);
    const text = await response.text();
    assert(response.ok, text);
    return JSON.parse(text);
  } finally {
    await stop();
  }
}

/** Digests by kernels and by twins, as an expression over three values. */
const BOTH =
  "({ kernels: digest(policy, kernel, moments), twins: digest(policy, undefined, moments) })";

/** A worker that answers with the digests; `act.js` is the same for the edge machine. */
const WORKER = `import { digest } from "./digest.js";
import kernel from "./kernels.wasm";
import policy from "./policy.safetensors";
import moments from "./moments.f32";
export default { fetch: () => Response.json(${BOTH}) };
`;

const NODE = `import { readFile } from "node:fs/promises";
import { digest } from "./digest.mjs";
const [policy, wasm, moments] = await Promise.all(
  ["policy.safetensors", "kernels.wasm", "moments.f32"].map((name) => readFile(name)),
);
const kernel = await WebAssembly.compile(wasm);
console.log(JSON.stringify(${BOTH}));
`;

const PAGE = `import { digest } from "./digest.js";
const [policy, wasm, moments] = await Promise.all(
  ["policy.safetensors", "kernels.wasm", "moments.f32"].map(async (name) =>
    (await fetch(name)).arrayBuffer()),
);
const kernel = await WebAssembly.compile(wasm);
report(${BOTH});
`;

const FUNCTION = `import { digest } from "./digest.js";
import kernel from "./kernels.wasm?module";
addEventListener("fetch", (event) => event.respondWith(answer()));
async function answer() {
  const [policy, moments] = await Promise.all(
    ["policy.safetensors", "moments.f32"].map(async (name) =>
      (await fetch(new URL(name, "https://assets.test/"))).arrayBuffer()),
  );
  return Response.json(${BOTH});
}
`;

Deno.test("Deno: kernels and twins give the same bits, one robot at a time or many", async () => {
  for (const { expected: { kernels, twins } } of await prepared()) {
    assertEquals(twins, kernels);
    assertEquals(kernels.many, kernels.actions);
  }
  const [push, hook] = await prepared();
  assert(push.expected.kernels.actions !== hook.expected.kernels.actions);
});

Deno.test({
  ...unless(whyNoNode(), "Node gives the same bits"),
  fn: () =>
    compare(async (dir) => {
      await Deno.copyFile(join(dir, "digest.js"), join(dir, "digest.mjs"));
      await Deno.writeTextFile(join(dir, "bits.mjs"), NODE);
      const { stdout } = await new Deno.Command("node", {
        args: ["bits.mjs"],
        cwd: dir,
        stderr: "inherit",
      }).output();
      return JSON.parse(new TextDecoder().decode(stdout));
    }),
});

Deno.test("workerd gives the same bits", () =>
  compare(async (dir) => {
    await Deno.writeTextFile(join(dir, "worker.js"), WORKER);
    const wrangler = {
      main: "worker.js",
      "compatibility_date": "2026-07-01",
      rules: [{ type: "Data", globs: ["**/*.safetensors", "**/*.f32"] }],
    };
    return await answerOf(await serveWorkerd(dir, JSON.stringify(wrangler)));
  }));

Deno.test("the edge machine gives the same bits", () =>
  compare(async (dir) => {
    const [source, built] = ["act.js", "act.built.js"].map((name) =>
      join(dir, name)
    );
    await Deno.writeTextFile(source, FUNCTION);
    await bundle(source, built, "--format=iife", "--external=*.wasm?module");
    return await answerOf(await serveEdgeVm(dir, "act.built.js"));
  }));

Deno.test({
  ...unless(whyNoChromium(), "Chromium gives the same bits"),
  fn: () => compare((dir) => inChromium(dir, PAGE)),
});

Deno.test.afterAll(async () => {
  for (const { dir } of await preparing ?? []) {
    await Deno.remove(dir, { recursive: true });
  }
});
