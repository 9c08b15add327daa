import { assertEquals } from "@std/assert";

async function* names(folder: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* names(new URL(`${name}/`, folder));
    else yield name;
  }
}

// `deno test` runs every file of such a name wherever it lies; a task called
// `test.ts` that starts `deno test` would start itself without end.
Deno.test("only tests are named like tests", async () => {
  const found: string[] = [];
  for (const folder of ["bench", "kernels", "lib", "tasks"]) {
    const root = new URL(`../../${folder}/`, import.meta.url);
    for await (const name of names(root)) {
      if (/(?:^|[._])test\.[cm]?[jt]sx?$/.test(name)) found.push(name);
    }
  }
  assertEquals(found, []);
});
