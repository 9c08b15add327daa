import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import { join } from "node:path";
import type { RplError } from "../../lib/errors.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import {
  defaultConfig,
  printConfig,
  type TaskSettings,
} from "../../tasks/_config.ts";
import { unwrap } from "../../tasks/_files.ts";
import {
  createRun,
  openLogs,
  openRun,
  readMetrics,
  resumeRun,
  type Run,
} from "../../tasks/_run.ts";
import type { Row } from "../../tasks/_sinks/jsonl.ts";
import { packageVersions } from "../../tasks/_versions.ts";
import { inFolderSync, namesIn } from "../folder.ts";

const push: TaskSettings = {
  task: "push",
  base: "reactive",
  presets: TASKS.push,
  controller: {},
  env: {},
};
const config = defaultConfig(push);
const command = "deno task train push --seed 1";

function created(out: string): Run {
  return unwrap(createRun({ config, out, command }));
}

function refused(
  result: E.Either<RplError, unknown>,
  tag: RplError["_tag"],
  ...parts: string[]
): void {
  assert(E.isLeft(result), "Expected a refusal");
  assertEquals(result.left._tag, tag);
  for (const part of parts) {
    assert(
      result.left.message.includes(part),
      `Expected "${part}" in "${result.left.message}"`,
    );
  }
}

Deno.test("a new run holds its configuration and what it was made with", () => {
  inFolderSync((dir) => {
    const run = created(join(dir, "a", "b"));
    assertEquals(namesIn(run.dir), [
      "checkpoints",
      "config.json",
      "versions.json",
    ]);
    assertEquals(
      Deno.readTextFileSync(join(run.dir, "config.json")),
      printConfig(config),
    );
    const about = JSON.parse(
      Deno.readTextFileSync(join(run.dir, "versions.json")),
    );
    assertEquals(about.command, command);
    assertEquals(about.deno, Deno.version.deno);
    assert(/^\d+\.\d+/.test(about.packages["zod"]));
    assertEquals(openRun(run.dir), E.right(run));
  });
});

Deno.test("versions are read off the import map", () => {
  assertEquals(
    packageVersions([
      "npm:zod@4.6.7",
      "npm:@mujoco/mujoco@3.14.0",
      "npm:fp-ts@2.16.11/lib/Either.js",
      "jsr:@std/assert@^1",
    ]),
    { "@mujoco/mujoco": "3.14.0", "fp-ts": "2.16.11", "zod": "4.6.7" },
  );
});

Deno.test("without --out each run takes the next free name", () => {
  inFolderSync((dir) => {
    const root = join(dir, "runs");
    const make = () => unwrap(createRun({ config, root, command })).dir;
    const first = join(root, "push-seed1");
    assertEquals([make(), make(), make()], [
      first,
      `${first}-2`,
      `${first}-3`,
    ]);
  });
});

Deno.test("an empty folder is taken, a filled one refused and left as it was", () => {
  inFolderSync((dir) => {
    const out = join(dir, "a");
    Deno.mkdirSync(out);
    created(out);
    const before = namesIn(out);
    const result = createRun({ config, out, command });
    refused(result, "ConfigError", `'${out}'`, "not empty", "--resume");
    assertEquals(namesIn(out), before);
  });
});

Deno.test("a folder that cannot be made is refused and nothing is written", () => {
  inFolderSync((dir) => {
    const file = join(dir, "file");
    Deno.writeTextFileSync(file, "kept");
    refused(createRun({ config, out: file, command }), "ConfigError", "a file");
    const beneath = join(file, "a", "b");
    refused(
      createRun({ config, out: beneath, command }),
      "ConfigError",
      `'${beneath}'`,
    );
    const long = join(dir, "a", "b", "c".repeat(300));
    refused(createRun({ config, out: long, command }), "ConfigError", "ccc");
    assertEquals(namesIn(dir), ["file"]);
    assertEquals(Deno.readTextFileSync(file), "kept");
  });
});

Deno.test("a folder without write permission is refused", () => {
  if (Deno.build.os === "linux" && Deno.uid() === 0) {
    // Permission does not bind the superuser; the kernel's own folder does.
    return refused(
      createRun({ config, out: "/proc/no/run", command }),
      "ConfigError",
      "'/proc/no/run'",
    );
  }
  inFolderSync((dir) => {
    const locked = join(dir, "locked");
    Deno.mkdirSync(locked, { mode: 0o555 });
    for (const out of [locked, join(locked, "a")]) {
      refused(createRun({ config, out, command }), "ConfigError", "permission");
    }
    assertEquals(namesIn(locked), []);
  });
});

Deno.test("a run that is not there is refused with the nearest one", () => {
  inFolderSync((dir) => {
    created(join(dir, "push-seed1"));
    refused(
      openRun(join(dir, "push-sed1"), "evaluate"),
      "ConfigError",
      "Cannot evaluate",
      "no such folder",
      "Did you mean 'push-seed1'?",
    );
    refused(openRun(dir), "ConfigError", "it holds no config.json");
    refused(openRun(join(dir, "no", "such")), "ConfigError", "no such folder");
  });
});

Deno.test("a damaged config.json is refused", () => {
  inFolderSync((dir) => {
    const run = created(join(dir, "a"));
    const path = join(run.dir, "config.json");
    Deno.writeTextFileSync(path, printConfig(config).slice(0, 40));
    refused(openRun(run.dir), "ConfigError", `'${path}'`, "truncated");
    Deno.writeTextFileSync(path, JSON.stringify({ ...config, schema: 7 }));
    refused(openRun(run.dir), "ConfigError", "schema 7");
  });
});

Deno.test("a run goes on with its own task only, tidied of half-written files", () => {
  inFolderSync((dir) => {
    const run = created(join(dir, "a"));
    const torn = [
      join(run.dir, "config.json.tmp"),
      join(run.dir, "checkpoints", "step-00001000.ckpt.tmp"),
    ];
    for (const path of torn) Deno.writeTextFileSync(path, "half");
    refused(
      resumeRun(run.dir, "slippery-push"),
      "ConfigError",
      "as task 'slippery-push'",
      "task 'push'",
    );
    // Reading tidies nothing: the run may be in training.
    assertEquals(openRun(run.dir), E.right(run));
    assert(namesIn(run.dir).includes("config.json.tmp"));
    assertEquals(resumeRun(run.dir, "push"), E.right(run));
    assertEquals(namesIn(run.dir), [
      "checkpoints",
      "config.json",
      "versions.json",
    ]);
    assertEquals(namesIn(join(run.dir, "checkpoints")), []);
  });
});

Deno.test("logs cut back to a checkpoint and written again are the uninterrupted logs", () => {
  const rows: readonly Row[] = [1, 2, 3, 4].map((n) => ({
    kind: "round",
    step: 100 * n,
    criticLoss: Math.sin(n),
  }));
  inFolderSync((dir) => {
    const files = ["metrics.jsonl", "timing.jsonl", "events.out.tfevents.rpl"];
    const content = (run: Run) =>
      files.map((name) => Deno.readFileSync(join(run.dir, name)));
    const whole = created(join(dir, "whole"));
    const logs = unwrap(openLogs(whole, undefined, () => 0));
    rows.forEach(logs.metrics);
    logs.timing({ kind: "speed", step: 100, seconds: 0.5 });
    logs.close();

    const cut = created(join(dir, "cut"));
    const before = unwrap(openLogs(cut, undefined, () => 0));
    rows.slice(0, 2).forEach(before.metrics);
    before.timing({ kind: "speed", step: 100, seconds: 0.5 });
    const lengths = before.commit();
    before.metrics({ kind: "round", step: 300, criticLoss: 99 }); // lost by the kill
    before.close();
    const after = unwrap(openLogs(cut, lengths, () => 0));
    rows.slice(2).forEach(after.metrics);
    after.close();
    assertEquals(content(cut), content(whole));
    assertEquals(readMetrics(cut.dir), E.right(rows));
  });
});

Deno.test("a metrics file that is damaged or absent is refused", () => {
  inFolderSync((dir) => {
    refused(readMetrics(dir), "StorageError", "no such file");
    Deno.writeTextFileSync(join(dir, "metrics.jsonl"), "{\n{}\n");
    refused(readMetrics(dir), "StorageError", "not JSON");
  });
});
