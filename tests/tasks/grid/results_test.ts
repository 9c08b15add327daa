import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Refusal } from "../../../lib/errors.ts";
import type { Cell } from "../../../tasks/_grid/cells.ts";
import type { Identity } from "../../../tasks/_grid/expected.ts";
import { refuseMixture } from "../../../tasks/_grid/mixture.ts";
import {
  isRecorded,
  placeOf,
  readResults,
  recordConfirmed,
  recordFinished,
  recordProgress,
  setAside,
  tasksIn,
} from "../../../tasks/_grid/results.ts";
import { inFolderSync, namesIn } from "../../folder.ts";
import { cell, hash, run, timings } from "./sample.ts";

const identity: Identity = { config: hash("a"), code: hash("c") };

const cells = [
  cell("push", "default"),
  cell("push", "default", 2),
  cell("push", "controller"),
  cell("slippery-push", "paper"),
];

function record(folder: string, of: Cell, under = identity): void {
  const rows = run({ ...placeOf(of), ...under }, [0.5, 0.7, 0.9]);
  const finished = {
    evaluations: rows,
    timings: timings(rows),
    identity: under,
  };
  recordFinished(folder, of, finished);
}

function bytes(folder: string): readonly (readonly [string, string])[] {
  return namesIn(folder).map((name) =>
    [name, Deno.readTextFileSync(join(folder, name))] as const
  );
}

function edit(path: string, change: (lines: string[]) => string[]): void {
  const lines = Deno.readTextFileSync(path).split("\n");
  Deno.writeTextFileSync(path, change(lines).join("\n"));
}

Deno.test("cells may end in any order, be recorded twice and begin before: the files are the same", () => {
  inFolderSync((dir) => {
    const [one, other] = [join(dir, "one"), join(dir, "other")];
    for (const of of cells) record(one, of);
    for (const of of cells.toReversed()) {
      recordProgress(other, of, run(placeOf(of), [0.1]).slice(0, 1));
      record(other, of);
      record(other, of);
    }
    assertEquals(bytes(other), bytes(one));
    assertEquals(namesIn(one), [
      "cells.csv",
      "push.csv",
      "slippery-push.csv",
      "timings.csv",
    ]);
    assertEquals(tasksIn(one), ["push", "slippery-push"]);
  });
});

Deno.test("a cell counts as recorded once all of it is there under its identity", () => {
  inFolderSync((dir) => {
    const [of] = cells;
    const known = () => isRecorded(readResults(dir, ["push"]), of, identity);
    assert(!known());
    recordProgress(dir, of, run(placeOf(of), [0.5, 0.7]).slice(0, 2));
    assert(!known());
    record(dir, of);
    assert(known());
    assert(!isRecorded(readResults(dir, ["push"]), cells[1], identity));
    const other = { ...identity, config: hash("b") };
    assert(!isRecorded(readResults(dir, ["push"]), of, other));
  });
});

Deno.test("a cut row is set aside, the rest is kept, and its cell is no longer recorded", () => {
  inFolderSync((dir) => {
    for (const of of cells) record(dir, of);
    const path = join(dir, "push.csv");
    const whole = Deno.readTextFileSync(path);
    const lines = whole.split("\n");
    // The last row of `default` seed 1 loses its end.
    const cut = lines[4].slice(0, 40);
    edit(path, (all) => all.with(4, cut));
    const found = readResults(dir, ["push"]);
    assertEquals(found.damaged.map(({ line, text }) => [line, text]), [
      [5, cut],
    ]);
    assertEquals(found.damaged[0].path, path);
    setAside(dir, ["push"], found.damaged);
    assertEquals(Deno.readTextFileSync(`${path}.set-aside`), `${cut}\n`);
    const after = readResults(dir, ["push"]);
    assertEquals(after.damaged, []);
    assertEquals(after.evaluations.length, found.evaluations.length);
    assert(!isRecorded(after, cells[0], identity));
    assert(isRecorded(after, cells[1], identity));
    assert(isRecorded(after, cells[2], identity));
    record(dir, cells[0]);
    assertEquals(Deno.readTextFileSync(path), whole);
  });
});

Deno.test("a lost row in the middle shows, too, as does a lost entry", () => {
  inFolderSync((dir) => {
    for (const of of cells) record(dir, of);
    edit(join(dir, "push.csv"), (lines) => lines.toSpliced(2, 1));
    edit(join(dir, "cells.csv"), (lines) => lines.toSpliced(2, 1));
    const found = readResults(dir, ["push"]);
    assertEquals(found.damaged, []);
    const known = cells.map((of) => isRecorded(found, of, identity));
    assertEquals(known.slice(0, 3), [false, false, true]);
  });
});

Deno.test("rows of other code or configuration are refused, with file, columns and a way out", () => {
  inFolderSync((dir) => {
    record(dir, cells[0]);
    const refusal = (of: Cell, now: Identity) => {
      const results = readResults(dir, ["push", "slippery-push"]);
      refuseMixture(dir, results, [{ cell: of, identity: now }]);
    };
    const code = { ...identity, code: hash("d") };
    const config = { ...identity, config: hash("b") };
    const cases: readonly (readonly [Cell, Identity, string])[] = [
      [cells[0], code, "column 'code' (cccccccccccc there, dddddddddddd now)"],
      [cells[1], code, "column 'code'"],
      [cells[0], config, "column 'config' (aaaaaaaaaaaa there, bbbb"],
      [cells[0], { ...code, config: hash("b") }, "columns 'code' ("],
    ];
    for (const [of, now, says] of cases) {
      const error = assertThrows(() => refusal(of, now), Refusal, says);
      assert(error.message.includes(`'${join(dir, "push.csv")}'`));
      assert(error.message.includes("--results"));
    }
    // The same; another cell of its own configuration; another task.
    refusal(cells[0], identity);
    refusal(cells[1], config);
    refusal(cells[3], code);
  });
});

Deno.test("rows of a version that was confirmed count as those of the present one, if the command is the same", () => {
  inFolderSync((dir) => {
    record(dir, cells[0]);
    const now = { config: hash("b"), code: hash("d") };
    const versions = { before: identity.code, code: now.code };
    recordConfirmed(dir, { ...placeOf(cells[0]), step: 1000, ...versions });
    recordConfirmed(dir, { ...placeOf(cells[0]), step: 2000, ...versions });
    const results = readResults(dir, ["push"]);
    assertEquals(results.confirmed.map(({ step }) => step), [2000]);
    assertEquals(tasksIn(dir), ["push"]);
    assert(isRecorded(results, cells[0], now));
    refuseMixture(dir, results, [{ cell: cells[0], identity: now }]);
    const longer = { ...cells[0], words: [...cells[0].words, "--fast"] };
    assert(!isRecorded(results, longer, now));
    assertThrows(
      () => refuseMixture(dir, results, [{ cell: longer, identity: now }]),
      Refusal,
      "'command'",
    );
    // Another arm with rows of the old version is not covered.
    record(dir, cells[2]);
    const both = readResults(dir, ["push"]);
    assertThrows(
      () => refuseMixture(dir, both, [{ cell: cells[0], identity: now }]),
      Refusal,
      "--confirm",
    );
  });
});

Deno.test("a task whose file was moved away begins anew and leaves nothing of the old", () => {
  inFolderSync((dir) => {
    for (const of of cells) record(dir, of);
    Deno.removeSync(join(dir, "push.csv"));
    const now = { config: hash("e"), code: hash("f") };
    const results = readResults(dir, ["push"]);
    refuseMixture(dir, results, [{ cell: cells[0], identity: now }]);
    record(dir, cells[0], now);
    const { recorded, timings } = readResults(dir, ["push"]);
    assertEquals(recorded.map(({ task, code }) => [task, code]), [
      ["push", now.code],
      ["slippery-push", identity.code],
    ]);
    assertEquals(
      new Set(timings.map(({ task, arm }) => `${task} ${arm}`)),
      new Set(["push default", "slippery-push paper"]),
    );
  });
});

Deno.test("a table of another version is refused, not emptied", () => {
  inFolderSync((dir) => {
    const path = join(dir, "push.csv");
    Deno.writeTextFileSync(path, "task,arm\npush,default\n");
    assertThrows(
      () => readResults(dir, ["push"]),
      Refusal,
      "It is of another version",
    );
    assertEquals(readResults(dir, ["pusher"]).evaluations, []);
  });
});
