import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { join } from "node:path";
import { type RplError } from "../../lib/errors.ts";
import {
  attempt,
  openLog,
  quoted,
  reading,
  removeTemporaries,
  writeWhole,
  writeWholeText,
  writing,
} from "../../tasks/_files.ts";
import { inFolderSync, makeFolder, namesIn } from "../folder.ts";

function refusal(run: () => unknown): RplError {
  const result = attempt(run);
  assert(E.isLeft(result));
  return result.left;
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a whole file is its chunks in order, and nothing is left beside it", () => {
  inFolderSync((dir) => {
    const path = join(dir, "a.json");
    writeWhole(path, [bytes("one"), bytes(""), bytes("two")]);
    assertEquals(Deno.readTextFileSync(path), "onetwo");
    writeWholeText(path, "three");
    assertEquals(Deno.readTextFileSync(path), "three");
    assertEquals(namesIn(dir), ["a.json"]);
  });
});

Deno.test("while a file is written its name shows the old content", () => {
  inFolderSync((dir) => {
    const path = join(dir, "a.ckpt");
    const seen: (string | undefined)[] = [];
    const look = () =>
      namesIn(dir).includes("a.ckpt") ? Deno.readTextFileSync(path) : undefined;
    function* chunks(text: string) {
      for (const letter of text) {
        yield bytes(letter);
        seen.push(look());
      }
    }
    writeWhole(path, chunks("old"));
    assertEquals(seen.splice(0), [undefined, undefined, undefined]);
    writeWhole(path, chunks("new"));
    assertEquals(seen, ["old", "old", "old"]);
    assertEquals(look(), "new");
  });
});

Deno.test("a write that fails keeps the old file and removes its own", () => {
  inFolderSync((dir) => {
    const path = join(dir, "a.ckpt");
    writeWholeText(path, "old");
    function* failing() {
      yield bytes("half");
      throw Object.assign(new Error("No space left on device (os error 28)"), {
        code: "ENOSPC",
      });
    }
    const error = refusal(() => writeWhole(path, failing()));
    assertEquals(error._tag, "StorageError");
    assert(error.message.includes("no space is left on the disk"));
    assert(error.message.includes("intact up to its last checkpoint"));
    assertEquals(Deno.readTextFileSync(path), "old");
    assertEquals(namesIn(dir), ["a.ckpt"]);
  });
});

Deno.test("kill -9 at any moment leaves the old file or the new one", async () => {
  const dir = makeFolder();
  const path = join(dir, "state.ckpt");
  const module = new URL("../../tasks/_files.ts", import.meta.url).href;
  const script = join(dir, "writer.ts");
  // Each document is one letter a megabyte long, so that half a document shows.
  Deno.writeTextFileSync(
    script,
    `import { writeWhole } from ${JSON.stringify(module)};
    const chunk = new Uint8Array(65536);
    for (let n = 0;; n = (n + 1) % 26) {
      chunk.fill(97 + n);
      writeWhole(${JSON.stringify(path)}, Array(16).fill(chunk));
      if (n === 0) console.log("written");
    }`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  try {
    for (const delay of [3, 11, 29]) {
      const writer = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--config", config, "-RW", script],
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const reader = writer.stdout.getReader();
      assert((await reader.read()).value !== undefined, "the writer never ran");
      await new Promise((resolve) => setTimeout(resolve, delay));
      writer.kill("SIGKILL");
      assertEquals((await writer.status).signal, "SIGKILL");
      await reader.cancel();
      const found = Deno.readFileSync(path);
      assertEquals(found.length, 16 * 65536);
      assert(found.every((byte) => byte === found[0]), "half a document");
    }
    removeTemporaries(dir);
    assertEquals(namesIn(dir), ["state.ckpt", "writer.ts"]);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("only half-written files are tidied away", () => {
  inFolderSync((dir) => {
    for (const name of ["a.ckpt", "b.ckpt.tmp", "c.tmp"]) {
      Deno.writeTextFileSync(join(dir, name), "x");
    }
    assertEquals(removeTemporaries(dir), ["b.ckpt.tmp", "c.tmp"]);
    assertEquals(namesIn(dir), ["a.ckpt"]);
  });
});

Deno.test("a log grows, and goes back to the length of a checkpoint", () => {
  inFolderSync((dir) => {
    const path = join(dir, "metrics.jsonl");
    const log = openLog(path);
    log.append(bytes("one\n"));
    const length = log.length();
    log.append(bytes("two\n"));
    log.sync();
    log.close();
    assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
    const resumed = openLog(path, length);
    assertEquals(Deno.readTextFileSync(path), "one\n");
    resumed.append(bytes("three\n"));
    assertEquals(resumed.length(), "one\nthree\n".length);
    resumed.close();
    assertEquals(Deno.readTextFileSync(path), "one\nthree\n");
    openLog(path).close();
    assertEquals(Deno.readTextFileSync(path), "");
  });
});

Deno.test("a log shorter than its checkpoint says is refused, not padded", () => {
  inFolderSync((dir) => {
    const path = join(dir, "metrics.jsonl");
    Deno.writeTextFileSync(path, "one\n");
    const error = refusal(() => openLog(path, 9));
    assertEquals(error._tag, "CheckpointError");
    assert(error.message.includes("at least 9 bytes"));
    assertEquals(Deno.readTextFileSync(path), "one\n");
  });
});

Deno.test("a full disk is a storage error, a bug stays an exception", () => {
  // The disk itself is filled in e2e/disk_test.ts.
  const full = Object.assign(new Error("No space left on device"), {
    code: "ENOSPC",
  });
  const error = refusal(() =>
    writing("write", () => {
      throw full;
    })
  );
  assertEquals(error._tag, "StorageError");
  assert(error.message.includes("no space is left on the disk"));
  let thrown: unknown;
  try {
    attempt(() =>
      writing("write", () => {
        throw new RangeError("a bug");
      })
    );
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof RangeError);
});

Deno.test("a folder in place of a file is told as one, with what to do", () => {
  inFolderSync((dir) => {
    const { message } = refusal(() =>
      reading(`read '${dir}'`, () => Deno.readTextFileSync(dir))
    );
    assertEquals(
      message,
      `Cannot read '${dir}' as it is a folder: name a file in it`,
    );
  });
});

Deno.test("a path in a command is one word to a shell, and plain where it can be", () => {
  assertEquals(
    ["runs/a-1.b_c", "my runs/a", "it's", "$HOME", ""].map(quoted),
    ["runs/a-1.b_c", "'my runs/a'", "'it'\\''s'", "'$HOME'", "''"],
  );
});
