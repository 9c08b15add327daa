import { assert, assertEquals } from "@std/assert";
import {
  cellLine,
  firstLine,
  openView,
  type ViewOptions,
} from "../../../tasks/_grid/progress.ts";
import { cell } from "./sample.ts";

const one = cell("slippery-push", "default");
const other = cell("push", "paper");

/** What a person sees of one cell that runs and ends, and of one that fails. */
function shown(some: Partial<ViewOptions>): string {
  let [text, time] = ["", 0];
  const view = openView({
    json: false,
    quiet: false,
    terminal: false,
    columns: () => 100,
    write: (more) => text += more,
    now: () => time,
    jobs: 2,
    ...some,
  }, new Map([[one, 100], [other, 300]]));
  view.began(one, false);
  view.began(other, true);
  for (const step of [0, 100]) {
    view.heard(one, { kind: "evaluation", step, success: 0.5 });
    view.heard(one, { kind: "play", step: step + 50, success: 1 });
    time += 10;
  }
  view.ended(one, { kind: "done" });
  const error = "at line 1\nerror: Cannot train\n  at stack";
  view.ended(other, { kind: "failed", code: 3, error });
  view.finish("1 of 2 cells.", { kind: "grid", done: 1 });
  return text;
}

Deno.test("elsewhere than on a terminal each event is a line", () => {
  assertEquals(shown({}).split("\n"), [
    "slippery-push/default-seed1: begins",
    "push/paper-seed1: goes on",
    "slippery-push/default-seed1: 0/300 steps, success 50.0 %",
    "slippery-push/default-seed1: 100/300 steps, success 50.0 %",
    "slippery-push/default-seed1: done (1/2 cells, about 2:20 left)",
    "push/paper-seed1: failed: Cannot train (2/2 cells, about 0:00 left)",
    "1 of 2 cells.",
    "",
  ]);
});

Deno.test("on a terminal running cells are redrawn in place, no line wider than it", () => {
  const text = shown({ terminal: true, columns: () => 40 });
  assert(text.includes("\x1b[3A\x1b[J"), "two cells and the whole");
  // deno-lint-ignore no-control-regex
  const lines = text.replace(/\x1b\[\d*[AJ]/g, "").split("\n");
  const live = lines.filter((line) => / {2}\d+\/\d+|left$/.test(line));
  assert(live.length > 3 && live.every((line) => line.length < 40));
  assert(text.endsWith("1 of 2 cells.\n"));
});

for (const terminal of [false, true]) {
  const where = terminal ? "on a terminal" : "elsewhere";
  Deno.test(`with --json every line is JSON, with --quiet there is one line, ${where}`, () => {
    const lines = shown({ json: true, terminal }).trim().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(lines.map(({ kind }) => kind), [
      "begins",
      "goes on",
      "evaluation",
      "evaluation",
      "done",
      "failed",
      "grid",
    ]);
    assertEquals(shown({ quiet: true, terminal }), "1 of 2 cells.\n");
  });
}

Deno.test("what is left of a cell follows from its own speed since it began here", () => {
  const state = { since: 0, from: 100, step: 200, success: 0.5 };
  assertEquals(
    cellLine(one, state, 60),
    "slippery-push/default-seed1  200/300 steps  success 50.0 %  1:00 left",
  );
  const still = { ...state, step: 100, success: undefined };
  assertEquals(
    cellLine(one, still, 60),
    "slippery-push/default-seed1  100/300 steps",
  );
});

Deno.test("of a complaint the line that says what is wrong is told", () => {
  assertEquals(firstLine("warning\nerror: Cannot x\nSee y"), "Cannot x");
  assertEquals(firstLine("it was ended by SIGKILL"), "it was ended by SIGKILL");
});
