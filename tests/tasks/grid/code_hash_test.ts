import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import {
  codeHashes,
  countsFor,
  importsOf,
  normalise,
} from "../../../tasks/_grid/code_hash.ts";
import { inFolderSync } from "../../folder.ts";

const source = `/**
 * Adds.
 */
import { one } from "./one.ts";

// What follows is simple.
export function add(a: number, b: number): number {
  /* one * two */
  return a + b * one;
}
`;

/** A checkout in small. */
const files: Readonly<Record<string, string>> = {
  "deno.json":
    '{"imports":{"@mujoco/mujoco":"npm:@mujoco/mujoco@3.14.0","zod":"npm:zod@4"}}',
  "lib/train/training.ts": 'import { add } from "../add.ts";\nadd(1, 2);\n',
  "lib/train/train.ts": 'export * from "../add.ts";\n',
  "lib/env/time_limit.ts": "export const limit = 50;\n",
  "lib/add.ts": source,
  "lib/one.ts": "export const one = 1;\n",
  "lib/unused.ts": "export const unused = 1;\n",
  "lib/suite/registry.ts":
    'import data from "./data.json" with { type: "json" };\nimport "./pusher/arm.ts";\n',
  "lib/suite/data.json": '{"scenes": 3}\n',
  "lib/suite/pusher/arm.ts": "export const links = 7;\n",
  "kernels/arena.ts": "export const PAGE = 65536;\n",
  "kernels/assembly/mod.ts": 'export { gemm } from "./gemm";\n',
  "kernels/assembly/gemm.ts": "export function gemm(): void {}\n",
};

function assertDiffer(one: unknown, other: unknown, about = ""): void {
  assert(one !== other, `Expected a difference: ${about}`);
}

function hashes(changed: Readonly<Record<string, string>> = {}) {
  let found: readonly string[] = [];
  inFolderSync((dir) => {
    for (const [path, text] of Object.entries({ ...files, ...changed })) {
      Deno.mkdirSync(dirname(join(dir, path)), { recursive: true });
      Deno.writeTextFileSync(join(dir, path), text);
    }
    const hashOf = codeHashes(dir);
    found = [hashOf("push"), hashOf("pusher")];
  });
  return found;
}

Deno.test("comments on their own lines, white space and formatting's commas do not count", () => {
  const others = [
    source.replace("Adds.", "Adds two numbers; return 1 + 1;"),
    source.replace("// What follows is simple.\n", ""),
    source.replaceAll("  ", "\t").replaceAll("\n", "\n\n"),
    source.replace(
      "(a: number, b: number)",
      "(\n  a: number,\n  b: number,\n)",
    ),
    source.replace("/* one * two */", "/* one\n  times\n  two */"),
  ];
  for (const other of others) {
    assertEquals(normalise(other), normalise(source), other);
    assertEquals(hashes({ "lib/add.ts": other }), hashes());
  }
});

Deno.test("what can change a result counts", () => {
  const others = [
    source.replace("a + b", "a - b"),
    source.replace("return a", "throw a"),
    source.replace("export function add", "export function add2"),
  ];
  for (const other of others) {
    assertDiffer(normalise(other), normalise(source), other);
    const [push, pusher] = hashes({ "lib/add.ts": other });
    assertDiffer(push, hashes()[0]);
    assertDiffer(pusher, hashes()[1]);
  }
  assertDiffer(normalise("return x;"), normalise("returnx;"));
});

Deno.test("every source that results depend on counts, and no other", () => {
  const [push] = hashes();
  const idle = [
    "lib/unused.ts",
    "lib/suite/pusher/arm.ts",
    // Tables of names.
    "lib/suite/registry.ts",
    "kernels/assembly/mod.ts",
  ];
  for (const [path, text] of Object.entries(files)) {
    if (path === "deno.json") continue;
    const changed = path.endsWith(".json")
      ? text.replace("3", "4")
      : `${text}export const more = 1;\n`;
    const [now] = hashes({ [path]: changed });
    if (idle.includes(path)) assertEquals(now, push, path);
    else assertDiffer(now, push, path);
  }
});

Deno.test("the version of the physics engine counts, that of other packages does not", () => {
  const [push] = hashes();
  const text = files["deno.json"];
  const other = text.replace("zod@4", "zod@5");
  assertEquals(hashes({ "deno.json": other })[0], push);
  const engine = text.replace("3.14.0", "3.15.0");
  assertDiffer(hashes({ "deno.json": engine })[0], push);
});

Deno.test("a source of one task is the business of that task alone", () => {
  const [push, pusher] = hashes();
  const [same, changed] = hashes({
    "lib/suite/pusher/arm.ts": "export const links = 6;\n",
  });
  assertEquals(same, push);
  assertDiffer(changed, pusher);
  assert(countsFor("lib/suite/fetch/sense.ts", "pusher"));
  assert(countsFor("lib/control/tree_mpc.ts", "push"));
  assert(!countsFor("lib/control/tree_mpc.ts", "slippery-push"));
  for (
    const path of [
      "lib/suite/slide.ts",
      "lib/suite/fetch/slide.ts",
      "lib/control/aim_and_strike.ts",
    ]
  ) {
    assert(countsFor(path, "slide"), path);
    assert(!countsFor(path, "push"), path);
  }
});

Deno.test("imports are found however they are written, but those of types alone", () => {
  const text = `import { a } from "./a.ts";
import type { B } from "../b.ts";
import {
  c,
  type D,
} from "../../c/d.ts";
export { e } from "./e";
export * from "./f.ts";
import "./g.ts";
import data from "./h.json" with { type: "json" };
import { pipe } from "fp-ts/function";
const text = 'import "./not.ts"';
`;
  assertEquals(importsOf(text), [
    "./a.ts",
    "../../c/d.ts",
    "./e",
    "./f.ts",
    "./g.ts",
    "./h.json",
  ]);
});

Deno.test("this checkout has a hash for each task, the same each time", () => {
  const [one, other] = [codeHashes(), codeHashes()];
  for (const task of ["push", "pusher", "noisy-hook"]) {
    assert(/^[0-9a-f]{64}$/.test(one(task)));
    assertEquals(other(task), one(task));
  }
});
