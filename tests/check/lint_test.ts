import { assertEquals } from "@std/assert";
import plugin from "../../tasks/_lint.ts";

/** The rules that `source` breaks when it lies at `path`. */
function broken(path: string, source: string): readonly string[] {
  return Deno.lint.runPlugin(plugin, path, source).map(({ id }) => id);
}

const EFFECT = ["house/no-effects"];

const impure = [
  "Deno.exit();",
  "const t = Date.now();",
  "const now: Date = f();",
  "const t = performance.now();",
  "const x = Math.random();",
  'const x = Math["random"]();',
  "const x = Math[name]();",
  "const { random } = Math;",
  "console.log(1);",
  "await fetch(url);",
  "process.exit();",
  "setTimeout(f, 1);",
  "use(globalThis);",
  "const record = { Deno };",
  "const x = table[Deno];",
  'import { cpus } from "node:os";',
  "crypto.getRandomValues(bytes);",
];

for (const source of impure) {
  Deno.test(`pure code may not say: ${source}`, () => {
    assertEquals(broken("lib/env/x.ts", source), EFFECT);
    assertEquals(broken("lib/x.ts", source), EFFECT);
    assertEquals(broken("kernels/x.ts", source), EFFECT);
    for (const path of ["tasks/x.ts", "tests/lib/x_test.ts", "bench/x.ts"]) {
      assertEquals(broken(path, source), []);
    }
  });
}

Deno.test("pure code may use members and keys of these names, and speak of them", () => {
  const innocent = `
    /** Takes no Date and calls no Deno. */
    interface Report { readonly process: string; fetch(): number }
    const report = { fetch: 1, process: "x", "Deno": 2 };
    use(report.fetch, report.process, "console", Math.sqrt(2), Math["log"](2));
  `;
  assertEquals(broken("lib/x.ts", innocent), []);
});

Deno.test("the library has no classes but the one error", () => {
  const source = "export class A {} const B = class {};";
  const twice = ["house/no-classes", "house/no-classes"];
  assertEquals(broken("lib/env/x.ts", source), twice);
  assertEquals(broken("lib/errors.ts", source), []);
  assertEquals(broken("tests/x_test.ts", source), []);
});

Deno.test("functions of a module are declared; arrows stay inside", () => {
  const outside = ["house/no-top-level-arrows"];
  assertEquals(broken("lib/x.ts", "export const f = () => 1;"), outside);
  assertEquals(broken("tasks/x.ts", "const f = () => 1;"), outside);
  assertEquals(
    broken("lib/x.ts", "export function f() { const g = () => 1; return g; }"),
    [],
  );
  assertEquals(broken("lib/x.ts", "const table = [() => 1];"), []);
});

Deno.test("deno lint of this checkout uses the rules", async () => {
  const config = await Deno.readTextFile(
    new URL("../../deno.json", import.meta.url),
  );
  const { lint } = JSON.parse(config);
  assertEquals(lint.plugins, ["./tasks/_lint.ts"]);
});
