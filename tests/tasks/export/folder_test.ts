import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Refusal } from "../../../lib/errors.ts";
import {
  checkFree,
  checkInside,
  writeFiles,
} from "../../../tasks/_export/folder.ts";
import { FORMATS } from "../../../tasks/_export/formats.ts";
import { toyBytes } from "../../edge/toy_artefact.ts";
import { inFolderSync, namesIn } from "../../folder.ts";

const kernels = await Deno.readFile(
  new URL("../../../kernels/kernels.wasm", import.meta.url),
);
const policy = toyBytes();

Deno.test("a path that climbs out of the folder is refused, however it is written", () => {
  for (const out of ["..", "../there", "a/../../there", "./..", "a/../.."]) {
    assertThrows(() => checkInside(out), Refusal, "leaves this folder");
  }
  for (const out of [".", "a", "./a/..", "..a", "...", "a/..b", "/", "/a/.."]) {
    checkInside(out);
  }
});

for (const [name, format] of Object.entries(FORMATS)) {
  Deno.test(`${name}: what an export wrote may be written again, nothing else`, () => {
    inFolderSync((dir) => {
      const out = join(dir, "new", "export");
      checkFree(out, format);
      const contents = format.encode(policy, kernels);
      const written = writeFiles(out, format, contents);
      assertEquals(
        namesIn(out),
        format.files.map(({ name }) => name).toSorted(),
      );
      written.forEach(({ path, size }, i) => {
        assertEquals(Deno.readFileSync(path), contents[i]);
        assertEquals(size, contents[i].length);
      });
      Deno.writeTextFileSync(join(out, "worker.js"), "mine");
      checkFree(out, format);
      for (const { mark: [bearer] } of format.files) {
        const path = join(out, bearer);
        const before = Deno.readFileSync(path);
        Deno.writeTextFileSync(path, "mine");
        assertThrows(() => checkFree(out, format), Refusal, bearer);
        Deno.writeFileSync(path, before);
      }
      checkFree(out, format);
      assert(namesIn(out).includes("worker.js"));
    });
  });

  Deno.test(`${name}: a file is no folder`, () => {
    inFolderSync((dir) => {
      const out = join(dir, "file");
      Deno.writeTextFileSync(out, "mine");
      assertThrows(() => checkFree(out, format), Refusal, "is no folder");
    });
  });
}

Deno.test("formats lie side by side", () => {
  inFolderSync((out) => {
    for (const format of Object.values(FORMATS)) {
      checkFree(out, format);
      writeFiles(out, format, format.encode(policy, kernels));
    }
    const names = Object.values(FORMATS).flatMap(({ files }) => files);
    assertEquals(namesIn(out).length, names.length);
  });
});

Deno.test("weights without the model that names them are no export", () => {
  inFolderSync((out) => {
    Deno.writeTextFileSync(join(out, "model.weights.bin"), "mine");
    assertThrows(
      () => checkFree(out, FORMATS.tfjs),
      Refusal,
      "model.weights.bin",
    );
    checkFree(out, FORMATS.onnx);
  });
});
