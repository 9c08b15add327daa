import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RplError } from "../../lib/errors.ts";
import { openGate } from "../../lib/rollout/gate.ts";
import {
  type Checkpoint,
  checkpointFolder,
  latestCheckpoint,
  matchCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../tasks/_checkpoint.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { type Counters, startCounters } from "../../lib/train/schedule.ts";
import { configHash, defaultConfig } from "../../tasks/_config.ts";
import { countersOf } from "../../tasks/_counters.ts";
import { attempt, unwrap } from "../../tasks/_files.ts";
import { inFolderSync, namesIn } from "../folder.ts";

const config = defaultConfig({
  task: "push",
  base: "reactive",
  presets: TASKS.push,
  controller: {},
  env: {},
});

function checkpoint(
  step: number,
  sections: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
    actor: Uint8Array.of(1, 2, 3),
    replay: new Uint8Array(64).fill(step % 256),
  },
): Checkpoint {
  const header = { updates: 2 * step, key: [1, 2] };
  return { step, task: "push", config: configHash(config), header, sections };
}

function names(dir: string): readonly string[] {
  return namesIn(checkpointFolder(dir));
}

function plain(value: Checkpoint): Checkpoint {
  const copies = Object.entries(value.sections).map(([name, bytes]) =>
    [name, Uint8Array.from(bytes)] as const
  );
  return { ...value, sections: Object.fromEntries(copies) };
}

function message<A>(
  result: E.Either<RplError, A>,
  tag: RplError["_tag"] = "CheckpointError",
): string {
  assert(E.isLeft(result), "Expected a refusal");
  assertEquals(result.left._tag, tag);
  return result.left.message;
}

function assertSays(text: string, ...parts: string[]): void {
  for (const part of parts) {
    assert(text.includes(part), `Expected "${part}" in "${text}"`);
  }
}

Deno.test("a checkpoint reads back as it was written", () => {
  inFolderSync((dir) => {
    const name = fc.string({ minLength: 1 }).filter((s) => s !== "__proto__");
    fc.assert(
      fc.property(
        fc.nat(),
        fc.jsonValue(),
        fc.dictionary(name, fc.uint8Array({ maxLength: 40 }), {
          noNullPrototype: true,
        }),
        (step, value, sections) => {
          const written: Checkpoint = {
            ...checkpoint(step, sections as Checkpoint["sections"]),
            header: { value: JSON.parse(JSON.stringify(value)) },
          };
          const path = unwrap(writeCheckpoint(dir, written));
          assertEquals(plain(unwrap(readCheckpoint(path))), plain(written));
          Deno.removeSync(path);
        },
      ),
      { numRuns: 30 },
    );
  });
});

Deno.test("sections start on eight bytes, so that any element type fits", () => {
  inFolderSync((dir) => {
    const doubles = Float64Array.of(Math.PI, -0, 1e-308);
    const path = unwrap(writeCheckpoint(
      dir,
      checkpoint(1, {
        odd: Uint8Array.of(1, 2, 3),
        doubles: new Uint8Array(doubles.buffer),
      }),
    ));
    const { sections } = unwrap(readCheckpoint(path));
    const { buffer, byteOffset, byteLength } = sections.doubles;
    assertEquals(byteOffset % 8, 0);
    assertEquals(new Float64Array(buffer, byteOffset, byteLength / 8), doubles);
  });
});

Deno.test("sections may lie in memory that threads share", () => {
  inFolderSync((dir) => {
    const shared = new Uint8Array(new SharedArrayBuffer(24)).fill(9);
    const input = { ...checkpoint(1), sections: { shared } };
    const path = unwrap(writeCheckpoint(dir, input));
    const { sections } = unwrap(readCheckpoint(path));
    assertEquals([...sections.shared], [...shared]);
  });
});

Deno.test("the file is laid out as its drawing says", () => {
  inFolderSync((dir) => {
    const path = unwrap(writeCheckpoint(dir, checkpoint(12000)));
    assert(path.endsWith(join("checkpoints", "step-00012000.ckpt")));
    const bytes = Deno.readFileSync(path);
    assertEquals(new TextDecoder().decode(bytes.subarray(0, 8)), "RPLCKPT1");
    const length = new DataView(bytes.buffer).getUint32(8, true);
    const header = JSON.parse(
      new TextDecoder().decode(bytes.subarray(12, 12 + length)),
    );
    assertEquals(header.step, 12000);
    const first = Math.ceil((12 + length) / 8) * 8;
    assertEquals([...bytes.subarray(first, first + 3)], [1, 2, 3]);
    const end = bytes.length - 32;
    assertEquals(end, first + 8 + 64);
    const checksum = createHash("sha256").update(bytes.subarray(0, end))
      .digest();
    assertEquals([...bytes.subarray(end)], [...checksum]);
  });
});

Deno.test("any single flipped bit, and any truncation, is refused", () => {
  inFolderSync((dir) => {
    const path = unwrap(writeCheckpoint(dir, checkpoint(7)));
    const good = Deno.readFileSync(path);
    fc.assert(fc.property(
      fc.nat(good.length - 1),
      fc.nat(7),
      fc.boolean(),
      (at, bit, cut) => {
        const bad = cut ? good.slice(0, at) : good.slice();
        if (!cut) bad[at] ^= 1 << bit;
        Deno.writeFileSync(path, bad);
        assertSays(message(readCheckpoint(path)), `'${path}'`);
      },
    ));
    Deno.writeFileSync(path, good);
    assert(E.isRight(readCheckpoint(path)));
  });
});

Deno.test("a whole checkpoint of another schema is refused with both numbers", () => {
  inFolderSync((dir) => {
    const path = unwrap(writeCheckpoint(dir, checkpoint(7)));
    const bytes = Deno.readFileSync(path);
    const at = new TextDecoder("latin1").decode(bytes).indexOf('"schema":6');
    bytes[at + 9] = "2".charCodeAt(0);
    const end = bytes.length - 32;
    bytes.set(
      createHash("sha256").update(bytes.subarray(0, end)).digest(),
      end,
    );
    Deno.writeFileSync(path, bytes);
    assertSays(message(readCheckpoint(path)), "schema 2", "reads schema 6");
  });
});

Deno.test("the newest three are kept, by step and not by name", () => {
  inFolderSync((dir) => {
    for (const step of [1000, 2000, 99_999_999, 100_000_000, 100_000_001]) {
      unwrap(writeCheckpoint(dir, checkpoint(step)));
    }
    assertEquals(names(dir), [
      "step-100000000.ckpt",
      "step-100000001.ckpt",
      "step-99999999.ckpt",
    ]);
    assertEquals(unwrap(latestCheckpoint(dir))?.step, 100_000_001);
  });
});

Deno.test("a run without checkpoints begins anew", () => {
  inFolderSync((dir) => {
    assertEquals(latestCheckpoint(dir), E.right(undefined));
    Deno.mkdirSync(checkpointFolder(dir));
    const half = join(checkpointFolder(dir), "step-00001000.ckpt.tmp");
    Deno.writeTextFileSync(half, "half");
    assertEquals(latestCheckpoint(dir), E.right(undefined));
  });
});

Deno.test("a corrupt newest checkpoint names the older one that works, and how", () => {
  inFolderSync((dir) => {
    const paths = [10000, 11000, 12000].map((step) =>
      unwrap(writeCheckpoint(dir, checkpoint(step)))
    );
    Deno.truncateSync(paths[2], 100);
    assertSays(
      message(latestCheckpoint(dir, "resume")),
      "step-00012000.ckpt",
      "The older checkpoint 'step-00011000.ckpt' is whole",
      "from step 11000",
      `rm ${paths[2]}\n`,
      `deno task train --resume ${dir}`,
    );
    Deno.truncateSync(paths[1], 100);
    assertSays(message(latestCheckpoint(dir)), `rm ${paths[2]} ${paths[1]}\n`);
    Deno.removeSync(paths[2]);
    Deno.removeSync(paths[1]);
    assertEquals(unwrap(latestCheckpoint(dir))?.step, 10000);
    Deno.truncateSync(paths[0], 100);
    const none = "There is no older checkpoint";
    assertSays(
      message(latestCheckpoint(dir, "resume")),
      `${none}: start a new run with --out`,
    );
    const read = message(latestCheckpoint(dir));
    assertSays(read, `${none}: use the version named in versions.json`);
    assert(!read.includes("--out"), read);
  });
});

Deno.test("commands to type hold a path of several words together", () => {
  inFolderSync((folder) => {
    const dir = join(folder, "my run");
    const paths = [1, 2].map((step) =>
      unwrap(writeCheckpoint(dir, checkpoint(step)))
    );
    Deno.truncateSync(paths[1], 100);
    const said = message(latestCheckpoint(dir));
    assertSays(said, `rm '${paths[1]}'\n`, `--resume '${dir}'`);
  });
});

Deno.test("a checkpoint under the name of another is refused, and the one before it named", () => {
  inFolderSync((dir) => {
    const [first, second] = [1000, 2000].map((step) =>
      unwrap(writeCheckpoint(dir, checkpoint(step)))
    );
    Deno.copyFileSync(first, second);
    const says = ["the one of step 1000", "under another name"];
    assertSays(message(readCheckpoint(second)), second, ...says);
    assertSays(
      message(latestCheckpoint(dir)),
      ...says,
      "'step-00001000.ckpt' is whole",
    );
    // A name that tells no step claims none.
    const dump = join(dir, "diverged.ckpt");
    Deno.copyFileSync(first, dump);
    assertEquals(unwrap(readCheckpoint(dump)).step, 1000);
  });
});

Deno.test("counters are those that were written; one that is missing or none is refused by its name", () => {
  const gate = { ...openGate(), pairs: 9, wins: 9, passed: true };
  const counters: Counters = {
    ...startCounters(),
    success: { base: 0.5, policy: 0.6 },
    returns: { base: -3.5, policy: -2 },
    serving: {
      looks: 1,
      tried: 0.5,
      triedAt: 100,
      champion: {
        step: 200,
        score: -1,
        best: { score: -1, low: -1 },
        promising: false,
      },
      served: {
        step: 100,
        score: 0.5,
        best: { score: 0.5, low: 0.5 },
        look: 1,
        gate,
      },
    },
  };
  const of = (value: unknown) =>
    countersOf({ step: 7, header: { counters: value } });
  assertEquals(of(startCounters()), startCounters());
  assertEquals(of(counters), counters);
  const { safety: _, ...unsafe } = counters;
  for (
    const [value, place] of [
      [undefined, "counters"],
      [unsafe, "counters.safety"],
      [{ ...counters, steps: null }, "counters.steps"],
      [{ ...counters, episodes: -1 }, "counters.episodes"],
      [{ ...counters, gate: { ...gate, wealth: "1" } }, "counters.gate.wealth"],
      [{ ...counters, serving: {} }, "counters.serving.looks"],
      [{ ...counters, release: [] }, "counters.release"],
    ] as const
  ) {
    const said = message(attempt(() => of(value)));
    assertSays(said, "Cannot restore step 7", `(${place}`);
  }
});

Deno.test("a checkpoint fits only the task and configuration that wrote it", () => {
  const own = checkpoint(11000);
  assertEquals(matchCheckpoint(own, config), E.right(own));
  assertSays(
    message(matchCheckpoint({ ...own, task: "slippery-push" }, config)),
    "'push'",
    "'slippery-push'",
  );
  assertSays(
    message(matchCheckpoint(own, { ...config, seed: 2 })),
    "config.json was changed",
    "step 11000",
  );
});

Deno.test("a folder that cannot be written is a storage error", () => {
  inFolderSync((dir) => {
    Deno.writeTextFileSync(checkpointFolder(dir), "a file in the way");
    assertSays(
      message(writeCheckpoint(dir, checkpoint(1)), "StorageError"),
      "intact up to its last checkpoint",
    );
  });
});
