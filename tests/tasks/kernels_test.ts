import { assert, assertEquals, assertRejects } from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import { buildOf, fileOf, loadKernels } from "../../tasks/_kernels.ts";
import { versions } from "../../tasks/_versions.ts";
import { oneCore, readWorkers } from "../../tasks/_conduct.ts";
import { unwrap } from "../../tasks/_files.ts";

const old = { simd: false, relaxed: false };
const plain = { simd: true, relaxed: false };
const modern = { simd: true, relaxed: true };

Deno.test("only a person who asks for the relaxed build gets it", () => {
  for (const engine of [plain, modern]) {
    assertEquals(buildOf("kernels", engine), "plain");
    assertEquals(buildOf("tfjs", engine), "plain");
    assertEquals(buildOf("twins", engine), "twins");
  }
  assertEquals(buildOf("relaxed", modern), "relaxed");
});

Deno.test("without SIMD the twins compute, and one warning says so", async () => {
  for (const backend of ["kernels", "tfjs"] as const) {
    const said: string[] = [];
    const module = await loadKernels(backend, (text) => said.push(text), old);
    assertEquals(module, null);
    assertEquals(said.length, 1);
    assert(said[0].includes("SIMD") && said[0].includes("twins"), said[0]);
  }
});

Deno.test("twins that were asked for are no cause for a warning", async () => {
  const said: string[] = [];
  const module = await loadKernels("twins", (text) => said.push(text), old);
  assertEquals([module, said.length], [null, 0]);
});

Deno.test("the relaxed build is refused where it cannot run, not replaced", async () => {
  for (const engine of [old, plain]) {
    const error = await assertRejects(
      () => loadKernels("relaxed", () => {}, engine),
      Refusal,
      "--backend kernels",
    );
    assertEquals(error.error._tag, "ConfigError");
  }
});

Deno.test("versions name the build and its file", () => {
  const of = (backend: Parameters<typeof versions>[1]) =>
    versions("deno task train", backend).kernels;
  assertEquals(of("kernels").file, "kernels.shared.wasm");
  assertEquals(of("relaxed").build, "relaxed");
  assertEquals(of("relaxed").file, "kernels.relaxed.shared.wasm");
  assert(/^[0-9a-f]{64}$/.test(of("relaxed").sha256 ?? ""));
  assert(of("relaxed").sha256 !== of("kernels").sha256);
  assertEquals(of("twins"), { build: "twins", file: null, sha256: null });
  assertEquals(fileOf("twins"), undefined);
});

Deno.test("a machine with one core gets one Worker and a word about it", () => {
  const without = { text: {} };
  assertEquals(unwrap(readWorkers(without, 1)), 1);
  assertEquals(unwrap(readWorkers(without, 2)), 2);
  assertEquals(unwrap(readWorkers(without, 64)), 2);
  assertEquals(unwrap(readWorkers({ text: { workers: "2" } }, 1)), 2);
  assert(oneCore(1, 1)?.includes("one core"));
  assertEquals(oneCore(1, 2), undefined);
  assertEquals(oneCore(2, 1), undefined);
});
