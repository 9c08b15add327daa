/** The programs of `docs/embed.md`, each run in its real runtime beside the bundled adapter. */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { loadController } from "../../lib/edge/mod.ts";
import { bundle, bundleAdapter } from "../../tasks/_bundle.ts";
import { inFolder } from "../folder.ts";
import { inChromium, whyNoChromium } from "./chromium.ts";
import {
  type Served,
  serveDeno,
  serveEdgeVm,
  serveNode,
  serveWorkerd,
  unless,
  whyNoNode,
} from "./runtimes.ts";
import { seeded } from "./seeded.ts";
import { blocksOf, EMBED, snippetNamed } from "./snippets.ts";

/** A policy that remembers, so that the memory goes back and forth. */
const { policy, moments } = await seeded({
  task: "noisy-hook",
  base: "filtered",
  hidden: [16, 16],
  rows: 5,
});
const controller = loadController(policy);
const { observationSize, goalSize } = controller.spec;
const embed = await Deno.readTextFile(EMBED);

/** What the robot senses and should reach at a step. */
function momentAt(step: number) {
  const width = observationSize + goalSize;
  const moment = [...moments.subarray(step * width, (step + 1) * width)];
  return {
    observation: moment.slice(0, observationSize),
    desired: moment.slice(observationSize),
  };
}

const steps = [0, 1, 2, 3, 4].map(momentAt);

/** Actions of these steps, with the memory handed on. */
const expected = steps.map(
  ((memory) => ({ observation, desired }) => {
    const decision = controller.act(
      memory,
      Float32Array.from(observation),
      Float32Array.from(desired),
    );
    memory = decision.memory;
    return [...decision.action];
  })(controller.init()),
);

/** A folder with the artefact, the adapter and the snippet. */
async function project(
  dir: string,
  adapter: string,
  name: string,
): Promise<void> {
  const kernel = new URL("../../kernels/kernels.wasm", import.meta.url);
  await Deno.copyFile(kernel, join(dir, "kernels.wasm"));
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  await Deno.writeTextFile(join(dir, name), snippetNamed(embed, name));
  await bundleAdapter(adapter, dir);
}

/** Plays the steps over HTTP, then asks for nonsense. */
async function exercise({ url, stop }: Served): Promise<void> {
  const post = async (body: string): Promise<[number, Reply]> => {
    const response = await fetch(url, { method: "POST", body });
    return [response.status, await response.json()];
  };
  try {
    let memory: readonly number[] | undefined;
    for (const [step, moment] of steps.entries()) {
      const [status, reply] = await post(JSON.stringify({ ...moment, memory }));
      assertEquals(status, 200, reply.error);
      assertEquals(reply.action, expected[step]);
      memory = reply.memory;
    }
    const short = { ...steps[0], observation: [1, 2] };
    for (const nonsense of [JSON.stringify(short), "{}", "null", "{", ""]) {
      const [status, { error = "" }] = await post(nonsense);
      assertEquals(status, 400, nonsense);
      assert(error.length > 0, nonsense);
    }
    const [, { error }] = await post(JSON.stringify(short));
    assert(error?.includes(`${observationSize} entries`), error);
    // It is alive and well after all this.
    assertEquals((await post(JSON.stringify(steps[0])))[0], 200);
  } finally {
    await stop();
  }
}

/** What the snippets answer. */
interface Reply {
  readonly action?: readonly number[];
  readonly memory?: readonly number[];
  readonly error?: string;
}

Deno.test("the snippet for Cloudflare Workers answers in workerd", async () => {
  await inFolder(async (dir) => {
    await project(dir, "cloudflare", "worker.js");
    const [wrangler] = blocksOf(embed, "json");
    await exercise(await serveWorkerd(dir, wrangler));
  });
});

Deno.test("the snippet for Deno answers under Deno.serve", async () => {
  await inFolder(async (dir) => {
    await project(dir, "deno", "server.js");
    await exercise(await serveDeno(dir, "server.js"));
  });
});

Deno.test({
  ...unless(whyNoNode(), "the snippet for Node answers over node:http"),
  fn: () =>
    inFolder(async (dir) => {
      await project(dir, "node", "server.mjs");
      await exercise(await serveNode(dir, "server.mjs"));
    }),
});

// What Vercel's build does to a function: it is bundled, the module that was
// imported with `?module` is compiled, and assets beside it get an address.
Deno.test("the snippet for Vercel answers in the edge machine", async () => {
  await inFolder(async (dir) => {
    await project(dir, "vercel", "act.js");
    const path = join(dir, "act.js");
    const text = await Deno.readTextFile(path);
    const placed = text.replace("import.meta.url", '"https://assets.test/"');
    await Deno.writeTextFile(path, placed);
    const event = 'addEventListener("fetch", (event) =>' +
      " event.respondWith(handler(event.request)));";
    const entry = join(dir, "entry.js");
    await Deno.writeTextFile(entry, `import handler from "./act.js";${event}`);
    const options = ["--format=iife", "--external=*.wasm?module"];
    await bundle(entry, join(dir, "built.js"), ...options);
    await exercise(await serveEdgeVm(dir, "built.js"));
  });
});

Deno.test({
  ...unless(whyNoChromium(), "the snippet for browsers acts in Chromium"),
  fn: () =>
    inFolder(async (dir) => {
      await project(dir, "browser", "robot.js");
      const script = `import { act } from "./robot.js";
const steps = ${JSON.stringify(steps)};
report(steps.map((step) => act(step.observation, step.desired)));`;
      assertEquals(await inChromium(dir, script), expected);
    }),
});
